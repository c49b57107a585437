import { hash } from 'node:crypto'
import { join } from 'node:path'
import type { SkillRepositorySetting } from '../kernel/config/skill-repository-keys.ts'
import type { Clock } from '../kernel/clock.ts'
import type { Dialler } from '../kernel/dialler/dialler.ts'
import { Fault } from '../kernel/fault.ts'
import { readFileSync } from 'node:fs'
import type { ListedSkill } from './catalogue/listed-skill.ts'
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

/** A repository as it is looked through. */
interface Shelf {
  readonly name: string
  /** The newest version of each. */
  readonly skills: readonly ListedSkill[]
  /** Why it could not be asked. */
  readonly problem: string | null
}

const ASKED_AGAIN_MS = 60_000

/** In words that say nothing of this machine. */
const problemIn = (error: unknown): string =>
  error instanceof Fault ? error.message : 'It could not be reached.'

/** Nobody's signature counts where no repository says whose does. */
const NOBODY: TrustRoot = { minimum: 'dev', root: null, publishers: [], certifiers: [] }

/** The repositories that the configuration names: where skills come from, and who is believed about them. */
export class Repositories {
  readonly #around: Around
  #catalogues: Promise<readonly SkillCatalogue[]> | null = null
  /** What each said, and when it was asked. */
  #asked: { readonly atMs: number; readonly shelves: Promise<readonly Shelf[]> } | null = null

  constructor(around: Around) {
    this.#around = around
  }

  /** What they list, asked anew once a minute; of one that is away what it said before. */
  listed(): Promise<readonly Shelf[]> {
    const now = this.#around.clock.now()
    if (this.#asked === null || now - this.#asked.atMs > ASKED_AGAIN_MS)
      this.#asked = { atMs: now, shelves: this.#shelves() }
    return this.#asked.shelves
  }

  async #shelves(): Promise<readonly Shelf[]> {
    const { settings } = this.#around
    const catalogues = await this.#opened().catch(problemIn)
    if (typeof catalogues === 'string')
      return settings.map(({ name }) => ({ name, skills: [], problem: catalogues }))
    return Promise.all(
      catalogues.map(async (catalogue, at) => {
        const problem = await catalogue.refresh().then(() => null, problemIn)
        return { name: settings[at]?.name ?? '', skills: catalogue.search(''), problem }
      }),
    )
  }

  /**
   * The newest version where none is named, of the first repository that has it, or of the one that is named.
   * @throws Fault
   */
  async fetch(
    { name, version, from }: { readonly name: string; readonly version?: string; readonly from?: string },
    policy: Level,
  ): Promise<Believed & { readonly source: string }> {
    const { settings } = this.#around
    const catalogues = (await this.#opened())
      .map((catalogue, at) => ({ catalogue, source: settings[at]?.name ?? '' }))
      .filter(({ source }) => from === undefined || source === from)
    if (catalogues.length === 0 && from !== undefined)
      throw new Fault('not_found', `The configuration names no repository "${from}".`, { param: 'from' })
    if (catalogues.length === 0)
      throw new Fault(
        'not_offered',
        'No such skill comes along, and the configuration names no repository of skills. Send a bundle.',
        { param: 'name' },
      )
    for (const { catalogue, source } of catalogues) {
      await catalogue.refresh()
      const fetched = await catalogue.fetch(name, version ?? null).catch((error: unknown) => {
        if (!(error instanceof Fault) || error.code !== 'not_found') throw error
        return null
      })
      if (fetched !== null)
        return { bytes: fetched.bytes, source, verified: catalogue.judge(fetched, policy) }
    }
    const wanted = [name, version].filter(Boolean).join(' ')
    const looked = catalogues.map(({ source }) => `the repository "${source}"`)
    const where = [...(from === undefined ? ['what comes along'] : []), ...looked].join(', ')
    throw new Fault('not_found', `There is no ${wanted}. It was looked for in ${where}.`, { param: 'name' })
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
