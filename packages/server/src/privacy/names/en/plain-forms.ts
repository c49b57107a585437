import type { Tokens } from './tokens.ts'
import { LOWER_CASE } from './tokens.ts'

const SIZE = 65_536

/** Which words of a text stand in lower case somewhere in it: a word that does is hardly a name where it has a capital. */
export class PlainForms {
  readonly #tokens: Tokens
  /** One bit of a hash each; made when it is first asked for, so that the time stays linear. */
  #seen: Uint8Array | null = null

  constructor(tokens: Tokens) {
    this.#tokens = tokens
  }

  has(hash: number): boolean {
    this.#seen ??= this.#read()
    return this.#seen[hash & (SIZE - 1)] === 1
  }

  #read(): Uint8Array {
    const { hash, shape, count } = this.#tokens
    const seen = new Uint8Array(SIZE)
    for (let token = 0; token < count; token += 1)
      if (shape[token] === LOWER_CASE) seen[(hash[token] ?? 0) & (SIZE - 1)] = 1
    return seen
  }
}
