import { z } from 'zod'
import { Fault } from '../kernel/fault.ts'
import { digestOf } from '../skills/bundle/bundle.ts'
import type { SkillPackage } from '../skills/runner.ts'
import type { Envelope } from '../skills/signing/envelope.ts'
import type { SigningKey } from '../skills/signing/signing-key.ts'
import { signCertification } from '../skills/signing/statement.ts'

/** What of a report goes into a certificate; the rest is in the report, whose digest it names. */
const reportShape = z.looseObject({
  digest: z.string(),
  verdict: z.enum(['pass', 'review', 'block']),
  scanner: z.looseObject({ name: z.string(), version: z.string() }),
  policy: z.string(),
})

export interface Certifying {
  readonly certifier: string
  readonly report: Buffer
  readonly keys: readonly SigningKey[]
  readonly from: string
  readonly until: string
}

/** What a certifier signs about a bundle that was checked. @throws Fault `invalid` for the report of another bundle */
export function certificationOf(
  { manifest, digest }: SkillPackage,
  { certifier, report, keys, from, until }: Certifying,
): Envelope {
  const { name, version } = manifest.metadata
  const read = readReport(report)
  if (read.digest.replace(/^sha256:/, '') !== digest)
    throw new Fault(
      'invalid',
      `The report is about sha256:${read.digest.replace(/^sha256:/, '')}, not about this bundle.`,
      {
        param: 'report',
      },
    )
  const { verdict, policy, scanner } = read
  return signCertification(
    { name, digest },
    {
      name,
      version,
      certifier,
      verdict,
      report: digestOf(report),
      scanner: { name: scanner.name, version: scanner.version },
      policy,
      certifiedAt: from,
      expiresAt: until,
    },
    keys,
  )
}

function readReport(bytes: Buffer): z.output<typeof reportShape> {
  try {
    return reportShape.parse(JSON.parse(bytes.toString('utf8')))
  } catch (error) {
    throw new Fault('invalid', 'The report is none that freehold skill check --json wrote.', {
      param: 'report',
      cause: error,
    })
  }
}
