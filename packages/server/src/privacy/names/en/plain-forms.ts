import type { Tokens } from './tokens.ts'
import { hashOf, LOWER_CASE } from './tokens.ts'

const SIZE = 16_384
/** A text of so few tokens is read anew each time, which costs less than a table. */
const FEW = 600

/** Whoever writes about programs writes of these with a capital, and of hardly anybody who is called so. */
const OF_PROGRAMS = new Set(
  'perl unix xenix linux unicode mozilla rust rustacean rustaceans cargo deref iterator vec makefile makefiles goto deserialized serialized'
    .split(' ')
    .map(hashOf),
)

/** Which words of a text stand in lower case somewhere in it: a word that does is hardly a name where it has a capital. */
export class PlainForms {
  readonly #tokens: Tokens
  /** One bit of a hash each; made when it is first asked for, so that the time stays linear. */
  #seen: Uint8Array | null = null

  constructor(tokens: Tokens) {
    this.#tokens = tokens
  }

  has(hash: number): boolean {
    if (OF_PROGRAMS.has(hash)) return true
    if (this.#tokens.count <= FEW) return this.#standsPlain(hash)
    this.#seen ??= this.#read()
    return this.#seen[hash & (SIZE - 1)] === 1
  }

  #standsPlain(wanted: number): boolean {
    const { hash, shape, count } = this.#tokens
    for (let token = 0; token < count; token += 1)
      if (hash[token] === wanted && shape[token] === LOWER_CASE) return true
    return false
  }

  #read(): Uint8Array {
    const { hash, shape, count } = this.#tokens
    const seen = new Uint8Array(SIZE)
    for (let token = 0; token < count; token += 1)
      if (shape[token] === LOWER_CASE) seen[(hash[token] ?? 0) & (SIZE - 1)] = 1
    return seen
  }
}
