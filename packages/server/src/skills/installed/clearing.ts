import type { SkillReport, SkillVerdict } from '@freehold/contract/skill-report.ts'
import type { SkillDetail, SkillLevel } from '@freehold/contract/skills.ts'
import type { Tx } from '../../store/store.ts'
import { openReview } from '../checking/reviews/reviews.ts'
import type { By } from './acting.ts'
import type { VersionRow } from './skill-rows.ts'

interface Standing {
  readonly verdict: SkillVerdict | null
  readonly level: SkillLevel
  readonly policy: SkillLevel
}

/** Whether a person has to decide first: not where a certifier has, and not on a developer's own machine. */
const waits = ({ verdict, level, policy }: Standing): boolean =>
  verdict === 'review' && level !== 'certified' && policy !== 'dev'

/** Whether its check lets a version be called; what the check is not sure of is put before a person. */
export async function isCleared(
  tx: Tx,
  { caller, commit }: By,
  { report, ...standing }: Omit<Standing, 'verdict'> & { readonly report: SkillReport },
): Promise<boolean> {
  const { verdict } = report
  if (!waits({ verdict, ...standing })) return verdict !== 'block'
  const { decision } = await openReview(tx, report, { actor: caller.principal.id, ...commit })
  return decision === 'approve'
}

/** The same of a version that is there. */
export async function wasCleared({ db }: Tx, digest: string, standing: Standing): Promise<boolean> {
  if (!waits(standing)) return standing.verdict !== 'block'
  const row = await db
    .selectFrom('skill_review')
    .select('decision')
    .where('digest', '=', digest)
    .executeTakeFirst()
  return row?.decision === 'approve'
}

/** What vouches for skills where the tenant has said nothing of it. */
const DEFAULT_POLICY: SkillLevel = 'certified'

export async function policyOf({ db }: Tx): Promise<SkillLevel> {
  const row = await db.selectFrom('skill_policy').select('level').executeTakeFirst()
  return row?.level ?? DEFAULT_POLICY
}

/** Versions that nobody has said yes to, and what each waits for. */
export async function pendingOf(tx: Tx, versions: readonly VersionRow[]): Promise<SkillDetail['pending']> {
  const open = versions.filter((one) => one.approved_at === null && one.revoked_at === null)
  if (open.length === 0) return []
  const policy = await policyOf(tx)
  const rows = await tx.db
    .selectFrom('skill_review')
    .select(['id', 'digest', 'decision'])
    .where(
      'digest',
      'in',
      open.map(({ digest }) => digest),
    )
    .execute()
  const reviews = new Map(rows.map((row) => [row.digest, row]))
  return open.map(({ digest, version, verdict, level }) => {
    const review = reviews.get(digest)
    const isHeld = waits({ verdict, level, policy }) && review?.decision !== 'approve'
    const waitsFor = isHeld ? (review?.decision === 'reject' ? 'rejected' : 'review') : 'approval'
    return { digest, version, waitsFor, review: isHeld ? (review?.id ?? null) : null }
  })
}

/** What a check found, in a few words. */
export function wordsOf({ findings, reasons }: SkillReport): string {
  const rules = [...new Set(findings.filter(({ act }) => act !== 'note').map(({ rule }) => rule))]
  const [reason] = reasons
  const words = reason === undefined ? '' : `${reason.en} `
  return `${words}(${rules.slice(0, 8).join(', ')}). See: freehold skill check`
}
