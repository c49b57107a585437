import { Fault } from '../../kernel/fault.ts'
import { readBundle } from '../bundle/bundle.ts'
import type { SkillPackage } from '../runner.ts'
import type { Envelope } from './envelope.ts'
import { signersOf } from './envelope.ts'
import type { Revocations, Revoked } from './revocations.ts'
import type { Certification, Publication } from './statement.ts'
import { PREDICATES, statementIn } from './statement.ts'
import type { Keyholder, Level, TrustRoot } from './trust-root.ts'
import { atLeast, ownerOf } from './trust-root.ts'

/** By what a bundle is judged. */
export interface Judging {
  readonly trust: TrustRoot
  readonly revocations: Revocations
  /** What the tenant asks for; the trust root may ask for more. */
  readonly policy: Level
  /** Milliseconds since the Unix epoch. */
  readonly now: number
}

/** A bundle that was believed. */
export interface Verified {
  /** What was proven, which may be more than was asked for. */
  readonly level: Level
  /** Null: nobody that is known has signed it. */
  readonly publisher: string | null
  readonly certification: Certification | null
  readonly skill: SkillPackage
}

/** @throws Fault `skill_untrusted` that says what is missing or wrong, `invalid` and `too_large` for what is no bundle */
export function verifyBundle(bytes: Buffer, envelopes: readonly Envelope[], judging: Judging): Verified {
  const { trust, revocations, now } = judging
  const skill = readBundle(bytes)
  const { name, version } = skill.manifest.metadata
  const revoked = revocations.bundle({ name, digest: skill.digest })
  if (revoked) throw revokedFault({ name, version }, revoked)
  const asked = atLeast(trust.minimum, judging.policy) ? trust.minimum : judging.policy
  const published = publicationOf({ skill, envelopes, trust, revocations, now })
  if (published.wrong !== null) {
    if (asked === 'dev') return { level: 'dev', publisher: null, certification: null, skill }
    throw refuse(published.wrong)
  }
  const { publisher } = published.found
  const certified = certificationOf({ skill, envelopes, trust, revocations, now })
  if (certified.wrong === null)
    return { level: 'certified', publisher, certification: certified.found, skill }
  if (asked === 'certified') throw refuse(certified.wrong)
  return { level: 'signed', publisher, certification: null, skill }
}

/** Somebody who may has taken a bundle back. */
export const revokedFault = (
  { name, version }: { readonly name: string; readonly version: string },
  { at, reason }: Revoked,
): Fault => refuse(`${name} ${version} was revoked on ${at}: ${reason}`)

const refuse = (what: string): Fault => new Fault('skill_untrusted', `${what}.`, { param: 'bundle' })

interface Evidence extends Pick<Judging, 'trust' | 'revocations' | 'now'> {
  readonly skill: SkillPackage
  readonly envelopes: readonly Envelope[]
}
type Finding<T> =
  | { readonly wrong: null; readonly found: T }
  | { readonly wrong: string; readonly found?: never }

function publicationOf(evidence: Evidence): Finding<Publication> {
  const { name, version, publisher } = evidence.skill.manifest.metadata
  const what = `${name} ${version}`
  const owner = ownerOf(evidence.trust, name)
  const said = evidence.trust.publishers.find((one) => one.name === publisher)
  const reasons: string[] = []
  for (const { envelope, statement } of statements(evidence, 'publication')) {
    const { predicate } = statement
    if (statement.subject[0].digest.sha256 !== evidence.skill.digest)
      reasons.push(`${what} was changed after it was signed`)
    else if (predicate.name !== name || predicate.version !== version || predicate.publisher !== publisher)
      reasons.push(`${what} was signed as ${predicate.name} ${predicate.version} of ${predicate.publisher}`)
    else if (said === undefined)
      reasons.push(`the publisher ${publisher} of ${what} is unknown here: no trust root names it`)
    else if (said !== owner) reasons.push(`the name ${name} does not belong to the publisher ${publisher}`)
    else {
      const wrong = wrongSignatures(evidence, envelope, said, `${what}: of the publisher ${publisher}`)
      if (wrong !== null) reasons.push(wrong)
      else if (isOver(predicate.expiresAt, evidence.now))
        reasons.push(`what the publisher signed of ${what} expired on ${predicate.expiresAt}`)
      else return { wrong: null, found: predicate }
    }
  }
  return { wrong: reasons.at(-1) ?? `${what} is not signed by its publisher` }
}

function certificationOf(evidence: Evidence): Finding<Certification> {
  const { name, version } = evidence.skill.manifest.metadata
  const what = `${name} ${version}`
  const reasons: string[] = []
  for (const { envelope, statement } of statements(evidence, 'certification')) {
    const { predicate } = statement
    const { certifier, verdict, certifiedAt, expiresAt } = predicate
    const said = evidence.trust.certifiers.find((one) => one.name === certifier)
    if (statement.subject[0].digest.sha256 !== evidence.skill.digest)
      reasons.push(`${what} was changed after it was certified`)
    else if (predicate.name !== name || predicate.version !== version)
      reasons.push(`${what} was certified as ${predicate.name} ${predicate.version}`)
    else if (said === undefined)
      reasons.push(`the certifier ${certifier} of ${what} is unknown here: no trust root names it`)
    else {
      const wrong = wrongSignatures(evidence, envelope, said, `${what}: of the certifier ${certifier}`)
      if (wrong !== null) reasons.push(wrong)
      else if (!isAccepted(predicate))
        reasons.push(`the certifier ${certifier} has judged ${what}: ${verdict}`)
      else if (Date.parse(certifiedAt) > evidence.now + SKEW_MS)
        reasons.push(`the certificate of ${what} begins on ${certifiedAt}`)
      else if (isOver(expiresAt, evidence.now))
        reasons.push(`the certificate of ${what} expired on ${expiresAt}`)
      else return { wrong: null, found: predicate }
    }
  }
  return { wrong: reasons.at(-1) ?? `${what} is not certified` }
}

/** It found nothing, or a person has answered for what it found. */
const isAccepted = ({ verdict, accepted }: Certification): boolean =>
  verdict === 'pass' || (verdict === 'review' && accepted !== undefined)

/** Clocks of two machines may differ by this. */
const SKEW_MS = 300_000
const isOver = (instant: string | undefined, now: number): boolean =>
  instant !== undefined && now > Date.parse(instant)

function* statements<K extends keyof typeof PREDICATES>({ envelopes }: Evidence, kind: K) {
  for (const envelope of envelopes) {
    const statement = statementIn(envelope)
    if (statement?.predicateType !== PREDICATES[kind]) continue
    // The predicate's type was compared just now.
    yield {
      envelope,
      statement: statement as Extract<typeof statement, { predicateType: (typeof PREDICATES)[K] }>,
    }
  }
}

function wrongSignatures(
  { revocations }: Evidence,
  envelope: Envelope,
  { keys, threshold }: Keyholder,
  whose: string,
): string | null {
  const signers = [...signersOf(envelope, keys)]
  if (signers.length === 0) return `${whose} none of the known keys has signed it, or it was changed`
  const standing = signers.filter((id) => revocations.key(id) === null)
  const gone = revocations.key(signers.find((id) => revocations.key(id) !== null) ?? '')
  if (standing.length >= threshold) return null
  if (gone !== null) return `${whose} a key that signed it was revoked on ${gone.at}: ${gone.reason}`
  return `${whose} ${standing.length} of ${threshold} needed keys have signed it`
}
