import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Speaker } from './ask.ts'
import type { House } from './house.ts'
import { emptyData, open, preparedData, remove } from './house.ts'

interface Report {
  readonly acknowledged: number
  readonly serverKills: number
  readonly databaseKills: number
}

/** A word of its own for each number, which no language has and no stemmer shortens. */
const word = (n: number): string =>
  `quokka${String(n)
    .padStart(6, '0')
    .replaceAll(/\d/g, (digit) => `${'bcdfghjkmn'[Number(digit)]}a`)}zum`

interface KillOptions {
  /** Of `freehold up`. */
  readonly args?: readonly string[]
  /** Who is killed, in turn. */
  readonly victims?: readonly ('server' | 'database')[]
  /** Documents of each round that are acknowledged before anything is killed. */
  readonly first?: number
}

/** Writes without pause while the server or its database is killed at random points, then looks for every acknowledged document. */
export async function killRounds(
  rounds: number,
  random: () => number,
  { args = [], victims = ['server', 'database'], first = 0 }: KillOptions = {},
): Promise<Report> {
  const data = await (args.length === 0 ? preparedData() : emptyData())
  let house = await open({ data, args })
  const key = await house.key()
  const collection = await new Speaker(house.url, key).collection('Ledger')
  const acknowledged: number[] = []
  let next = 0
  const kills = { server: 0, database: 0 }
  for (let round = 0; round < rounds; round += 1) {
    const stop = new AbortController()
    const writing = write(house, stop.signal)
    await untilAcknowledged(acknowledged.length + first)
    const victim = victims[round % victims.length] ?? 'server'
    await new Promise((resolve) => setTimeout(resolve, 200 + random() * 600))
    kills[victim] += 1
    if (victim === 'server') {
      await house.kill()
      stop.abort()
      await writing
      house = await open({ data, args })
    } else {
      process.kill(
        Number((await readFile(join(data, 'pg', 'postmaster.pid'), 'utf8')).split('\n')[0]),
        'SIGKILL',
      )
      await untilWritable(house)
      stop.abort()
      await writing
    }
    await verify(house)
  }
  await house.stop()
  await remove(data)
  return { acknowledged: acknowledged.length, serverKills: kills.server, databaseKills: kills.database }

  async function post(target: House, n: number): Promise<number> {
    const document = {
      id: `d${n}`,
      title: `Entry ${n}`,
      text: `The ledger entry ${word(n)} was written in full.`,
    }
    const { status } = await new Speaker(target.url, key).api(
      'POST',
      `/api/collections/${collection}/documents`,
      {
        documents: [document],
      },
    )
    if (status === 201) acknowledged.push(n)
    return status
  }

  async function write(target: House, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      next += 1
      // A refused or broken write may or may not be stored; only an acknowledged one is promised.
      await post(target, next).catch(() => 0)
    }
  }

  async function untilAcknowledged(count: number): Promise<void> {
    const deadline = Date.now() + 120_000
    while (acknowledged.length < count) {
      assert.ok(Date.now() < deadline, 'nothing can be written')
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }

  async function untilWritable(target: House): Promise<void> {
    const deadline = Date.now() + 120_000
    for (;;) {
      next += 1
      if ((await post(target, next).catch(() => 0)) === 201) return
      assert.ok(Date.now() < deadline, `the database did not come back by itself:\n${target.output()}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  async function verify(target: House): Promise<void> {
    const listed = new Set<string>()
    for (let after = ''; ;) {
      const { status, body } = await new Speaker(target.url, key).documents(collection, `?limit=200${after}`)
      assert.equal(status, 200, JSON.stringify(body))
      for (const document of body.data) listed.add(document.id)
      if (body.next === null) break
      after = `&after=${encodeURIComponent(body.next)}`
    }
    assert.deepEqual(
      acknowledged.filter((n) => !listed.has(`d${n}`)),
      [],
      'acknowledged documents are missing',
    )
    // Everything that is listed is whole: its text opens and its words are found.
    const some = [...listed].filter((_, index) => index % Math.ceil(listed.size / 8) === 0)
    for (const id of some) {
      const text = await new Speaker(target.url, key).api<{ text: string }>(
        'GET',
        `/api/documents/${id}/text`,
      )
      assert.match(text.body.text, /was written in full\.$/)
      await found(target, id)
    }
  }

  /** At once for what was acknowledged; a commit whose answer was lost is noticed within about a second. */
  async function found(target: House, id: string): Promise<void> {
    const question = `What of the ledger entry ${word(Number(id.slice(1)))}?`
    const deadline = Date.now() + (acknowledged.includes(Number(id.slice(1))) ? 0 : 60_000)
    for (;;) {
      const answer = await new Speaker(target.url, key).ask(question)
      if (answer.citations[0]?.documentId === id) return
      assert.ok(Date.now() < deadline, `${id} is stored and not found: ${answer.text}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
