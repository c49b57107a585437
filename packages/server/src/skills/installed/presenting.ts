import type { SkillReport } from '@freehold/contract/skill-report.ts'
import type { SettingValues } from '@freehold/contract/skill-settings.ts'
import type { SkillDetail, SkillVersionView, SkillView } from '@freehold/contract/skills.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Tx } from '../../store/store.ts'
import { permissionGrowth, permissionSummary } from '../manifest/permission-summary.ts'
import { accessOf } from '../kinds/access.ts'
import { approvedTools } from '../mcp/approved-tools.ts'
import { withApproved } from '../mcp/described-operations.ts'
import type { SkillPackage } from '../runner.ts'
import { pendingOf } from './clearing.ts'
import { figuresOf } from './figures.ts'
import { offeredOperations } from './offered.ts'
import { settled } from './opened-skills.ts'
import { isCallable } from './installed-rows.ts'
import type { SkillRow, VersionRow } from './skill-rows.ts'
import { openBundle, openReports, openSettings, versionsOf } from './skill-rows.ts'
import { shownOperation } from './shown-operation.ts'

type Read = (bytes: Buffer) => SkillPackage

/** Everything of a skill, for those who look after skills. */
export async function detailOf(tx: Tx, row: SkillRow, read: Read): Promise<SkillDetail> {
  const versions = await versionsOf(tx, row.name)
  const packages = new Map<string, SkillPackage>()
  const settings = openSettings(tx.keys, row)
  const tools = await approvedTools(tx, row.name)
  for (const { digest } of versions)
    packages.set(digest, asSettled(withApproved(read(await openBundle(tx, digest)), tools), settings.values))
  const reports = await openReports(tx, row.name)
  const active = packages.get(row.active ?? '')
  const stored = await tx.db.selectFrom('skill_secret').select('name').where('skill', '=', row.name).execute()
  const isSet = new Set(stored.map(({ name }) => name))
  const names = new Set([...packages.values()].flatMap(({ manifest }) => manifest.permissions.secrets))
  return {
    ...viewOf(row, { active, versions }),
    audience: row.audience,
    settings,
    declared: [...((active ?? packages.get(versions[0]?.digest ?? ''))?.manifest.settings ?? [])],
    secrets: [...names.union(isSet)].toSorted().map((name) => ({ name, isSet: isSet.has(name) })),
    versions: versions.flatMap((version) => {
      const own = packages.get(version.digest)
      return own ? [versionView(version, { own, active, report: reports.get(version.digest) ?? null })] : []
    }),
    figures: await figuresOf(tx, versions, DAY_HOURS),
    pending: [...(await pendingOf(tx, versions))],
  }
}

/** What it may do is told as it is here, and not as its author left it. A version without these settings: as written. */
export function asSettled(pack: SkillPackage, values: SettingValues): SkillPackage {
  try {
    return settled(pack, values)
  } catch (error) {
    if (error instanceof Fault) return pack
    throw error
  }
}

const DAY_HOURS = 24
/** Of one version, the gravest first. */
const MOST_FINDINGS = 100

function reportView(report: SkillReport): SkillVersionView['report'] {
  const { verdict, reasons, findings, unlisted, dynamic } = report
  const shown = findings.slice(0, MOST_FINDINGS)
  const more = unlisted + findings.length - shown.length
  return { verdict, reasons, findings: shown, unlisted: more, dynamic }
}

interface Told {
  readonly own: SkillPackage
  readonly active: SkillPackage | undefined
  readonly report: SkillReport | null
}

function versionView(row: VersionRow, { own, active, report }: Told): SkillVersionView {
  return {
    digest: row.digest,
    version: row.version,
    publisher: row.publisher,
    level: row.level,
    source: row.source,
    verdict: row.verdict,
    permissions: [...permissionSummary(own.manifest)],
    access: accessOf(own),
    grows:
      active === undefined || active.digest === own.digest
        ? []
        : [...permissionGrowth(active.manifest, own.manifest)],
    report: report && reportView(report),
    sizeBytes: row.size_bytes,
    installedBy: row.creator,
    installedAt: row.created_at.toISOString(),
    approvedBy: row.approved_by,
    approvedAt: row.approved_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
  }
}

interface Behind {
  readonly active: SkillPackage | undefined
  readonly versions: readonly VersionRow[]
}

/** A skill as those see it who use it. */
export function viewOf(row: SkillRow, { active, versions }: Behind): SkillView {
  const called = versions.find(({ digest }) => digest === row.active)
  const metadata = active?.manifest.metadata
  const { candidate, canary_share: share, canary_since: since } = row
  return {
    name: row.name,
    title: metadata?.title ?? row.name,
    description: metadata?.description ?? '',
    zh: metadata?.zh ?? null,
    kind: active?.manifest.kind ?? called?.kind ?? 'http',
    state: row.state,
    why: row.why,
    isUsable: row.state === 'enabled' && isCallable(called),
    active: row.active,
    version: called?.version ?? null,
    previous: row.previous,
    canary:
      candidate === null
        ? null
        : {
            digest: candidate,
            share: share ?? 0,
            principals: row.canary_principals ?? [],
            since: since?.toISOString() ?? '',
          },
    operations:
      active === undefined
        ? []
        : [...offeredOperations(active).values()].map((one) => shownOperation(row.name, one)),
    changedAt: row.changed_at.toISOString(),
  }
}
