import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { removeOlder } from '../../packages/server/src/audit/keeping/kept.ts'
import type { Left } from '../../packages/server/src/gateway/desensitise/egress-batch.ts'
import { EgressBatch } from '../../packages/server/src/gateway/desensitise/egress-batch.ts'
import { Pages } from '../../packages/server/src/gateway/desensitise/paged-bytes.ts'
import {
  createEgressWriting,
  oldEgress,
  placeOf,
  readEgress,
} from '../../packages/server/src/gateway/desensitise/stored-egress.ts'
import type { Caller } from '../../packages/server/src/identity/caller.ts'
import type { TenantId } from '../../packages/server/src/store/store.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import type { OpenedStore } from './cluster.ts'
import { addTenant, asSuperuser, openTestStore } from './cluster.ts'

const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 5, 20)
const data = mkdtempSync(join(tmpdir(), 'fh-'))
let opened: OpenedStore
let theirs: TenantId

before(async () => {
  opened = await openTestStore(data)
  theirs = tenantId(await addTenant(data))
})
after(async () => {
  await opened.close()
  rmSync(data, { recursive: true, force: true })
})

const called = (request: string, said: Partial<Left> = {}): Left => ({
  tenant: opened.store.home,
  principal: 'p1',
  request,
  target: 'cloud',
  atMs: NOW,
  path: '/v1/chat/completions',
  outbound: Buffer.from(`{"out":"${request} 你好"}`),
  inbound: [Buffer.from('{"in":'), Buffer.from(`"${request} canary"}`)],
  surrogates: [],
  ...said,
})

/** Writes the calls of each tenant as one batch. */
async function write(calls: readonly Left[]): Promise<void> {
  for (const tenant of new Set(calls.map((call) => call.tenant))) {
    const batch = new EgressBatch(tenant, new Pages())
    for (const call of calls) if (call.tenant === tenant) batch.add(call)
    await createEgressWriting(opened.store)(batch)
  }
}

const caller = (tenant: TenantId, id: string): Caller => ({
  tenant,
  principal: { kind: 'key', id, name: null },
  groups: [],
  roles: [],
  scopes: null,
  baseClass: 'internal',
  classCeiling: 'restricted',
  budgets: [],
})
const read = async (request: string, who = caller(opened.store.home, 'p1')) =>
  (await readEgress(opened.store, who, { id: request, request: 'req_reading' })).attempts

test('of many calls that were sealed as one, each is read by itself, in the order in which they were made', async () => {
  await write([
    called('req_a', { target: 'first', inbound: null, path: '' }),
    called('req_b', { tenant: theirs, principal: 'p2' }),
    called('req_a', { target: 'second' }),
    called('req_c'),
  ])
  await write([called('req_a', { target: 'third', inbound: [] })])
  assert.deepEqual(
    (await read('req_a')).map(({ target, path, outbound, inbound }) => [target, path, outbound, inbound]),
    [
      ['first', '', '{"out":"req_a 你好"}', null],
      ['second', '/v1/chat/completions', '{"out":"req_a 你好"}', '{"in":"req_a canary"}'],
      ['third', '/v1/chat/completions', '{"out":"req_a 你好"}', ''],
    ],
  )
  assert.equal((await read('req_c'))[0]?.inbound, '{"in":"req_c canary"}')
  assert.equal((await read('req_b', caller(theirs, 'p2'))).length, 1)
})

test('nobody else finds a call, and nothing of it stands in the database in clear', async () => {
  await write([called('req_d')])
  await assert.rejects(read('req_d', caller(opened.store.home, 'p3')), { code: 'not_found' })
  await assert.rejects(read('req_d', caller(theirs, 'p1')), { code: 'not_found' })
  const rows = await asSuperuser(data, async (client) => {
    const { rows: batches } = await client.query('SELECT * FROM egress_batch')
    const { rows: calls } = await client.query('SELECT * FROM egress')
    return [...batches, ...calls].flatMap((row: Record<string, unknown>) =>
      Object.values(row).map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : String(value))),
    )
  })
  assert.doesNotMatch(rows.join(' '), /canary|completions/)
})

test('what an earlier version sealed without packing it is read as what is packed', async () => {
  const long = Buffer.from(JSON.stringify({ out: 'the same words again. '.repeat(5000) }))
  await write([called('req_e', { outbound: long })])
  const [packed] = await read('req_e')
  assert.equal(packed?.outbound, String(long))
  await opened.store.withTenant({ tenant: opened.store.home }, async (tx) => {
    const { batch } = await tx.db
      .selectFrom('egress')
      .select('batch')
      .where('request', '=', 'req_e')
      .executeTakeFirstOrThrow()
    const { dek, wrapped } = tx.keys.newDek(placeOf(batch, 'dek'))
    const bytes = Buffer.concat([
      Buffer.from('/v1/chat/completions\n'),
      long,
      Buffer.from('{"in":"req_e canary"}'),
    ])
    const sealed = await dek.sealLarge(placeOf(batch, 'calls_sealed'), bytes)
    const { calls_sealed: before } = await tx.db
      .selectFrom('egress_batch')
      .select('calls_sealed')
      .where('id', '=', batch)
      .executeTakeFirstOrThrow()
    assert.ok(before.length < sealed.length / 50, `${before.length} bytes are kept of ${sealed.length}`)
    await tx.db
      .updateTable('egress_batch')
      .set({ dek: wrapped, calls_sealed: sealed })
      .where('id', '=', batch)
      .execute()
  })
  assert.deepEqual(await read('req_e'), [packed])
})

test('what has been kept long enough is deleted, calls and bytes, of every tenant', async () => {
  const old = { atMs: NOW - 8 * DAY_MS }
  await write(
    Array.from({ length: 3 }, (_, n) =>
      called(`req_old${n}`, { ...old, tenant: n === 0 ? theirs : opened.store.home }),
    ),
  )
  assert.equal((await read('req_old1')).length, 1)
  assert.deepEqual(await removeOlder(opened.store, oldEgress, { days: 7, nowMs: NOW }), {
    removed: 2,
    held: 0,
  })
  await assert.rejects(read('req_old1'), { code: 'not_found' })
  assert.equal((await read('req_a')).length, 3)
  const left = await asSuperuser(data, async (client) => {
    const { rows } = await client.query(
      "SELECT count(*)::int AS calls FROM egress WHERE request LIKE 'req_old%'",
    )
    return rows[0]?.calls
  })
  assert.equal(left, 0)
})
