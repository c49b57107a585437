import { createSecretDetector } from '../../privacy/secrets/secret-detector.ts'
import type { SkillFile } from './skill-file.ts'

/** Sources of the detector that go by names and words instead of a vendor's form. */
const BY_NAME = new Set([
  'assigned-secret',
  'said-secret',
  'secret-column',
  'named-by-key',
  'address-credentials',
  'name',
])
/** Values that stand for a secret in an example. */
const EXAMPLE =
  /example|sample|dummy|fake|test|placeholder|your|xxxx|1234|abcd|changeme|redacted|todo|\.{3}|<|\*{3}|000000|insert/i
const SURE = 0.85

export interface SecretFinding {
  readonly rule: 'secret.key' | 'secret.assigned'
  readonly start: number
  readonly end: number
}

const detector = createSecretDetector()

/** Keys and tokens in a file, by the rules that also guard what leaves the house. */
export function findSecrets({ text, sort }: SkillFile): readonly SecretFinding[] {
  if (sort === 'binary') return []
  return detector
    .detect(text, { language: null, key: null })
    .filter(({ start, end, score }) => score >= SURE && !EXAMPLE.test(text.slice(start, end)))
    .map(({ start, end, source }) => ({
      rule: BY_NAME.has(source) || /-named$/.test(source) ? 'secret.assigned' : 'secret.key',
      start,
      end,
    }))
}
