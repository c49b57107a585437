import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { SkillRepository } from '../oci/skill-repository.ts'
import type { Envelope } from '../signing/envelope.ts'
import { readEnvelopes } from '../signing/envelope.ts'
import type { Revocations } from '../signing/revocations.ts'
import { readRevocations } from '../signing/revocations.ts'
import type { Level, TrustRoot } from '../signing/trust-root.ts'
import type { Verified } from '../signing/verify-bundle.ts'
import { verifyBundle } from '../signing/verify-bundle.ts'
import { knownCatalogue, updateCatalogue } from './catalogue-client.ts'
import type { ListedSkill } from './listed-skill.ts'
import { chosenVersion, REVOCATIONS, searchSkills, skillsIn, targetOf } from './listed-skill.ts'
import type { Signed } from './metadata.ts'
import type { TrustedStore } from './trusted-store.ts'

export interface CataloguePorts {
  readonly repository: SkillRepository
  readonly store: TrustedStore
  readonly trust: TrustRoot
  readonly clock: Clock
}

/** A bundle as it came, before anybody has judged it. */
export interface FetchedSkill {
  readonly listed: ListedSkill
  readonly bytes: Buffer
  readonly envelopes: readonly Envelope[]
}

/** The skills of one repository, as far as it proves that they are its own and the newest. */
export class SkillCatalogue {
  readonly #ports: CataloguePorts
  #skills: readonly ListedSkill[] = []
  #revocations: Revocations

  constructor(ports: CataloguePorts) {
    const { store, trust, clock } = ports
    this.#ports = ports
    this.#skills = skillsIn(knownCatalogue({ store, now: clock.now() })?.targets ?? {})
    // Each is signed by itself, so that those of yesterday count as long as there are no newer ones.
    this.#revocations = readRevocations(
      readEnvelopes(store.read('revocations')?.toString('utf8') ?? ''),
      trust,
    )
  }

  get trust(): TrustRoot {
    return this.#ports.trust
  }

  get revocations(): Revocations {
    return this.#revocations
  }

  /** Asks the repository. @throws Fault, and then what was known before stays */
  async refresh(): Promise<void> {
    const { repository, store, trust, clock } = this.#ports
    const { targets } = await updateCatalogue({ source: repository, store, trust, now: clock.now() })
    const bytes = await revocationsOf(repository, targets)
    // All of it is read before any of it counts.
    const revocations = readRevocations(readEnvelopes(bytes.toString('utf8')), trust)
    if (!store.read('revocations')?.equals(bytes)) store.write('revocations', bytes)
    this.#revocations = revocations
    this.#skills = skillsIn(targets)
  }

  search(words: string): readonly ListedSkill[] {
    return searchSkills(this.#skills, words)
  }

  /** The newest version where none is named; null: it is not listed. */
  find(name: string, version: string | null): ListedSkill | null {
    return chosenVersion(this.#skills, name, version)
  }

  /** The bundle and what was said about it; the newest version where none is named. @throws Fault */
  async fetch(name: string, version: string | null = null): Promise<FetchedSkill> {
    const listed = this.find(name, version)
    if (listed === null)
      throw new Fault('not_found', `The repository lists no ${[name, version].filter(Boolean).join(' ')}.`, {
        param: 'name',
      })
    const bytes = await this.#ports.repository.file(listed.digest, listed.length)
    return { listed, bytes, envelopes: await this.#ports.repository.envelopes(listed.manifest) }
  }

  /** Whether a bundle that was fetched is what it was listed as, and trusted enough. @throws Fault `skill_untrusted` */
  judge({ listed, bytes, envelopes }: FetchedSkill, policy: Level): Verified {
    const { trust, clock } = this.#ports
    const revocations = this.#revocations
    const verified = verifyBundle(bytes, envelopes, { trust, revocations, policy, now: clock.now() })
    const { name, version } = verified.skill.manifest.metadata
    if (name === listed.name && version === listed.version) return verified
    throw new Fault('skill_untrusted', `What is listed as ${targetOf(listed)} is ${name} ${version}.`, {
      param: 'bundle',
    })
  }

  close(): Promise<void> {
    return this.#ports.repository.close()
  }
}

/** What a repository says was revoked; nothing where it says nothing. @throws Fault */
export async function revocationsOf(
  repository: Pick<SkillRepository, 'file'>,
  targets: Signed<'targets'>['targets'],
): Promise<Buffer> {
  const found = targets[REVOCATIONS]
  if (found === undefined) return Buffer.alloc(0)
  if (found.length > MOST_REVOCATION_BYTES)
    throw new Fault(
      'too_large',
      `${REVOCATIONS} has ${found.length} bytes; at most ${MOST_REVOCATION_BYTES} are taken.`,
    )
  return repository.file(found.hashes.sha256, found.length)
}
const MOST_REVOCATION_BYTES = 8 * 1024 * 1024
