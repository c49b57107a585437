import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { Speaker } from '../system/ask.ts'
import { signalServer } from '../system/cluster.ts'
import { type House, open } from '../system/house.ts'
import { cutPower, Disk, obstacle } from './disk.ts'

const ROUNDS = Number(process.env['LONG_ROUNDS'] ?? 200)
const WRITERS = 4

const textOf = (n: number): string => `Entry ${n} was written in full, with the sum of ${n * 7919}.`

/** Writes documents over HTTP with several connections and notes each number that was acknowledged with 201. */
async function write(house: House, key: string, ledger: Ledger, signal: AbortSignal): Promise<void> {
  const writer = async (): Promise<void> => {
    const speaker = new Speaker(house.url, key)
    while (!signal.aborted) {
      ledger.next += 1
      const n = ledger.next
      const documents = [{ id: `d${n}`, title: `Entry ${n}`, text: textOf(n) }]
      const answer = speaker.api('POST', `/api/collections/${ledger.collection}/documents`, { documents })
      // Whatever breaks with the power may or may not be stored: only what was acknowledged is promised.
      if ((await answer.catch(() => null))?.status === 201) ledger.acknowledged.push(n)
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, writer))
}

interface Ledger {
  readonly collection: string
  readonly acknowledged: number[]
  next: number
}

/** Acknowledged documents that are not there, or not as they were written. */
async function missing(house: House, key: string, ledger: Ledger): Promise<readonly number[]> {
  const speaker = new Speaker(house.url, key)
  const listed = new Set<string>()
  for (let after = ''; ;) {
    const { status, body } = await speaker.documents(ledger.collection, `?limit=200${after}`)
    if (status !== 200) return ledger.acknowledged
    for (const document of body.data) listed.add(document.id)
    if (body.next === null) break
    after = `&after=${encodeURIComponent(body.next)}`
  }
  const lost = ledger.acknowledged.filter((n) => !listed.has(`d${n}`))
  // The last ones are where a cut hurts; reading everything again in every round would take hours.
  for (const n of ledger.acknowledged.slice(-50)) {
    const { body } = await speaker.api<{ text?: string }>('GET', `/api/documents/d${n}/text`)
    if (body.text !== textOf(n) && !lost.includes(n)) lost.push(n)
  }
  return lost
}

interface Outcome {
  readonly acknowledged: number
  readonly lost: number
  /** What the server said when it did not start on what the cut had left. */
  readonly unopened: string | null
}

/** Cuts the power `rounds` times while documents are written. Ends early when something was lost. */
async function powerCuts(rounds: number, env: Record<string, string>): Promise<Outcome> {
  const disk = new Disk()
  let house: House | null = null
  try {
    house = await open({ data: disk.data, env })
    const key = await house.key()
    const collection = await new Speaker(house.url, key).collection('Ledger')
    const ledger: Ledger = { collection, acknowledged: [], next: 0 }
    for (let round = 0; round < rounds; round += 1) {
      const stop = new AbortController()
      const writing = write(house, key, ledger, stop.signal)
      await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * 1500))
      await cutPower(house, disk)
      stop.abort()
      await writing
      const acknowledged = ledger.acknowledged.length
      try {
        house = null
        house = await open({ data: disk.data, env })
      } catch (error) {
        return { acknowledged, lost: 0, unopened: String(error) }
      }
      const lost = await missing(house, key, ledger)
      if (lost.length > 0) return { acknowledged, lost: lost.length, unopened: null }
    }
    return { acknowledged: ledger.acknowledged.length, lost: 0, unopened: null }
  } finally {
    await house?.stop()
    signalServer(disk.data, 'SIGKILL')
    disk.remove()
  }
}

/** A directory whose `postgres` runs with fsync off: the last setting on the command line wins. */
function carelessBinaries(place: string): string {
  const real = realpathSync(
    execFileSync('sh', ['-c', 'command -v postgres || ls /usr/lib/postgresql/*/bin/postgres | tail -1'], {
      encoding: 'utf8',
    }).trim(),
  )
  writeFileSync(join(place, 'postgres'), `#!/bin/sh\nexec ${real} "$@" -c fsync=off\n`, { mode: 0o755 })
  symlinkSync(join(dirname(real), 'initdb'), join(place, 'initdb'))
  return `${place}:${process.env['PATH'] ?? ''}`
}

const skip = obstacle()

test(`nothing acknowledged is lost in ${ROUNDS} power cuts`, { skip }, async (t) => {
  const outcome = await powerCuts(ROUNDS, {})
  t.diagnostic(JSON.stringify({ rounds: ROUNDS, ...outcome }))
  assert.deepEqual([outcome.lost, outcome.unopened], [0, null])
  assert.ok(outcome.acknowledged > ROUNDS, `${outcome.acknowledged} acknowledged`)
})

test('with fsync switched off the same cuts do lose acknowledged documents', { skip }, async (t) => {
  const place = mkdtempSync(join(tmpdir(), 'fh-careless-'))
  t.after(() => rmSync(place, { recursive: true }))
  chmodSync(place, 0o755)
  const outcome = await powerCuts(Math.max(4, Math.min(ROUNDS, 10)), { PATH: carelessBinaries(place) })
  t.diagnostic(JSON.stringify(outcome))
  assert.ok(
    outcome.lost > 0 || outcome.unopened !== null,
    'the test sees nothing when there is something to see',
  )
})
