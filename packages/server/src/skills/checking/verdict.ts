import type { SkillFinding, SkillVerdict } from '@freehold/contract/skill-report.ts'
import type { Said } from './rule.ts'

export interface Verdict {
  readonly verdict: SkillVerdict
  readonly reasons: readonly Said[]
}

const MOST_REASONS = 20

/**
 * One finding that blocks is enough. Words alone are quoted by honest skills too, so a suspicion raised by a text asks
 * for a review, and blocks when code, declarations, dependencies or a run raise one as well.
 */
export function verdictOf(findings: readonly SkillFinding[]): Verdict {
  const blocking = findings.filter(({ act }) => act === 'block')
  if (blocking.length > 0) return { verdict: 'block', reasons: reasonsOf(blocking) }
  const suspect = findings.filter(({ act }) => act === 'suspect')
  const prose = suspect.filter(({ evidence }) => evidence === 'prose')
  const other = suspect.filter(({ evidence }) => evidence !== 'prose')
  if (prose.length > 0 && other.length > 0)
    return { verdict: 'block', reasons: reasonsOf([...prose, ...other]) }
  const open = findings.filter(({ act }) => act === 'suspect' || act === 'review')
  return open.length > 0 ? { verdict: 'review', reasons: reasonsOf(open) } : { verdict: 'pass', reasons: [] }
}

function reasonsOf(findings: readonly SkillFinding[]): readonly Said[] {
  const byRule = Map.groupBy(findings, ({ rule }) => rule)
  return [...byRule].slice(0, MOST_REASONS).flatMap(([rule, [one, ...more]]) => {
    if (!one) return []
    const place =
      one.path === ''
        ? ''
        : ` (${one.path}${one.line > 0 ? `:${one.line}` : ''}${more.length > 0 ? `, +${more.length}` : ''})`
    return [{ en: `${rule}: ${one.says.en}${place}`, zh: `${rule}：${one.says.zh}${place}` }]
  })
}
