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
/** Words in front of what is shown as an example. */
const SHOWN = /(?:e\.g\.|for example|for instance|such as|like|例如|比如|如)[,:：\s]{0,3}["'`“]{0,2}$/i
/** Random keys have no words between their hyphens. */
const WORDED = /^[a-z]{2,12}(?:-[a-z]{2,16}){2,4}-[\w-]{4,24}$/i
const SURE = 0.85
const SHORTEST = 16

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
    .filter(
      ({ start, end, score }) =>
        score >= SURE &&
        end - start >= SHORTEST &&
        !EXAMPLE.test(text.slice(start, end)) &&
        !isShown(text, text.slice(start, end)),
    )
    .map(({ start, end, source }) => ({
      rule: BY_NAME.has(source) || source.endsWith('-named') ? 'secret.assigned' : 'secret.key',
      start,
      end,
    }))
}

/** Whether it is put together from words, and the text says somewhere that it is an example. */
function isShown(text: string, value: string): boolean {
  if (!WORDED.test(value)) return false
  for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length))
    if (SHOWN.test(text.slice(Math.max(0, at - 24), at))) return true
  return false
}
