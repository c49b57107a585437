import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { writeTiles } from '../../packages/server/src/audit/log/log-rows.ts'
import { isConsistent, leafHash, rootOfInclusion } from '../../packages/server/src/audit/log/merkle.ts'
import type { TreeHead } from '../../packages/server/src/audit/log/merkle.ts'
import { checkpointText, signNote } from '../../packages/server/src/audit/log/note.ts'
import { readingOf } from '../../packages/server/src/audit/log/reading.ts'
import { Edge, TiledTree } from '../../packages/server/src/audit/log/tiles.ts'
import { tilesIn } from '../../packages/server/src/audit/log/log-rows.ts'
import type { AuditHouse } from '../system/audit-house.ts'
import { openAuditHouse } from '../system/audit-house.ts'
import { asSuperuser } from '../system/cluster.ts'

const ENTRIES = Number(process.env['AUDIT_ENTRIES'] ?? 1_000_000)
const STEP = 8192

let house: AuditHouse
const heads: TreeHead[] = []
before(async () => {
  house = await openAuditHouse()
  let edge = Edge.empty()
  for (let from = 0; from < ENTRIES; from += STEP) {
    const leaves = Array.from({ length: Math.min(STEP, ENTRIES - from) }, (_, at) =>
      leafHash(`entry ${from + at}`),
    )
    const grown = edge.grown(leaves)
    edge = grown.edge
    heads.push({ size: edge.size, root: edge.root() })
    await house.store.withTenant({ tenant: house.store.home }, ({ db }) => writeTiles(db, grown.tiles))
  }
  const last = { size: edge.size, root: edge.root() }
  const note = signNote(checkpointText(house.signer.key.name, last), house.signer)
  await asSuperuser(house.data, (db) =>
    db.query('INSERT INTO audit_checkpoint (size, note) VALUES ($1, $2)', [last.size, note]),
  )
})
after(() => house.close())

test(`${ENTRIES} entries: any is proven, and any earlier log to be the beginning of this one`, async (t) => {
  const reading = readingOf(house.store, house.keys, house.signer.key)
  const last = heads.at(-1)
  assert.ok(last)
  const took = { inclusion: [] as number[], consistency: [] as number[] }
  for (let turn = 0; turn < 50; turn += 1) {
    const draw = hash('sha256', `draw ${turn}`, 'buffer').readUInt32BE()
    const index: number = draw % last.size
    const fromMs = performance.now()
    const path: readonly Buffer[] = await house.store.withTenant({ tenant: house.store.home }, ({ db }) =>
      new TiledTree(last.size, tilesIn(db)).inclusion(index),
    )
    took.inclusion.push(performance.now() - fromMs)
    assert.deepEqual(rootOfInclusion({ index, size: last.size }, leafHash(`entry ${index}`), path), last.root)
    const older = heads[draw % heads.length]
    assert.ok(older)
    const startMs = performance.now()
    const { proof } = await reading.consistency(older.size)
    took.consistency.push(performance.now() - startMs)
    assert.ok(
      isConsistent(
        older,
        last,
        proof.map((one) => Buffer.from(one, 'base64')),
      ),
    )
  }
  for (const [what, times] of Object.entries(took)) {
    const sorted = times.toSorted((one, other) => one - other)
    t.diagnostic(`${what}: p50 ${sorted[25]?.toFixed(1)} ms, slowest ${sorted.at(-1)?.toFixed(1)} ms`)
  }
})

test('what it costs to bring records of requests into the log', async (t) => {
  await asSuperuser(house.data, (db) =>
    db.query('DELETE FROM audit_tile; DELETE FROM audit_checkpoint; DELETE FROM audit_pending'),
  )
  await asSuperuser(house.data, (db) =>
    db.query(
      `INSERT INTO request_record (tenant_id, id, at, state, admitted_wal, admitted_offset, principal, operation, class,
         settled_wal, settled_offset, settled_at, status, target, zone, bytes_private, bytes_managed, duration_ms, findings)
       SELECT $1, 'req_' || substr(md5(i::text), 1, 24), now(), 'settled', gen_random_uuid(), i, 'key-1', 'chat.complete',
         'internal', gen_random_uuid(), i, now(), 200, 'there', 'managed', 0, 900, 12.345678901, '{"EMAIL": 2}'
       FROM generate_series(1, 10000) AS i`,
      [house.store.home],
    ),
  )
  const from = process.cpuUsage()
  await house.sequencer().round()
  const { user, system } = process.cpuUsage(from)
  t.diagnostic(`${((user + system) / 10_000).toFixed(0)} us of CPU in this process for each record`)
  assert.ok((await house.verify([])).ok)
})
