import type { SkillReport, SkillVerdict } from '@freehold/contract/skill-report.ts'
import type { SkillLevel } from '@freehold/contract/skills.ts'
import type { Tx } from '../../store/store.ts'
import { openReview } from '../checking/reviews/reviews.ts'
import type { By } from './acting.ts'

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

/** What a check found, in a few words. */
export function wordsOf({ findings, reasons }: SkillReport): string {
  const rules = [...new Set(findings.filter(({ act }) => act !== 'note').map(({ rule }) => rule))]
  const [reason] = reasons
  const words = reason === undefined ? '' : `${reason.en} `
  return `${words}(${rules.slice(0, 8).join(', ')}). See: freehold skill check`
}
