import assert from 'node:assert/strict'
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ExternalDatabase } from '../perf/gateway/external-database.ts'
import { startExternalDatabase } from '../perf/gateway/external-database.ts'
import { Speaker } from '../system/ask.ts'
import type { GatewayHouse } from '../system/gateway-house.ts'
import { openGateway } from '../system/gateway-house.ts'
import { emptyData } from '../system/house.ts'

const COLLECTIONS = 24
const DOCUMENTS = 1000
const BATCH = 500
const QUESTIONS = 240
const AT_ONCE = 6
const TICKS_PER_S = 100

let database: ExternalDatabase
let keys: string
let blobs: string
const ids: string[] = []

before(async () => {
  database = await startExternalDatabase()
  blobs = mkdtempSync(join(tmpdir(), 'fh-blobs-'))
  chmodSync(blobs, 0o711)
})
after(async () => {
  await database.stop()
  for (const place of [blobs, keys]) rmSync(place, { recursive: true, force: true })
})

async function opened(sharedAboveMb: number): Promise<GatewayHouse> {
  const data = await emptyData()
  if (keys !== undefined) cpSync(keys, join(data, 'keys'), { recursive: true })
  const knowledge = { guide: false, indexSharedAboveMb: sharedAboveMb }
  const house = await openGateway(
    { database: database.dsn, blobs, knowledge },
    { data, key: ['--scope', '*'] },
  )
  if (keys === undefined) {
    keys = mkdtempSync(join(tmpdir(), 'fh-keys-'))
    cpSync(join(data, 'keys'), keys, { recursive: true })
  }
  return house
}

/** Pseudo-random, the same in every run (Numerical Recipes). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
const next = random(11)
const SYLLABLES = 'ba ke lo mi nu ra se ti vo pa du ger lin mar nos'.split(' ')
const vocabulary = Array.from({ length: 20_000 }, () =>
  Array.from({ length: 3 }, () => SYLLABLES[Math.floor(next() * SYLLABLES.length)]).join(''),
)
const words = (count: number): string =>
  Array.from({ length: count }, () => vocabulary[Math.floor(vocabulary.length ** next()) - 1] ?? 'word').join(
    ' ',
  )

/** Resident memory in MB and seconds of CPU of a server with its threads. */
function costsOf({ pid }: GatewayHouse): { readonly mb: number; readonly cpuS: number } {
  const kib = Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  const [, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
  const [user, system] = (fields.join(') ').split(' ') ?? []).slice(11, 13)
  return { mb: kib / 1024, cpuS: (Number(user) + Number(system)) / TICKS_PER_S }
}

interface Measured {
  readonly hits: readonly string[]
  readonly line: string
  readonly mb: readonly number[]
  readonly cpuS: readonly number[]
}

/** On a machine that is busy the database may be waited for in vain. */
async function found(speaker: Speaker, path: string, query: string): Promise<string> {
  for (;;) {
    const { status, body } = await speaker.api<{ hits: { documentId: string }[] }>('POST', path, {
      query,
      limit: 3,
    })
    if (status === 200) return body.hits.map(({ documentId }) => documentId).join(' ')
    assert.equal(status, 503)
    await sleep(1000)
  }
}

/** The same questions to all collections in turn, by several askers, each to the replica whose turn it is. */
async function asked(houses: readonly GatewayHouse[]): Promise<Measured> {
  const speakers = houses.map(({ url, apiKey }) => new Speaker(url, apiKey))
  const own = random(5)
  const questions = Array.from({ length: QUESTIONS }, (_, at) => ({
    collection: ids[at % COLLECTIONS],
    query: Array.from({ length: 4 }, () => vocabulary[Math.floor(vocabulary.length ** own()) - 1]).join(' '),
  }))
  const hits: string[] = []
  const round = async (): Promise<void> => {
    const waiting = questions.entries()
    const work = async (): Promise<void> => {
      for (const [at, { collection, query }] of waiting) {
        const speaker = speakers[at % speakers.length]
        assert.ok(speaker)
        const path = `/api/collections/${collection}/search`
        hits[at] = await found(speaker, path, query)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  }
  // Opened, and learned from, before anything is measured.
  await round()
  await sleep(5000)
  await round()
  const first = houses.map(costsOf)
  const fromMs = performance.now()
  await round()
  const tookS = (performance.now() - fromMs) / 1000
  const last = houses.map(costsOf)
  const mb = last.map((one) => Math.round(one.mb))
  const cpuS = last.map((one, at) => one.cpuS - (first[at]?.cpuS ?? 0))
  const line = `${mb.join(' + ')} MB, ${(QUESTIONS / tookS).toFixed(0)} searches/s, CPU ${cpuS.map((s) => s.toFixed(2)).join(' + ')} s`
  return { hits, line, mb, cpuS }
}

test('three processes hold a third of an index each, and answer as one that holds all of it', async (t) => {
  const filling = await opened(0)
  const speaker = new Speaker(filling.url, filling.apiKey)
  for (let at = 0; at < COLLECTIONS; at++) {
    const id = await speaker.collection(`Shelf ${at}`)
    ids.push(id)
    for (let from = 0; from < DOCUMENTS; from += BATCH) {
      const documents = Array.from({ length: BATCH }, (_, n) => ({
        id: `d${at}-${from + n}`,
        title: words(4),
        text: words(150),
      }))
      const { status } = await speaker.api('POST', `/api/collections/${id}/documents`, { documents })
      assert.equal(status, 201)
    }
  }
  await filling.close()

  const one = await opened(0)
  const empty = costsOf(one).mb
  const alone = await asked([one])
  await one.close()
  t.diagnostic(`before any search: ${Math.round(empty)} MB`)
  t.diagnostic(`one process: ${alone.line}`)

  const whole = [await opened(0), await opened(0), await opened(0)]
  const everywhere = await asked(whole)
  for (const house of whole) await house.close()
  t.diagnostic(`three, each with everything: ${everywhere.line}`)

  const parts = [await opened(1), await opened(1), await opened(1)]
  const divided = await asked(parts)
  const counts = await Promise.all(parts.map((house) => house.metrics()))
  for (const house of parts) await house.close()
  t.diagnostic(`three that divide it: ${divided.line}`)
  assert.deepEqual(everywhere.hits, alone.hits)
  assert.deepEqual(divided.hits, alone.hits)
  for (const count of counts)
    assert.match(count, /freehold_knowledge_replica_searches_total\{outcome="answered"\} \d/)
  const index = (measured: Measured): number => Math.max(...measured.mb) - empty
  assert.ok(index(divided) < index(everywhere), 'a part takes less memory than the whole')
})
