import type { SkillReport } from '@freehold/contract/skill-report.ts'
import type { Envelope } from '../signing/envelope.ts'
import type { SigningKey } from '../signing/signing-key.ts'
import { signCertification } from '../signing/statement.ts'
import { reportDigest } from './report-digest.ts'

export interface Certifying {
  readonly certifier: string
  readonly keys: readonly SigningKey[]
  /** RFC 3339. */
  readonly certifiedAt: string
  readonly expiresAt: string
}

/** What a certifier signs of a report: the verdict, and by its digest everything else that stands in it. */
export function certify(report: SkillReport, { keys, ...said }: Certifying): Envelope {
  const { skill, verdict, scanner } = report
  const { name, version } = skill
  return signCertification(
    { name: `${name}@${version}`, digest: skill.digest },
    {
      ...said,
      name,
      version,
      verdict,
      report: reportDigest(report),
      scanner: { name: 'freehold', version: scanner.version },
      policy: `sha256:${scanner.rules}`,
    },
    keys,
  )
}
