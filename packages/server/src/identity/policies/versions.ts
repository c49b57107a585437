import type { policyVersions } from '@freehold/contract/policies.ts'
import { sql } from 'kysely'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import type { Tx } from '../../store/store.ts'
import type { StoredPolicy } from './compiled.ts'
import { storedPolicy } from './compiled.ts'

const TABLE = 'policy_version'
/** Older versions stay in the database, but nobody reads them any more. */
const MOST_READABLE = 1000
/** Any number of ours; changes follow one another, on whichever replica they arrive. */
const LOCK = 4_600_423

const document = z.strictObject({ text: z.string(), policies: z.array(storedPolicy) })

/** The policies as one change left them. */
export interface PolicyVersion {
  /** 0: there never was one. */
  readonly version: number
  readonly at: Date | null
  readonly actor: string | null
  readonly text: string
  readonly policies: readonly StoredPolicy[]
}

const NOTHING: PolicyVersion = { version: 0, at: null, actor: null, text: '', policies: [] }

/** From here to the end of the transaction nobody else adds a version. */
export async function takeTurn(tx: Tx): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${LOCK}, hashtext(${tx.tenant}))`.execute(tx.db)
}

/** 0 where there is none. */
export async function newestVersion(tx: Tx): Promise<number> {
  const row = await tx.db
    .selectFrom(TABLE)
    .select('version')
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.version ?? 0
}

/** @throws Fault `not_found`, or Error for one that cannot be opened */
export async function readVersion(tx: Tx, version: number): Promise<PolicyVersion> {
  const newest = await newestVersion(tx)
  if (version > newest || version < 0 || (version > 0 && version <= newest - MOST_READABLE))
    throw new Fault('not_found', `There is no version ${version} of the policies that can be read.`, {
      param: 'version',
    })
  if (version === 0) return NOTHING
  const row = await tx.db
    .selectFrom(TABLE)
    .select(['at', 'actor', 'dek', 'document_sealed'])
    .where('version', '=', version)
    .executeTakeFirstOrThrow()
  const key = tx.keys.openDek({ table: TABLE, row: String(version), column: 'dek' }, row.dek)
  const place = { table: TABLE, row: String(version), column: 'document_sealed' }
  const plain = await key.openLarge(place, row.document_sealed)
  const { text, policies } = document.parse(JSON.parse(plain.toString('utf8')))
  return { version, at: row.at, actor: row.actor, text, policies }
}

export async function writeVersion(
  tx: Tx,
  { version, actor, text, policies }: Omit<PolicyVersion, 'at'> & { readonly actor: string },
): Promise<void> {
  const row = String(version)
  const { dek, wrapped } = tx.keys.newDek({ table: TABLE, row, column: 'dek' })
  const plain = Buffer.from(JSON.stringify({ text, policies }))
  await tx.db
    .insertInto(TABLE)
    .values({
      tenant_id: tx.tenant,
      version,
      actor,
      policies: policies.length,
      dek: wrapped,
      document_sealed: await dek.sealLarge({ table: TABLE, row, column: 'document_sealed' }, plain),
    })
    .execute()
}

/** Newest first. @throws Fault `invalid` when `after` is not the `next` of an earlier page */
export async function listVersions(
  tx: Tx,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<z.output<typeof policyVersions>> {
  if (after !== undefined && !/^[1-9]\d{0,8}$/.test(after))
    throw new Fault('invalid', '`after` is not the `next` of an earlier page.', { param: 'after' })
  const rows = await tx.db
    .selectFrom(TABLE)
    .select(['version', 'at', 'actor', 'policies'])
    .where('version', '>', (await newestVersion(tx)) - MOST_READABLE)
    .$if(after !== undefined, (query) => query.where('version', '<', Number(after)))
    .orderBy('version', 'desc')
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  return {
    data: shown.map(({ at, ...row }) => ({ ...row, at: at.toISOString() })),
    next: rows.length > limit ? String(shown.at(-1)?.version) : null,
  }
}
