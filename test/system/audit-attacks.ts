import { generateKeyPairSync, sign } from 'node:crypto'
import type { Client } from 'pg'
import { entryOf } from '../../packages/server/src/audit/log/entry.ts'
import { leafHash } from '../../packages/server/src/audit/log/merkle.ts'
import type { NoteSigner } from '../../packages/server/src/audit/log/note.ts'
import { checkpointText, signNote } from '../../packages/server/src/audit/log/note.ts'
import { Edge } from '../../packages/server/src/audit/log/tiles.ts'
import type { AuditHouse } from './audit-house.ts'
import { asSuperuser } from './cluster.ts'

/** A leaf as it lies in the database. */
interface Row {
  tenant_id: string
  leaf: number
  n: number
  kind: string
  source: string
  entry: string
  salts: Record<string, string>
}

const TABLES = ['audit_event', 'audit_pending', 'audit_leaf', 'audit_tile', 'audit_checkpoint'] as const

/** Keeps the log as it is now. Returns what brings it back, whatever was done to it. */
export async function keep(house: AuditHouse): Promise<() => Promise<void>> {
  await asSuperuser(house.data, async (db) => {
    await db.query('DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept')
    for (const table of TABLES) await db.query(`CREATE TABLE kept.${table} AS TABLE ${table}`)
  })
  return () =>
    asSuperuser(house.data, async (db) => {
      // No trigger makes anything due of what was there before.
      await db.query('BEGIN; SET LOCAL session_replication_role = replica')
      for (const table of TABLES)
        await db.query(`DELETE FROM ${table}; INSERT INTO ${table} SELECT * FROM kept.${table}`)
      await db.query('COMMIT')
    })
}

async function leavesIn(db: Client): Promise<Row[]> {
  const { rows } = await db.query<Omit<Row, 'leaf' | 'n'> & { leaf: string; n: string }>(
    'SELECT * FROM audit_leaf ORDER BY leaf',
  )
  return rows.map((row) => Object.assign(row, { leaf: Number(row.leaf), n: Number(row.n) }))
}

/** With whose key the attacker signs the log that was made up: nobody's, its own, or (as if it had it) the log's. */
export const SIGNINGS = ['unsigned', 'own key', 'key of the log'] as const
export type Signing = (typeof SIGNINGS)[number]

function signerFor(house: AuditHouse, signing: Signing): NoteSigner | null {
  if (signing === 'unsigned') return null
  if (signing === 'key of the log') return house.signer
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const key = {
    ...house.signer.key,
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(12),
  }
  return { key, sign: (text) => sign(null, text, privateKey) }
}

/** Puts other leaves in the place of all, with every number, hash and checkpoint made anew as they must be. */
async function rewrite(db: Client, leaves: readonly Row[], signer: NoteSigner | null): Promise<void> {
  const own = new Map<string, number>()
  const renumbered = leaves.map((row, leaf) => {
    const n = own.get(row.tenant_id) ?? 0
    own.set(row.tenant_id, n + 1)
    return { ...row, leaf, n, entry: withN(row.entry, n) }
  })
  const { edge, tiles } = Edge.empty().grown(renumbered.map(({ entry }) => leafHash(entry)))
  await db.query('DELETE FROM audit_leaf')
  for (let at = 0; at < renumbered.length; at += 200)
    await db.query(
      `INSERT INTO audit_leaf SELECT * FROM jsonb_to_recordset($1::jsonb)
       AS one (tenant_id uuid, leaf bigint, n bigint, kind text, source text, entry text, salts jsonb)`,
      [JSON.stringify(renumbered.slice(at, at + 200))],
    )
  await db.query('DELETE FROM audit_tile')
  for (const { level, place, hashes } of tiles)
    await db.query('INSERT INTO audit_tile VALUES ($1, $2, $3)', [level, place, hashes])
  if (signer) {
    const note = signNote(checkpointText(signer.key.name, { size: edge.size, root: edge.root() }), signer)
    await db.query('DELETE FROM audit_checkpoint')
    await db.query('INSERT INTO audit_checkpoint (size, note) VALUES ($1, $2)', [edge.size, note])
  }
}

/** The members of an entry stand in the order of their names, so the number can be replaced where it stands. */
const withN = (entry: string, n: number): string => entry.replace(/"n":\d+,"nonce"/, `"n":${n},"nonce"`)

/** Another entry in the place of this one, made as the log makes them. */
function forged(row: Row, logged?: string): Row {
  const said = JSON.parse(row.entry) as { action: string; at: string; logged: string; request: string | null }
  const { text, salts } = entryOf(
    {
      kind: 'event',
      id: row.source,
      open: { action: said.action, at: said.at, outcome: 'done', request: said.request },
      fields: { actor: 'person-3', subject: 'another key', detail: {} },
    },
    { tenant: row.tenant_id, n: row.n, logged: logged ?? said.logged },
  )
  return { ...row, entry: text, salts }
}

/** What somebody does who may write everything in the database, at one place of the log. */
type Attack = (at: {
  readonly db: Client
  readonly house: AuditHouse
  readonly leaf: number
  readonly signing: Signing
  readonly random: () => number
}) => Promise<void>

/** The event behind a leaf is changed as well, so that nothing in the database contradicts anything else. */
const EDITS = [
  "UPDATE audit_event SET actor = 'somebody else' WHERE id = $1",
  "UPDATE audit_event SET subject = 'another key' WHERE id = $1",
  'UPDATE audit_event SET detail = \'{"count": 1}\' WHERE id = $1',
  "UPDATE audit_event SET action = 'key.created' WHERE id = $1",
  "UPDATE audit_event SET outcome = 'refused' WHERE id = $1",
  "UPDATE audit_event SET request = 'req_000000000000000000000000' WHERE id = $1",
]

export const ATTACKS: Readonly<Record<string, Attack>> = {
  async 'edit an event'({ db, leaf, random }) {
    const row = (await leavesIn(db))[leaf]
    await db.query(EDITS[Math.floor(random() * EDITS.length)] ?? '', [row?.source])
  },
  async 'edit an event and the log with it'({ db, house, leaf, signing }) {
    const rows = await leavesIn(db)
    const row = rows[leaf]
    if (!row) throw new Error('no such leaf')
    await db.query("UPDATE audit_event SET actor = 'person-3', subject = 'another key' WHERE id = $1", [
      row.source,
    ])
    await rewrite(db, rows.with(leaf, forged(row)), signerFor(house, signing))
  },
  async 'delete an event'({ db, leaf }) {
    await db.query('DELETE FROM audit_event WHERE id = $1', [(await leavesIn(db))[leaf]?.source])
  },
  async 'delete an event, its salts and all'({ db, house, leaf, signing }) {
    const rows = await leavesIn(db)
    await db.query('DELETE FROM audit_event WHERE id = $1', [rows[leaf]?.source])
    if (signing === 'unsigned') await db.query("UPDATE audit_leaf SET salts = '{}' WHERE leaf = $1", [leaf])
    else await rewrite(db, rows.toSpliced(leaf, 1), signerFor(house, signing))
  },
  async 'insert an event'({ db, leaf }) {
    await db.query('SET session_replication_role = replica')
    await db.query(
      `INSERT INTO audit_event (tenant_id, id, at, action, actor, detail)
       SELECT tenant_id, gen_random_uuid(), at, action, actor, detail FROM audit_event
       WHERE id = (SELECT source::uuid FROM audit_leaf WHERE leaf = $1)`,
      [leaf],
    )
  },
  async 'insert an event and a leaf for it'({ db, house, leaf, signing }) {
    const rows = await leavesIn(db)
    const row = rows[leaf]
    if (!row) throw new Error('no such leaf')
    await db.query('SET session_replication_role = replica')
    const source = crypto.randomUUID()
    await db.query(
      `INSERT INTO audit_event (tenant_id, id, at, action, actor, subject, request, detail)
       SELECT tenant_id, $2, at, action, 'person-3', 'another key', request, '{}' FROM audit_event WHERE id = $1`,
      [row.source, source],
    )
    await rewrite(db, rows.toSpliced(leaf, 0, forged({ ...row, source })), signerFor(house, signing))
  },
  async reorder({ db, house, leaf, signing }) {
    const rows = await leavesIn(db)
    const other = leaf + 1 < rows.length ? leaf + 1 : leaf - 1
    const [one, two] = [rows[leaf], rows[other]]
    if (!one || !two) throw new Error('no such leaf')
    await rewrite(db, rows.with(leaf, two).with(other, one), signerFor(house, signing))
  },
  /** To a size whose checkpoint was once signed: only who holds a later one can tell. */
  async truncate({ db, house, leaf, signing }) {
    const rows = (await leavesIn(db)).slice(0, leaf)
    if (signing === 'unsigned') return rollBack(db, leaf)
    await rewrite(db, rows, signerFor(house, signing))
  },
  /** Another future from there on, signed by the program itself after its memory was taken from it. */
  async fork({ db, house, leaf }) {
    await rollBack(db, leaf)
    await house.happen(3)
    await house.sequencer().round()
  },
  async 'replay an old checkpoint'({ db, leaf }) {
    await db.query(
      'DELETE FROM audit_checkpoint WHERE size > greatest($1, (SELECT min(size) FROM audit_checkpoint))',
      [leaf],
    )
  },
  async 'set the time of an event back'({ db, leaf }) {
    await db.query("UPDATE audit_event SET at = at - interval '1 hour' WHERE id = $1", [
      (await leavesIn(db))[leaf]?.source,
    ])
  },
  async 'set the clock of the log back'({ db, house, leaf, signing }) {
    const rows = await leavesIn(db)
    const row = rows[leaf]
    if (!row) throw new Error('no such leaf')
    await db.query("UPDATE audit_event SET actor = 'person-3', subject = 'another key' WHERE id = $1", [
      row.source,
    ])
    const logged = new Date(Date.now() - 3_600_000).toISOString()
    await rewrite(db, rows.with(leaf, forged(row, logged)), signerFor(house, signing))
  },
}

/** The database as it was when its log had the largest signed size of at most so many entries. */
async function rollBack(db: Client, leaf: number): Promise<void> {
  const { rows } = await db.query<{ size: string }>(
    'SELECT max(size) AS size FROM audit_checkpoint WHERE size <= greatest($1, (SELECT min(size) FROM audit_checkpoint))',
    [leaf],
  )
  const size = Number(rows[0]?.size)
  const left = (await leavesIn(db)).slice(0, size)
  await db.query(
    'DELETE FROM audit_event WHERE id::text IN (SELECT source FROM audit_leaf WHERE leaf >= $1)',
    [size],
  )
  await db.query('DELETE FROM audit_checkpoint WHERE size > $1', [size])
  await rewrite(db, left, null)
}
