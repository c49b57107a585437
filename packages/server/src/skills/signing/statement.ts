import { semver } from '@freehold/contract/skill-manifest.ts'
import { skillName } from '@freehold/contract/skill-permissions.ts'
import { skillVerdict } from '@freehold/contract/skill-report.ts'
import { z } from 'zod'
import type { Envelope } from './envelope.ts'
import { IN_TOTO, signEnvelope } from './envelope.ts'
import type { SigningKey } from './signing-key.ts'

const STATEMENT = 'https://in-toto.io/Statement/v1'
export const PREDICATES = {
  /** Whoever publishes a bundle says so. */
  publication: 'https://freehold.dev/skill/publication/v1',
  /** A certifier says what the check of it has found. */
  certification: 'https://freehold.dev/skill/certification/v1',
  /** Somebody takes a bundle or a key back. */
  revocation: 'https://freehold.dev/skill/revocation/v1',
} as const

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 digest')
const instant = z.iso.datetime()
const skill = { name: skillName, version: semver }

const publication = z.strictObject({
  ...skill,
  publisher: skillName,
  publishedAt: instant,
  expiresAt: instant.optional(),
})
const certification = z.strictObject({
  ...skill,
  certifier: skillName,
  verdict: skillVerdict,
  /** Why a person took what the check had left to one. */
  accepted: z.string().min(1).max(1000).optional(),
  /** SHA-256 of the report. */
  report: sha256,
  scanner: z.strictObject({ name: z.string().min(1).max(64), version: z.string().min(1).max(64) }),
  /** The rules that it was checked by. */
  policy: z.string().min(1).max(128),
  certifiedAt: instant,
  expiresAt: instant,
})
const revocation = z.strictObject({
  /** What the subject's digest is of. */
  of: z.enum(['bundle', 'key']),
  reason: z.string().min(1).max(500),
  revokedAt: instant,
})

const of = <P extends z.ZodType, T extends string>(predicateType: T, predicate: P) =>
  z.strictObject({
    _type: z.literal(STATEMENT),
    subject: z.tuple([z.strictObject({ name: z.string().max(256), digest: z.strictObject({ sha256 }) })]),
    predicateType: z.literal(predicateType),
    predicate,
  })
const statement = z.discriminatedUnion('predicateType', [
  of(PREDICATES.publication, publication),
  of(PREDICATES.certification, certification),
  of(PREDICATES.revocation, revocation),
])

/** in-toto Statement v1 about one bundle or key. */
export type Statement = z.output<typeof statement>
export type Publication = z.output<typeof publication>
export type Certification = z.output<typeof certification>
export type Revocation = z.output<typeof revocation>

/** What an envelope says; null for statements of other kinds, which others may attach. Whether it is signed is not asked here. */
export function statementIn(envelope: Envelope): Statement | null {
  if (envelope.payloadType !== IN_TOTO) return null
  try {
    const read = statement.safeParse(JSON.parse(Buffer.from(envelope.payload, 'base64').toString('utf8')))
    return read.success ? read.data : null
  } catch {
    // No JSON, so no statement of ours.
    return null
  }
}

export interface Subject {
  readonly name: string
  readonly digest: string
}

export function signPublication(
  subject: Subject,
  predicate: Publication,
  keys: readonly SigningKey[],
): Envelope {
  return signStatement(subject, { predicateType: PREDICATES.publication, predicate }, keys)
}

export function signCertification(
  subject: Subject,
  predicate: Certification,
  keys: readonly SigningKey[],
): Envelope {
  return signStatement(subject, { predicateType: PREDICATES.certification, predicate }, keys)
}

export function signRevocation(
  subject: Subject,
  predicate: Revocation,
  keys: readonly SigningKey[],
): Envelope {
  return signStatement(subject, { predicateType: PREDICATES.revocation, predicate }, keys)
}

function signStatement(
  { name, digest }: Subject,
  said: Pick<Statement, 'predicateType' | 'predicate'>,
  keys: readonly SigningKey[],
): Envelope {
  const written = statement.parse({
    _type: STATEMENT,
    subject: [{ name, digest: { sha256: digest } }],
    ...said,
  })
  return signEnvelope(Buffer.from(JSON.stringify(written)), keys)
}
