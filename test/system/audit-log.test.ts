import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { append } from '../../packages/server/src/audit/audit.ts'
import { leafHash, isConsistent, rootOfInclusion } from '../../packages/server/src/audit/log/merkle.ts'
import { openNote, readCheckpoint, verifierKey } from '../../packages/server/src/audit/log/note.ts'
import { readingOf } from '../../packages/server/src/audit/log/reading.ts'
import { LogBroken, Sequencer } from '../../packages/server/src/audit/log/sequencer.ts'
import { verifyBundle } from '../../packages/server/src/cli/audit-verifier.ts'
import { removeOlder } from '../../packages/server/src/audit/keeping/kept.ts'
import { oldRequests } from '../../packages/server/src/gateway/records/retention.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import { keep } from './audit-attacks.ts'
import type { AuditHouse } from './audit-house.ts'
import { openAuditHouse } from './audit-house.ts'
import { asSuperuser } from './cluster.ts'

let house: AuditHouse
before(async () => {
  house = await openAuditHouse()
})
after(() => house.close())

const leaves = async (): Promise<readonly { leaf: string; kind: string; source: string }[]> =>
  (await asSuperuser(house.data, (db) => db.query('SELECT leaf, kind, source FROM audit_leaf ORDER BY leaf')))
    .rows

const head = async () => {
  const reading = readingOf(house.store, house.keys, house.signer.key)
  const { checkpoint } = await reading.checkpoint()
  const text = openNote(checkpoint ?? '', house.signer.key)
  const found = text === null ? null : readCheckpoint(text, house.signer.key.name)
  assert.ok(found)
  return found
}

test('replicas that look at the same moment give every event one place, without a gap', async () => {
  const { store, signer } = house
  const replicas = Array.from({ length: 3 }, () => new Sequencer({ store, signer, signed: null }))
  for (let turn = 0; turn < 4; turn += 1) {
    await house.happen(150)
    await Promise.all(replicas.map((one) => one.round()))
  }
  // Whoever found another at it looks again.
  for (const one of replicas) await one.round()
  const found = await leaves()
  assert.deepEqual(
    found.map(({ leaf }) => Number(leaf)),
    Array.from({ length: 900 }, (_, at) => at),
  )
  assert.equal(new Set(found.map(({ source }) => source)).size, 900)
  const verdict = await house.verify([])
  assert.deepEqual([verdict.problems, verdict.size], [[], 900])
})

test('an event whose transaction commits late has its place after those that were seen before', async () => {
  const before_ = (await leaves()).length
  const hold = Promise.withResolvers<void>()
  const appended = Promise.withResolvers<void>()
  const late = house.store.withTenant({ tenant: house.store.home }, async (tx) => {
    await append(tx, {
      action: 'session.closed',
      actor: 'the late one',
      subject: 'late',
      detail: { reason: 'x' },
    })
    appended.resolve()
    await hold.promise
  })
  await appended.promise
  await house.happen(10)
  await house.settle()
  const between = await leaves()
  assert.equal(between.length, before_ + 15)
  hold.resolve()
  await late
  await house.settle()
  assert.equal((await leaves()).length, before_ + 16)
  const { rows } = await asSuperuser(house.data, (db) =>
    db.query(
      "SELECT leaf FROM audit_leaf JOIN audit_event e ON e.id::text = source WHERE e.actor = 'the late one'",
    ),
  )
  assert.equal(Number(rows[0].leaf), before_ + 15)
  assert.ok((await house.verify([house.checkpoints()])).ok)
})

test('an action that is undone leaves neither an event nor an entry', async () => {
  const before_ = await leaves()
  const undone = house.store.withTenant({ tenant: house.store.home }, async (tx) => {
    await append(tx, { action: 'session.closed', actor: 'x', subject: 'y', detail: { reason: 'x' } })
    throw new Error('changed my mind')
  })
  await assert.rejects(undone, /changed my mind/)
  await house.settle()
  assert.deepEqual(await leaves(), before_)
})

test('one entry is proven against the checkpoint, and an earlier log to be its beginning', async () => {
  const reading = readingOf(house.store, house.keys, house.signer.key)
  const { size, root } = await head()
  const older = await reading.checkpoint(300)
  const first = readCheckpoint(
    openNote(older.checkpoint ?? '', house.signer.key) ?? '',
    house.signer.key.name,
  )
  assert.ok(first && first.size > 0 && first.size <= 300)
  const { proof, from, to } = await reading.consistency(first.size)
  assert.deepEqual([from, to], [first.size, size])
  const hashes = proof.map((hash) => Buffer.from(hash, 'base64'))
  assert.ok(isConsistent(first, { size, root }, hashes))
  assert.ok(!isConsistent({ ...first, root }, { size, root }, hashes))
  const all = (await leaves()).filter(({ kind }) => kind === 'event')
  const some = all[Math.floor(all.length / 2)]
  assert.ok(some)
  const tenant = (await reading.entries('log', { from: Number(some.leaf), limit: 1 })).data[0]
  const owner = tenantId((JSON.parse(tenant?.entry ?? '') as { tenant: string }).tenant)
  const found = await reading.proof(owner, some.source)
  const [lines = '', ...note] = found.proof.split('\n\n')
  const [format, index, ...path] = lines.split('\n')
  assert.deepEqual([format, index], ['c2sp.org/tlog-proof@v1', `index ${some.leaf}`])
  assert.ok(openNote(note.join('\n\n'), house.signer.key))
  const rooted = rootOfInclusion(
    { index: Number(some.leaf), size },
    leafHash(found.entry),
    path.map((hash) => Buffer.from(hash, 'base64')),
  )
  assert.deepEqual(rooted, root)
  const other = house.tenants.find((one) => one !== owner) ?? ''
  await assert.rejects(reading.proof(tenantId(other), some.source), { code: 'not_found' })
})

test('a tenant verifies its own entries, and the bundle has nothing of the others', async () => {
  const [home = '', other = ''] = house.tenants
  const directory = mkdtempSync(join(tmpdir(), 'fh-bundle-'))
  try {
    await house.export(directory, 'tenant')
    const key = verifierKey(house.signer.key)
    const verdict = await verifyBundle({ directory, key, trusted: [house.checkpoints()] })
    assert.deepEqual(verdict.problems, [])
    const text = readFileSync(join(directory, 'entries.jsonl'), 'utf8')
    assert.ok(text.includes(home) && !text.includes(other))
    assert.ok(verdict.entries > 0 && verdict.entries < verdict.size)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
})

/** Records of requests that left for a managed target, and of one that did not. */
const requested = (): Promise<void> =>
  asSuperuser(house.data, async (db) => {
    for (const [at, zone] of ['managed', 'managed', 'private'].entries())
      await db.query(
        `INSERT INTO request_record (tenant_id, id, at, state, admitted_wal, admitted_offset, principal, operation, class,
           settled_wal, settled_offset, settled_at, status, target, zone, bytes_private, bytes_managed, duration_ms, findings)
         VALUES ($1, $2, now() - interval '2 days', 'settled', gen_random_uuid(), 1, 'key-1', 'chat.complete', 'internal',
           gen_random_uuid(), 2, now(), 200, 'there', $3, $4, $5, 12.345678901, '{"EMAIL": 2}')`,
        [
          house.store.home,
          `req_${String(at).repeat(24)}`,
          zone,
          zone === 'private' ? 9 : 0,
          zone === 'managed' ? 9 : 0,
        ],
      )
  })

test('what left for a managed target is an entry of the log, and a changed record is found', async () => {
  await requested()
  await house.settle()
  const requests = (await leaves()).filter(({ kind }) => kind === 'request')
  assert.deepEqual(requests.map(({ source }) => source).toSorted(), [
    `req_${'0'.repeat(24)}`,
    `req_${'1'.repeat(24)}`,
  ])
  const trusted = [house.checkpoints()]
  assert.ok((await house.verify(trusted)).ok)
  const bringBack = await keep(house)
  for (const change of [
    "target = 'elsewhere'",
    'bytes_managed = 8',
    "findings = '{}'",
    'duration_ms = 12.3456789',
  ])
    await asSuperuser(house.data, async (db) => {
      await db.query('SET session_replication_role = replica; CREATE TEMP TABLE was AS TABLE request_record')
      await db.query(`UPDATE request_record SET ${change} WHERE id = 'req_${'1'.repeat(24)}'`)
      const verdict = await house.verify(trusted)
      assert.deepEqual(
        verdict.problems.map(({ kind }) => kind),
        ['value'],
        change,
      )
      await db.query('DELETE FROM request_record; INSERT INTO request_record SELECT * FROM was')
    })
  await bringBack()
  assert.ok((await house.verify(trusted)).ok)
})

test('records whose time is over are erased, the tree stays valid, and an erasure by anybody else is found', async () => {
  const trusted = [house.checkpoints()]
  const swept = await removeOlder(house.store, oldRequests, { days: 1, nowMs: Date.now() })
  assert.deepEqual(swept, { removed: 3, held: 0 })
  await house.settle()
  const verdict = await house.verify(trusted)
  assert.deepEqual([verdict.problems, verdict.erased], [[], 2])
  await requested()
  await house.settle()
  await asSuperuser(house.data, (db) =>
    db.query(`DELETE FROM request_record; UPDATE audit_leaf SET salts = '{}' WHERE kind = 'request'`),
  )
  const second = await house.verify(trusted)
  assert.deepEqual(new Set(second.problems.map(({ kind }) => kind)), new Set(['erased']))
  assert.equal(second.problemCount, 2)
})

test('nothing is signed on top of a log that went back, or of other hashes', async () => {
  const { store, signer } = house
  const signed = await head()
  const longer = new Sequencer({ store, signer, signed: { size: signed.size + 1, root: signed.root } })
  await assert.rejects(longer.check(), (error) => error instanceof LogBroken && error.reason === 'shorter')
  const another = new Sequencer({ store, signer, signed: { size: 300, root: signed.root } })
  await assert.rejects(
    another.check(),
    (error) => error instanceof LogBroken && error.reason === 'other_hashes',
  )
  const bringBack = await keep(house)
  await asSuperuser(house.data, (db) =>
    db.query("UPDATE audit_tile SET hashes = overlay(hashes PLACING 'x' FROM 1) WHERE level = 1"),
  )
  await house.happen(1)
  await assert.rejects(
    new Sequencer({ store, signer, signed: null }).round(),
    (error) => error instanceof LogBroken && error.reason === 'other_hashes',
  )
  await bringBack()
  await new Sequencer({ store, signer, signed }).check()
})
