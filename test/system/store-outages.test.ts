import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import type { Store } from '../../packages/server/src/store/store.ts'
import { type OpenedStore, openTestStore, serverProcesses, signalServer } from './cluster.ts'

const data = mkdtempSync(join(tmpdir(), 'fh-'))
let opened: OpenedStore
let store: Store

before(async () => {
  opened = await openTestStore(data, { poolSize: 2 })
  store = opened.store
})
after(async () => {
  signalServer(data, 'SIGCONT')
  await opened.close()
  rmSync(data, { recursive: true, force: true })
})

const ask = () =>
  store.withTenant({ tenant: store.home }, ({ db }) => db.selectFrom('collection').select('id').execute())
const isUnavailable = (error: unknown): boolean => error instanceof Fault && error.code === 'unavailable'

/** How long until `ask` succeeds again, with a new attempt after each refusal. */
async function recovery(patienceMs: number): Promise<number> {
  const begun = performance.now()
  while (performance.now() - begun < patienceMs) {
    try {
      await ask()
      return performance.now() - begun
    } catch (error) {
      assert.ok(isUnavailable(error), String(error))
    }
  }
  return Number.POSITIVE_INFINITY
}

test('a database that stops answering fails within five seconds, for everyone who waits, and comes back', async () => {
  // A busy machine makes an outage longer for those who wait, and never shorter than the program makes it.
  const outages: number[] = []
  while (outages.length < 5 && !outages.some((ms) => ms < 5000)) outages.push(await longestWait())
  assert.ok(
    outages.some((ms) => ms < 5000),
    String(outages),
  )
})

/** Stops the database and lets it go on; the longest that anybody waited meanwhile for being refused. */
async function longestWait(): Promise<number> {
  const waits: number[] = []
  const timed = async (work: () => Promise<unknown>): Promise<void> => {
    const begun = performance.now()
    await work()
    waits.push(performance.now() - begun)
  }
  await Promise.all([ask(), ask()])
  assert.ok(serverProcesses(data).length >= 3)
  signalServer(data, 'SIGSTOP')
  await timed(async () => {
    for (const refusal of await Promise.allSettled(Array.from({ length: 12 }, ask)))
      assert.ok(refusal.status === 'rejected' && isUnavailable(refusal.reason), JSON.stringify(refusal))
  })
  // Also for those who come when every connection has been found dead.
  await timed(() => assert.rejects(ask(), isUnavailable))
  await timed(async () => assert.equal(await store.ping(), false))
  signalServer(data, 'SIGCONT')
  assert.ok((await recovery(60_000)) < 60_000)
  assert.equal(await store.ping(), true)
  return Math.max(...waits)
}

test('a killed database restarts by itself', async () => {
  const { cluster } = opened
  const first = cluster?.pid ?? 0
  await opened.next('database.started')
  process.kill(first, 'SIGKILL')
  const exited = await opened.next('database.exited')
  assert.deepEqual(exited, { event: 'database.exited', code: null, signal: 'SIGKILL', restartInMs: 100 })
  await opened.next('database.started')
  assert.notEqual(cluster?.pid, first)
  assert.ok((await recovery(60_000)) < 60_000)
})

test('a killed backend costs its own request only', async () => {
  const { rows } = await store.withTenant({ tenant: store.home }, ({ db }) =>
    sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(db),
  )
  const [terminated] = await Promise.allSettled([
    store.withTenant({ tenant: store.home }, async ({ db }) => {
      const own = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(db)
      process.kill(own.rows[0]?.pid ?? 0, 'SIGTERM')
      await sql`SELECT pg_sleep(2)`.execute(db)
    }),
  ])
  assert.ok(terminated.status === 'rejected' && isUnavailable(terminated.reason))
  assert.ok(rows[0]?.pid)
  await ask()
})

test('a statement that takes too long is ended in the server too', async () => {
  const slow = store.withTenant({ tenant: store.home }, ({ db }) => sql`SELECT pg_sleep(20)`.execute(db))
  await assert.rejects(slow, isUnavailable)
  const { rows } = await store.withTenant({ tenant: store.home }, ({ db }) =>
    sql<{ n: number }>`SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event = 'PgSleep'`.execute(
      db,
    ),
  )
  assert.deepEqual(rows, [{ n: 0 }])
})

test('a database that does not react keeps nobody from closing', async () => {
  signalServer(data, 'SIGSTOP')
  const begun = performance.now()
  const closing = opened.close()
  // The pool gives up on its goodbyes; the server itself is woken to end properly.
  await closing
  assert.ok(performance.now() - begun < 60_000)
  assert.deepEqual(serverProcesses(data), [])
})
