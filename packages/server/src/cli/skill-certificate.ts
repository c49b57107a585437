import type { SkillReport } from '@freehold/contract/skill-report.ts'
import { skillReport } from '@freehold/contract/skill-report.ts'
import { z } from 'zod'
import { Fault } from '../kernel/fault.ts'
import { parseInput, parseJson } from '../kernel/input.ts'
import { reportDigest } from '../skills/checking/report-digest.ts'
import type { SkillPackage } from '../skills/runner.ts'
import type { Envelope } from '../skills/signing/envelope.ts'
import type { SigningKey } from '../skills/signing/signing-key.ts'
import { signCertification } from '../skills/signing/statement.ts'

export interface Certifying {
  readonly certifier: string
  /** What `freehold skill check --json` wrote. */
  readonly report: Buffer
  /** Why somebody takes what the check has left to a person; null: nobody has decided. */
  readonly accepted: string | null
  readonly keys: readonly SigningKey[]
  readonly from: string
  readonly until: string
}

/** What a certifier signs about a bundle that was checked. @throws Fault `invalid` for a report that does not carry it */
export function certificationOf(skill: SkillPackage, certifying: Certifying): Envelope {
  const { name, version } = skill.manifest.metadata
  const report = reportOn(skill, certifying.report)
  const { certifier, accepted, keys, from, until } = certifying
  if (report.verdict === 'block' || (report.verdict === 'review' && accepted === null))
    throw new Fault(
      'invalid',
      report.verdict === 'block'
        ? `${name} ${version} is not certified: its check says block.`
        : `The check of ${name} ${version} leaves it to a person: read the report, and say why with --accept REASON.`,
      { param: 'report' },
    )
  return signCertification(
    { name, digest: skill.digest },
    {
      name,
      version,
      certifier,
      verdict: report.verdict,
      ...(report.verdict === 'review' && accepted !== null && { accepted }),
      report: reportDigest(report),
      scanner: { name: 'freehold', version: report.scanner.version },
      policy: `rules:${report.scanner.rules}`,
      certifiedAt: from,
      expiresAt: until,
    },
    keys,
  )
}

/** As it was printed: the report, and beside it the digest of it. */
const printed = z.looseObject({ digest: z.string().optional() })

function reportOn({ digest }: SkillPackage, bytes: Buffer): SkillReport {
  const { digest: said, ...written } = parseInput(printed, parseJson(bytes))
  const report = parseInput(skillReport, written)
  if (said !== undefined && said !== reportDigest(report))
    throw new Fault('invalid', 'The report was changed after the check wrote it.', { param: 'report' })
  if (report.skill.digest === digest) return report
  throw new Fault('invalid', `The report is about sha256:${report.skill.digest}, not about this bundle.`, {
    param: 'report',
  })
}
