import type { Profile } from '../policy/profile.ts'
import type { Departing, Masked, MaskingOptions } from './desensitiser.ts'
import { Generations } from './generations.ts'

/** By bytes that are held. */
const CAPACITY = { entries: 1000, weight: 2 * 1024 * 1024 }
/** Of a value that can be put back, besides its letters. */
const VALUE_BYTES = 200

/**
 * Remembers what became of whole bodies where it follows from the body alone: agents and retries send the same one again,
 * and to find it costs less than one step of masking it.
 */
export class OutcomeCache {
  readonly #known = new Generations<Masked>(CAPACITY)
  /** A profile that is said anew is another one. */
  readonly #profiles = new WeakMap<Profile, number>()
  #numbered = 0

  /** @param bodyKey of the body, its tenant and what it is read by. Null: it depends on something else as well. */
  keyFor(
    bodyKey: string,
    { path, shape, headers }: Departing,
    { profile, sameAs, year }: Pick<MaskingOptions, 'profile' | 'sameAs'> & { readonly year: number },
  ): string | null {
    if (typeof sameAs !== 'string' || shape === null || headers.length > 0) return null
    return `${bodyKey} ${this.#numberOf(profile)} ${year} ${path}\n${sameAs}`
  }

  get(key: string): Masked | undefined {
    return this.#known.get(key)
  }

  set(key: string, masked: Masked): void {
    this.#known.set(key, masked, weightOf(masked))
  }

  #numberOf(profile: Profile): number {
    let number = this.#profiles.get(profile)
    if (number === undefined) {
      number = this.#numbered += 1
      this.#profiles.set(profile, number)
    }
    return number
  }
}

const weightOf = ({ body, minted }: Masked): number =>
  minted.reduce((sum, { value }) => sum + VALUE_BYTES + value.length, body.length)
