import { createHash } from 'node:crypto'
import type { SkillReport } from '@freehold/contract/skill-report.ts'
import { canonicalJson } from '../../audit/log/canonical.ts'

/** What a signature names: the same skill, rules and runs give the same. */
export function reportDigest(report: SkillReport): string {
  // A report holds nothing but what JSON holds.
  return createHash('sha256').update(canonicalJson(report)).digest('hex')
}
