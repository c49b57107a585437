import type { settingsVersions } from '@freehold/contract/routing.ts'
import { routeInput, targetInput, targetName } from '@freehold/contract/routing.ts'
import { sql } from 'kysely'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { fieldName } from '../../kernel/input.ts'
import type { Tx } from '../../store/store.ts'

const settingsDocument = z.strictObject({
  targets: z.array(targetInput),
  routes: z.array(routeInput),
  /** Names of targets that are out of service, those of the file too. */
  drained: z.array(targetName).optional(),
  /** Rules on trial, in the place of `routes`. */
  shadow: z.array(routeInput).optional(),
})

/** The targets and rules that were made through the API; secrets in the clear, so it is never kept. */
export type Settings = z.output<typeof settingsDocument>

/** What version 0 holds: nothing was ever made. */
const NOTHING: Settings = { targets: [], routes: [] }

/** Older versions stay in the database, but nobody reads them any more. */
const MOST_READABLE = 1000
const MOST_BYTES = 4 * 1024 * 1024
/** Any number of ours; changes follow one another, on whichever replica they arrive. */
const LOCK = 4_600_400
const TABLE = 'routing_version'

/** From here to the end of the transaction nobody else adds a version. Returns the newest one, 0 where there is none. */
export async function takeTurn(tx: Tx): Promise<number> {
  await sql`SELECT pg_advisory_xact_lock(${LOCK}, hashtext(${tx.tenant}))`.execute(tx.db)
  return newestVersion(tx)
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

/** @throws Error that says which version cannot be read, and never what stands in it */
export async function readVersion(tx: Tx, version: number): Promise<Settings> {
  if (version === 0) return NOTHING
  const row = await tx.db
    .selectFrom(TABLE)
    .select(['dek', 'document_sealed'])
    .where('version', '=', version)
    .executeTakeFirst()
  if (!row) throw noSuchVersion(version)
  const text = await opened(tx, { version, ...row })
  const parsed = settingsDocument.safeParse(jsonOf(text))
  if (parsed.success) return parsed.data
  const at = fieldName(parsed.error.issues[0]?.path ?? [])
  throw new Error(`version ${version} is not in the form of this program${at === '' ? '' : `, at ${at}`}`)
}

/** @throws Fault `not_found` for a version that never was, or that is too old */
export function requireReadable(version: number, newest: number): void {
  if (version > newest) throw noSuchVersion(version)
  if (version > 0 && version <= newest - MOST_READABLE) {
    throw new Fault('not_found', `Only the last ${MOST_READABLE} versions can be restored.`, {
      param: 'version',
    })
  }
}

const noSuchVersion = (version: number): Fault =>
  new Fault('not_found', `There is no version ${version} of the targets and rules.`, { param: 'version' })

interface Opening {
  readonly version: number
  readonly dek: Buffer
  readonly document_sealed: Buffer
}

async function opened(tx: Tx, { version, dek, document_sealed: sealed }: Opening): Promise<string> {
  const row = String(version)
  try {
    const key = tx.keys.openDek({ table: TABLE, row, column: 'dek' }, dek)
    const plain = await key.openLarge({ table: TABLE, row, column: 'document_sealed' }, sealed)
    const text = plain.toString('utf8')
    plain.fill(0)
    return text
  } catch (error) {
    throw new Error(`version ${version} cannot be decrypted`, { cause: error })
  }
}

/** The parser's own message would quote the text, which holds credentials. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** @throws Fault `too_large` */
export async function writeVersion(
  tx: Tx,
  {
    version,
    actor,
    settings,
  }: { readonly version: number; readonly actor: string; readonly settings: Settings },
): Promise<void> {
  const plain = Buffer.from(JSON.stringify(settings))
  if (plain.length > MOST_BYTES) {
    throw new Fault(
      'too_large',
      `Targets and rules together may have ${MOST_BYTES} bytes, certificates included.`,
    )
  }
  const row = String(version)
  const { dek, wrapped } = tx.keys.newDek({ table: TABLE, row, column: 'dek' })
  const sealed = await dek.sealLarge({ table: TABLE, row, column: 'document_sealed' }, plain)
  plain.fill(0)
  await tx.db
    .insertInto(TABLE)
    .values({
      tenant_id: tx.tenant,
      version,
      actor,
      targets: settings.targets.length,
      routes: settings.routes.length,
      dek: wrapped,
      document_sealed: sealed,
    })
    .execute()
}

/** Newest first. @throws Fault `invalid` when `after` is not the `next` of an earlier page */
export async function listVersions(
  tx: Tx,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<z.output<typeof settingsVersions>> {
  if (after !== undefined && !/^[1-9]\d{0,8}$/.test(after)) {
    throw new Fault('invalid', '`after` is not the `next` of an earlier page.', { param: 'after' })
  }
  const rows = await tx.db
    .selectFrom(TABLE)
    .select(['version', 'at', 'actor', 'targets', 'routes'])
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
