import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import { ACTING_SCORE } from '../../../privacy/detect/span.ts'
import { createSecretDetector } from '../../../privacy/secrets/secret-detector.ts'
import type { Step } from '../../../kernel/config/tree.ts'
import type { Refuse } from '../manifest-problem.ts'

/** In prose, sure enough that nobody meant a word. */
const SURE = 0.8
const PROSE = /^(?:metadata|settings|operations\.\d+\.(?:title|description|examples|input|output)|tests)\b/
const detector = createSecretDetector()

/** Names of secrets, and digests: they look drawn and are none. */
const REFERENCES =
  /^(?:auth\.\d+\.(?:secret|tokenUrl|name|scopes\.\d+)|permissions\.secrets\.\d+|mcp\.(?:pins\..*|package\.integrity|tools\..*))$/

/** No value of a manifest is a credential: it would be in every copy of the skill. */
export function checkCredentials(manifest: SkillManifest, refuse: Refuse): void {
  const { secrets: names } = manifest.permissions
  const secrets = new Set(names)
  const look = (value: unknown, steps: readonly Step[]): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value))
        look(inner, [...steps, Array.isArray(value) ? Number(key) : key])
      return
    }
    if (typeof value !== 'string' || secrets.has(value) || REFERENCES.test(steps.join('.'))) return
    const key = steps.findLast((step) => typeof step === 'string')
    const found = detector.detect(value, { language: null, key: typeof key === 'string' ? key : null })
    const sure = PROSE.test(steps.join('.')) ? SURE : ACTING_SCORE
    if (!found.some(({ score }) => score >= sure)) return
    const message =
      'looks like a credential: store it as a secret, list its name in permissions.secrets and name it in auth'
    refuse('credential-literal', steps, message)
  }
  look(manifest, [])
}

/** Every secret that may be used has a use. */
export function checkSecrets({ permissions, auth }: SkillManifest, refuse: Refuse): void {
  for (const [at, name] of permissions.secrets.entries()) {
    if (auth.some((one) => 'secret' in one && one.secret === name)) continue
    refuse(
      'secret-unused',
      ['permissions', 'secrets', at],
      'no entry of auth uses it: remove it, or say where it goes',
    )
  }
}
