import { Fault } from '../../kernel/fault.ts'
import { digestOf } from '../bundle/bundle.ts'
import type { SkillRepository } from '../oci/skill-repository.ts'
import { readEnvelopes, writeEnvelopes } from '../signing/envelope.ts'
import { readRevocations } from '../signing/revocations.ts'
import type { SigningKey } from '../signing/signing-key.ts'
import type { Revocation, Subject } from '../signing/statement.ts'
import { signRevocation } from '../signing/statement.ts'
import type { Level, TrustRoot } from '../signing/trust-root.ts'
import { verifyBundle } from '../signing/verify-bundle.ts'
import type { Standing, Writing } from './catalogue-writer.ts'
import { changeTargets, standingCatalogue } from './catalogue-writer.ts'
import type { ListedSkill } from './listed-skill.ts'
import { REVOCATIONS, skillsIn, targetEntry, targetOf } from './listed-skill.ts'
import { revocationsOf } from './skill-catalogue.ts'
import type { TrustedStore } from './trusted-store.ts'

/** Who runs a repository, and what of. */
export interface Running {
  readonly repository: SkillRepository
  readonly trust: TrustRoot
  readonly store: TrustedStore
  readonly signers: readonly SigningKey[]
  readonly now: number
}

export interface Version {
  readonly name: string
  readonly version: string
}

const writingOf = ({ repository, signers, now }: Running): Writing => ({ place: repository, signers, now })
/** What the repository holds now. @throws Fault */
export const standingOf = ({ repository, trust, store }: Running): Promise<Standing> =>
  standingCatalogue(repository, trust, store)

/** Lists a bundle that was published there, after it was verified as whoever installs it will. @throws Fault */
export async function listSkill(
  running: Running,
  { name, version }: Version,
  policy: Level,
): Promise<ListedSkill> {
  const { repository, trust, now } = running
  const standing = await standingOf(running)
  const stored = await repository.published(name, version)
  if (stored === null)
    throw new Fault('not_found', `${name} ${version} is not published there: freehold skill publish does it.`)
  const { targets } = standing.targets
  const bytes = await repository.file(stored.digest, stored.length)
  const revocations = readRevocations(
    readEnvelopes((await revocationsOf(repository, targets)).toString('utf8')),
    trust,
  )
  const envelopes = await repository.envelopes(stored.manifest)
  const { skill, level, certification } = verifyBundle(bytes, envelopes, { trust, revocations, policy, now })
  const { metadata } = skill.manifest
  if (metadata.name !== name || metadata.version !== version)
    throw new Fault(
      'skill_untrusted',
      `What is published as ${name} ${version} is ${metadata.name} ${metadata.version}.`,
    )
  const verdict = certification?.verdict
  const entry = targetEntry(skill, stored, { level, ...(verdict !== undefined && { verdict }) })
  const there = targets[targetOf(metadata)]
  if (there !== undefined && there.hashes.sha256 !== skill.digest)
    throw new Fault('conflict', `${name} ${version} is listed with other bytes already. Raise the version.`)
  await changeTargets(writingOf(running), standing, { ...targets, ...entry })
  const [listed] = skillsIn(entry)
  if (listed === undefined) throw new Error('an entry that was made here could not be read')
  return listed
}

/** Takes a version from the list; whoever has it keeps it. @throws Fault `not_found` */
export async function unlistSkill(running: Running, version: Version): Promise<void> {
  const standing = await standingOf(running)
  const { [targetOf(version)]: gone, ...targets } = standing.targets.targets
  if (gone === undefined) throw new Fault('not_found', `${version.name} ${version.version} is not listed.`)
  await changeTargets(writingOf(running), standing, targets)
}

/** Lists that something was taken back, signed with all the keys. @throws Fault `not_allowed` where none of them may */
export async function revoke(running: Running, subject: Subject, said: Revocation): Promise<void> {
  const { repository, trust, signers } = running
  const standing = await standingOf(running)
  const { targets } = standing.targets
  const envelope = signRevocation(subject, said, signers)
  const counted = readRevocations([envelope], trust)
  if ((said.of === 'key' ? counted.key(subject.digest) : counted.bundle(subject)) === null)
    throw new Fault(
      'not_allowed',
      'None of these keys may take that back: it takes one of the publisher, a certifier or the root.',
      {
        param: 'key',
      },
    )
  const known = readEnvelopes((await revocationsOf(repository, targets)).toString('utf8'))
  const bytes = Buffer.from(writeEnvelopes([...known, envelope]))
  await repository.putFile(REVOCATIONS, bytes)
  const entry = { length: bytes.length, hashes: { sha256: digestOf(bytes) } }
  await changeTargets(writingOf(running), standing, { ...targets, [REVOCATIONS]: entry })
}
