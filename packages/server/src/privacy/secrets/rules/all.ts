import type { Finding } from '../assignments.ts'
import { entropyOf } from '../entropy.ts'
import { isPlaceholder } from '../placeholders.ts'
import { formed, named, prefixed } from '../secret-rule.ts'
import type { SecretRule } from '../secret-rule.ts'
import { CLOUDS } from './clouds.ts'
import { COMPANIES } from './companies.ts'
import { DEVELOPERS } from './developers.ts'
import { FORMS } from './forms.ts'
import { NAMED } from './named.ts'

/** All that is known of vendors' secrets. */
export const SECRET_RULES: readonly SecretRule[] = [
  ...[...CLOUDS, ...DEVELOPERS, ...COMPANIES].map(prefixed),
  ...FORMS.map(formed),
  ...NAMED.map(named),
]

/** The secret of one rule whose keyword begins at `start`. */
export function findByRule(rule: SecretRule, text: string, start: number): Finding | null {
  if (rule.whole && isInsideWord(text, start)) return null
  for (const lead of rule.leads) {
    if (lead > start) continue
    rule.pattern.lastIndex = start - lead
    const match = rule.pattern.exec(text)
    if (match === null) continue
    const value = match[1] ?? match[0]
    const score = judge(rule, value)
    if (score !== null)
      return { start: rule.pattern.lastIndex - value.length, end: rule.pattern.lastIndex, score }
  }
  return null
}

function judge(rule: SecretRule, value: string): number | null {
  return isPlaceholder(value) || (value.length > 12 && entropyOf(value) < rule.entropy)
    ? null
    : rule.judge(value)
}

/** `myHeroku` holds the name of a vendor, and `rookTable` does not. */
function isInsideWord(text: string, start: number): boolean {
  const before = text[start - 1] ?? ''
  return (
    /[A-Za-z]/.test(before) &&
    !(/[a-z]/.test(before) && /[A-Z]/.test(text[start] ?? '')) &&
    text[start - 2] !== '\\'
  )
}
