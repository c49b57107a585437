import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../kernel/clock.ts'
import type { SkillRepositorySetting } from '../kernel/config/skill-repository-keys.ts'
import type { Dialler } from '../kernel/dialler/dialler.ts'
import { Fault } from '../kernel/fault.ts'
import { digestOf, readBundle } from './bundle/bundle.ts'
import type { ListedSkill } from './catalogue/listed-skill.ts'
import type { FetchedSkill } from './catalogue/skill-catalogue.ts'
import { SkillCatalogue } from './catalogue/skill-catalogue.ts'
import { trustedFiles } from './catalogue/trusted-store.ts'
import { openPlace, placeAddress } from './oci/open-place.ts'
import { SkillRepository } from './oci/skill-repository.ts'
import type { Envelope } from './signing/envelope.ts'
import type { Revoked } from './signing/revocations.ts'
import { NOTHING_REVOKED } from './signing/revocations.ts'
import type { Subject } from './signing/statement.ts'
import type { Level } from './signing/trust-root.ts'
import { atLeast, readTrust } from './signing/trust-root.ts'
import type { Verified } from './signing/verify-bundle.ts'
import { revokedFault, verifyBundle } from './signing/verify-bundle.ts'

export interface RepositoryPorts {
  readonly dialler: Dialler
  readonly clock: Clock
  /** Where what was believed of each is kept, by its name. */
  readonly directory: string
}

export interface FoundSkill extends ListedSkill {
  readonly repository: string
}

/** Why a repository could not be asked. */
export interface Unread {
  readonly repository: string
  readonly fault: Fault
}

/** All repositories of the configuration. */
export interface SkillRepositories {
  readonly names: readonly string[]
  /** Asks each; what is known of one that does not answer, or that is not believed, stays. */
  refresh(): Promise<readonly Unread[]>
  search(words: string): readonly FoundSkill[]
  /** @throws Fault `not_found` where none is called so */
  named(name: string): SkillCatalogue
  /** A bundle that one of them lists, by name; the newest version where none is named. @throws Fault `not_found` */
  fetch(name: string, version: string | null): Promise<FetchedSkill & { readonly repository: string }>
  /**
   * Whether a bundle is believed by the trust root of any repository and taken back by none; without repositories only the
   * policy `dev` lets anything pass. @throws Fault `skill_untrusted`
   */
  verify(bytes: Buffer, envelopes: readonly Envelope[], policy: Level): Verified
  /** Whether any of them has taken a bundle back. */
  isRevoked(subject: Subject): Revoked | null
  close(): Promise<void>
}

/** @throws Fault for an address or a trust root that cannot be read */
export async function openRepositories(
  settings: readonly SkillRepositorySetting[],
  { dialler, clock, directory }: RepositoryPorts,
): Promise<SkillRepositories> {
  const catalogues = new Map<string, SkillCatalogue>()
  for (const { name, url, trust, ...access } of settings) {
    const place = await openPlace(placeAddress(url), { dialler, clock, access })
    const store = trustedFiles(join(directory, name))
    const repository = new SkillRepository(place)
    catalogues.set(name, new SkillCatalogue({ repository, store, trust: readTrust(textOf(trust)), clock }))
  }
  const isRevoked = (subject: Subject): Revoked | null => {
    for (const { revocations } of catalogues.values()) {
      const found = revocations.bundle(subject)
      if (found !== null) return found
    }
    return null
  }
  return {
    names: [...catalogues.keys()],
    async refresh() {
      const asked = [...catalogues].map(async ([repository, catalogue]): Promise<Unread | null> => {
        try {
          await catalogue.refresh()
          return null
        } catch (error) {
          if (error instanceof Fault) return { repository, fault: error }
          throw error
        }
      })
      return (await Promise.all(asked)).filter((one) => one !== null)
    },
    search: (words) =>
      [...catalogues].flatMap(([repository, catalogue]) =>
        catalogue.search(words).map((one) => Object.assign({ repository }, one)),
      ),
    named(name) {
      const found = catalogues.get(name)
      if (found) return found
      throw new Fault('not_found', `No repository is called ${name}.`, { param: 'repository' })
    },
    async fetch(name, version) {
      for (const [repository, catalogue] of catalogues)
        if (catalogue.find(name, version) !== null)
          return Object.assign({ repository }, await catalogue.fetch(name, version))
      throw new Fault('not_found', `No repository lists ${[name, version].filter(Boolean).join(' ')}.`, {
        param: 'name',
      })
    },
    verify(bytes, envelopes, policy) {
      const now = clock.now()
      const { metadata } = readBundle(bytes).manifest
      const revoked = isRevoked({ name: metadata.name, digest: digestOf(bytes) })
      if (revoked !== null) throw revokedFault(metadata, revoked)
      const known = [...catalogues.values()]
      const faults: Fault[] = []
      // What one of them proves counts more than what another one lets pass unproven.
      const verified = known.flatMap(({ trust, revocations }) => {
        try {
          return [verifyBundle(bytes, envelopes, { trust, revocations, policy, now })]
        } catch (error) {
          if (!(error instanceof Fault)) throw error
          faults.push(error)
          return []
        }
      })
      if (known.length === 0)
        return verifyBundle(bytes, envelopes, { trust: NOBODY, revocations: NOTHING_REVOKED, policy, now })
      const [best] = verified.sort((a, b) => (atLeast(a.level, b.level) ? -1 : 1))
      if (best === undefined) throw faults[0] ?? new Fault('skill_untrusted', 'The bundle is not believed.')
      return best
    },
    isRevoked,
    async close() {
      await Promise.all(catalogues.values().map((one) => one.close()))
    },
  }
}

const NOBODY = readTrust('version: 1')

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    throw new Fault('invalid', `The trust root ${file} cannot be read (${code}).`, {
      param: 'trust',
      cause: error,
    })
  }
}
