import { sql } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import type { Tx } from '../../store/store.ts'
import type { By } from './acting.ts'
import { noSkill } from './choosing.ts'
import type { Judged } from './installing.ts'
import type { SkillRow, VersionRow } from './skill-rows.ts'
import { sealBundle, VERSION_COLUMNS } from './skill-rows.ts'

export async function skillRow({ db }: Tx, name: string): Promise<SkillRow | null> {
  return (await db.selectFrom('skill').selectAll().where('name', '=', name).executeTakeFirst()) ?? null
}

/** @throws Fault `not_found` */
export async function requireSkill(tx: Tx, name: string): Promise<SkillRow> {
  const row = await skillRow(tx, name)
  if (row === null) throw noSkill()
  return row
}

export async function versionRow({ db }: Tx, digest: string): Promise<VersionRow | null> {
  const row = await db
    .selectFrom('skill_version')
    .select(VERSION_COLUMNS)
    .where('digest', '=', digest)
    .executeTakeFirst()
  return row ?? null
}

/** @throws Fault `not_found` */
export async function requireVersion(tx: Tx, name: string, digest: string): Promise<VersionRow> {
  const row = await versionRow(tx, digest)
  if (row?.name !== name) throw noVersion()
  return row
}

/** Checks that a version may be called from now on. @throws Fault `not_found`, `skill_denied` */
export async function requireCallable(tx: Tx, name: string, digest: string): Promise<void> {
  const version = await requireVersion(tx, name, digest)
  if (version.revoked_at !== null) throw revoked()
  if (version.approved_at === null)
    throw new Fault('skill_denied', 'Nobody has said yes to what this version may do. Approve it first.', {
      param: 'digest',
    })
}

type Standing = Pick<VersionRow, 'approved_at' | 'revoked_at'>

export const isApproved = (row: Standing | null | undefined): boolean =>
  row !== null && row !== undefined && row.approved_at !== null
export const isCallable = (row: Standing | null | undefined): boolean =>
  isApproved(row) && row?.revoked_at === null

export async function insertVersion(
  tx: Tx,
  { skill, bytes, level, report, source }: Judged,
  { by, approved }: { readonly by: By; readonly approved: boolean },
): Promise<void> {
  const { metadata, kind } = skill.manifest
  const actor = by.caller.principal.id
  await tx.db
    .insertInto('skill_version')
    .values({
      tenant_id: tx.tenant,
      digest: skill.digest,
      name: metadata.name,
      version: metadata.version,
      publisher: metadata.publisher,
      kind,
      level,
      verdict: report.verdict,
      source,
      ...(await sealBundle(tx.keys, skill.digest, bytes, report)),
      size_bytes: bytes.length,
      creator: actor,
      ...(approved && { approved_by: actor, approved_at: sql<Date>`clock_timestamp()` }),
    })
    .execute()
}

/** What ends a trial. */
export const NO_CANARY = {
  candidate: null,
  canary_share: null,
  canary_principals: null,
  canary_since: null,
} as const

/** The version is called from now on, and the one before it is a step back. */
export async function switchTo(tx: Tx, row: SkillRow, digest: string): Promise<void> {
  await tx.db
    .updateTable('skill')
    .set({
      active: digest,
      ...(row.active !== digest && { previous: row.active }),
      ...(row.candidate === digest && NO_CANARY),
      changed_at: sql<Date>`clock_timestamp()`,
    })
    .where('name', '=', row.name)
    .execute()
}

export const noVersion = (): Fault =>
  new Fault('not_found', 'There is no such version of this skill.', { param: 'digest' })
export const revoked = (): Fault =>
  new Fault('skill_denied', 'This version was revoked.', { param: 'digest' })
export const notCleared = (): Fault =>
  new Fault('skill_denied', 'The check of this version waits for somebody to decide about it.', {
    param: 'digest',
  })
