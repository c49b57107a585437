import { hash } from 'node:crypto'
import { join } from 'node:path'
import type { SkillRepositorySetting } from '../kernel/config/skill-repository-keys.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Dialler } from '../kernel/dialler/dialler.ts'
import { Fault } from '../kernel/fault.ts'
import { readFileSync } from 'node:fs'
import { SkillCatalogue } from './catalogue/skill-catalogue.ts'
import { trustedFiles } from './catalogue/trusted-store.ts'
import { openPlace, placeAddress } from './oci/open-place.ts'
import { SkillRepository } from './oci/skill-repository.ts'
import type { Envelope } from './signing/envelope.ts'
import type { Revoked } from './signing/revocations.ts'
import { NOTHING_REVOKED } from './signing/revocations.ts'
import type { Level, TrustRoot } from './signing/trust-root.ts'
import { readTrust } from './signing/trust-root.ts'
import type { Verified } from './signing/verify-bundle.ts'
import { verifyBundle } from './signing/verify-bundle.ts'

interface Around {
  readonly settings: readonly SkillRepositorySetting[]
  /** Where it is kept what each of them proved last. */
  readonly directory: string
  readonly dialler: Dialler
  readonly clock: Clock
}

/** A bundle that was believed, as it came. */
export interface Believed {
  readonly bytes: Buffer
  readonly verified: Verified
}

/** Nobody's signature counts where no repository says whose does. */
const NOBODY: TrustRoot = { minimum: 'dev', root: null, publishers: [], certifiers: [] }

/** The repositories that the configuration names: where skills come from, and who is believed about them. */
export class Repositories {
  readonly #around: Around
  #catalogues: Promise<readonly SkillCatalogue[]> | null = null

  constructor(around: Around) {
    this.#around = around
  }

  /** The newest version where none is named, of the first repository that has it. @throws Fault */
  async fetch(name: string, version: string | undefined, policy: Level): Promise<Believed> {
    const catalogues = await this.#opened()
    if (catalogues.length === 0)
      throw new Fault('not_offered', 'The configuration names no repository of skills. Send a bundle.', {
        param: 'name',
      })
    let missing: unknown = null
    for (const catalogue of catalogues) {
      await catalogue.refresh()
      const fetched = await catalogue.fetch(name, version ?? null).catch((error: unknown) => {
        if (!(error instanceof Fault) || error.code !== 'not_found') throw error
        missing = error
        return null
      })
      if (fetched !== null) return { bytes: fetched.bytes, verified: catalogue.judge(fetched, policy) }
    }
    throw missing
  }

  /** A bundle that was sent by itself: whoever of the repositories believes most of it counts. @throws Fault */
  async judge(bytes: Buffer, envelopes: readonly Envelope[], policy: Level): Promise<Verified> {
    const now = this.#around.clock.now()
    const catalogues = await this.#opened()
    if (catalogues.length === 0)
      return verifyBundle(bytes, envelopes, { trust: NOBODY, revocations: NOTHING_REVOKED, policy, now })
    const found: Verified[] = []
    const refusals: unknown[] = []
    for (const { trust, revocations } of catalogues) {
      try {
        found.push(verifyBundle(bytes, envelopes, { trust, revocations, policy, now }))
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        refusals.push(error)
      }
    }
    const [first] = refusals
    const best = found.toSorted((one, other) => LEVELS.indexOf(other.level) - LEVELS.indexOf(one.level))[0]
    if (best === undefined) throw first
    const revoked = await this.revoked({ name: best.skill.manifest.metadata.name, digest: best.skill.digest })
    if (revoked !== null)
      throw new Fault('skill_untrusted', `It was revoked on ${revoked.at}: ${revoked.reason}.`, {
        param: 'bundle',
      })
    return best
  }

  /** Why nobody may call a bundle any more; null where no repository says so. */
  async revoked(bundle: { readonly name: string; readonly digest: string }): Promise<Revoked | null> {
    for (const { revocations } of await this.#opened()) {
      const found = revocations.bundle(bundle)
      if (found) return found
    }
    return null
  }

  /** Asks each what is new; one that is away keeps what it said. */
  async refresh(report: (error: unknown) => void): Promise<void> {
    for (const catalogue of await this.#opened()) await catalogue.refresh().catch(report)
  }

  get isEmpty(): boolean {
    return this.#around.settings.length === 0
  }

  async close(): Promise<void> {
    const opened = await this.#catalogues?.catch(() => [])
    await Promise.all((opened ?? []).map((one) => one.close()))
  }

  #opened(): Promise<readonly SkillCatalogue[]> {
    const opening = (this.#catalogues ??= Promise.all(this.#around.settings.map((one) => this.#open(one))))
    // What is not there now may be later.
    opening.catch(() => {
      this.#catalogues = null
    })
    return opening
  }

  async #open(setting: SkillRepositorySetting): Promise<SkillCatalogue> {
    const { directory, dialler, clock } = this.#around
    const { name, url, user, password, ca, hosts } = setting
    // Another address is another repository, whose versions begin anew.
    const kept = `${name}-${hash('sha256', url, 'hex').slice(0, 16)}`
    const place = await openPlace(placeAddress(url), {
      dialler,
      clock,
      access: { user, password, ca, hosts },
    })
    return new SkillCatalogue({
      repository: new SkillRepository(place),
      store: trustedFiles(join(directory, kept)),
      trust: readTrust(readFileSync(setting.trust, 'utf8')),
      clock,
    })
  }
}

const LEVELS: readonly Level[] = ['dev', 'signed', 'certified']
