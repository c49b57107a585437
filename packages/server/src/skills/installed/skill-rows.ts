import type { SkillReport } from '@freehold/contract/skill-report.ts'
import { skillReport } from '@freehold/contract/skill-report.ts'
import type { SkillSettings } from '@freehold/contract/skills.ts'
import { skillSettings } from '@freehold/contract/skills.ts'
import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { SkillTables } from '../../store/skill-tables.ts'
import type { KeyRing, Place, Tx } from '../../store/store.ts'

export type SkillRow = Selectable<SkillTables['skill']>
/** Without what is large. */
export type VersionRow = Omit<Selectable<SkillTables['skill_version']>, 'bundle_sealed' | 'report_sealed'>

const versionPlace = (digest: string, column: string): Place => ({
  table: 'skill_version',
  row: digest,
  column,
})
const skillPlace = (name: string, column: string): Place => ({ table: 'skill', row: name, column })

/** Columns of a version that are read with every list. */
export const VERSION_COLUMNS = [
  'tenant_id',
  'digest',
  'name',
  'version',
  'publisher',
  'kind',
  'level',
  'verdict',
  'source',
  'dek',
  'size_bytes',
  'creator',
  'created_at',
  'approved_by',
  'approved_at',
  'revoked_by',
  'revoked_at',
] as const

/** A new data key, and under it the bundle and what the check said of it. */
export async function sealBundle(keys: KeyRing, digest: string, bundle: Buffer, report: unknown) {
  const { dek, wrapped } = keys.newDek(versionPlace(digest, 'dek'))
  return {
    dek: wrapped,
    bundle_sealed: await dek.sealLarge(versionPlace(digest, 'bundle_sealed'), bundle),
    report_sealed:
      report === null
        ? null
        : dek.seal(versionPlace(digest, 'report_sealed'), Buffer.from(JSON.stringify(report))),
  }
}

/** @throws Error where the row is not there, which is damage */
export async function openBundle({ db, keys }: Tx, digest: string): Promise<Buffer> {
  const row = await db
    .selectFrom('skill_version')
    .select(['dek', 'bundle_sealed'])
    .where('digest', '=', digest)
    .executeTakeFirstOrThrow()
  const dek = keys.openDek(versionPlace(digest, 'dek'), row.dek)
  return dek.openLarge(versionPlace(digest, 'bundle_sealed'), row.bundle_sealed)
}

/** What the check said of each version of a skill, by digest. */
export async function openReports({ db, keys }: Tx, name: string): Promise<ReadonlyMap<string, SkillReport>> {
  const rows = await db
    .selectFrom('skill_version')
    .select(['digest', 'dek', 'report_sealed'])
    .where('name', '=', name)
    .execute()
  return new Map(
    rows.flatMap(({ digest, dek, report_sealed: sealed }) => {
      if (sealed === null) return []
      const plain = keys
        .openDek(versionPlace(digest, 'dek'), dek)
        .open(versionPlace(digest, 'report_sealed'), sealed)
      return [[digest, skillReport.parse(JSON.parse(plain.toString('utf8')))] as const]
    }),
  )
}

export function newSettings(keys: KeyRing, name: string, settings: SkillSettings) {
  const { dek, wrapped } = keys.newDek(skillPlace(name, 'dek'))
  return { dek: wrapped, settings_sealed: dek.seal(skillPlace(name, 'settings_sealed'), textOf(settings)) }
}

export function sealSettings(keys: KeyRing, row: Pick<SkillRow, 'name' | 'dek'>, settings: SkillSettings) {
  const dek = keys.openDek(skillPlace(row.name, 'dek'), row.dek)
  return dek.seal(skillPlace(row.name, 'settings_sealed'), textOf(settings))
}

export function openSettings(keys: KeyRing, row: Pick<SkillRow, 'name' | 'dek' | 'settings_sealed'>) {
  const dek = keys.openDek(skillPlace(row.name, 'dek'), row.dek)
  const plain = dek.open(skillPlace(row.name, 'settings_sealed'), row.settings_sealed)
  return skillSettings.parse(JSON.parse(plain.toString('utf8')))
}

const textOf = (settings: SkillSettings): Buffer => Buffer.from(JSON.stringify(settings))

/** How often the skills of the tenant changed. */
export async function readChanges({ db }: Tx): Promise<bigint> {
  const row = await db.selectFrom('skill_change').select('changes').executeTakeFirst()
  return BigInt(row?.changes ?? 0)
}

/** All changes of a tenant follow one another from here to the end of the transaction, which tells every process. */
export async function countChange({ db, tenant }: Tx, channel: string): Promise<void> {
  await db
    .insertInto('skill_change')
    .values({ tenant_id: tenant, changes: '1' })
    .onConflict((conflict) =>
      conflict
        .column('tenant_id')
        .doUpdateSet({ changes: sql`skill_change.changes + 1`, at: sql`clock_timestamp()` }),
    )
    .execute()
  await sql`SELECT pg_notify(${channel}, ${tenant})`.execute(db)
}

export async function versionsOf({ db }: Tx, name: string): Promise<readonly VersionRow[]> {
  return db
    .selectFrom('skill_version')
    .select(VERSION_COLUMNS)
    .where('name', '=', name)
    .orderBy('created_at', 'desc')
    .orderBy('digest')
    .execute()
}
