import { test } from 'node:test'
import assert from 'node:assert/strict'
import type { Health } from './health.ts'
import { createHealth } from './health.ts'

interface House {
  readonly health: Health
  readonly database: { answer: () => Promise<boolean>; asked: number }
  readonly verdicts: boolean[]
  /** One readiness probe, long enough after the one before to ask again. */
  readonly ready: () => Promise<number>
}

function house(): House {
  let now = 0
  const database = { answer: async () => true, asked: 0 }
  const verdicts: boolean[] = []
  const health = createHealth({
    probe: () => {
      database.asked += 1
      return database.answer()
    },
    probeTimeoutMs: 5,
    clock: { now: () => now },
    changed: (reachable) => verdicts.push(reachable),
  })
  const ready = async (): Promise<number> => {
    now += 2000
    return (await health.readyz()).status
  }
  return { health, database, verdicts, ready }
}

test('a house is alive from the start, started when it is ready, and ready until it drains', async () => {
  const { health, ready } = house()
  const all = async (): Promise<number[]> => [
    (await health.livez()).status,
    health.startupz().status,
    await ready(),
  ]
  assert.deepEqual(await all(), [200, 503, 503])
  health.enter('ready')
  assert.deepEqual(await all(), [200, 200, 200])
  health.enter('draining')
  assert.deepEqual(await all(), [200, 200, 503])
  assert.deepEqual((await health.readyz()).body, { status: 'draining' })
  health.enter('stopped')
  assert.deepEqual(await all(), [200, 200, 503])
  assert.throws(() => health.enter('ready'), /cannot go from stopped to ready/)
})

test('a blink of the database changes nothing; three failures in a row do, and two successes heal', async () => {
  const { health, database, verdicts, ready } = house()
  health.enter('ready')
  const seen: number[] = []
  for (const isUp of [true, false, false, true, false, false, false, true, false, true, true]) {
    database.answer = async () => isUp
    seen.push(await ready())
  }
  assert.deepEqual(seen, [200, 200, 200, 200, 200, 200, 503, 503, 503, 503, 200])
  assert.deepEqual(verdicts, [false, true])
  assert.equal((await health.livez()).status, 200)
})

test('a database that throws or never answers counts as one that says no', async () => {
  const { health, database, ready } = house()
  health.enter('ready')
  database.answer = () => Promise.reject(new Error('connection refused'))
  await ready()
  database.answer = () => new Promise(() => undefined)
  await ready()
  assert.equal(await ready(), 503)
  assert.deepEqual((await health.readyz()).body, { status: 'waiting', checks: { database: 'unreachable' } })
})

test('however many ask, the database is asked once a second', async () => {
  const { health, database, ready } = house()
  health.enter('ready')
  await Promise.all(Array.from({ length: 50 }, () => health.readyz()))
  for (let i = 0; i < 50; i += 1) await health.readyz()
  assert.equal(database.asked, 1)
  await ready()
  assert.equal(database.asked, 2)
})

test('a probe that began before the drain does not call the house ready', async () => {
  const { health, database } = house()
  health.enter('ready')
  const { promise, resolve } = Promise.withResolvers<boolean>()
  database.answer = () => promise
  const asked = health.readyz()
  health.enter('draining')
  resolve(true)
  assert.equal((await asked).status, 503)
})

test('where documents lie in an object store, it must answer too', async () => {
  let [now, answers] = [0, true]
  const health = createHealth({
    probe: async () => true,
    blobs: { probe: async () => answers, changed: () => undefined },
    failures: 1,
    successes: 1,
    clock: { now: () => (now += 1000) },
  })
  health.enter('ready')
  assert.deepEqual((await health.readyz()).body['checks'], { database: 'ok', blobs: 'ok' })
  answers = false
  const { status, body } = await health.readyz()
  assert.deepEqual([status, body['checks']], [503, { database: 'ok', blobs: 'unreachable' }])
})
