import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Minted } from '../restore/restorer.ts'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** Four letters and figures that tell the placeholders of one conversation from those of every other. */
export function nonceOf(bytes: Uint8Array): string {
  return [0, 1, 2, 3].map((at) => ALPHABET[(bytes[at] ?? 0) % ALPHABET.length]).join('')
}

/** Makes the placeholders of one conversation: one for each value, the same again for the same value. */
export class Mint {
  readonly nonce: string
  readonly #byValue = new Map<string, string>()
  readonly #counts = new Map<string, number>()
  readonly #minted: Minted[] = []
  #known = 0

  /** `before`: what was minted in this conversation already, in its order. */
  constructor(nonce: string, before: readonly Minted[] = []) {
    this.nonce = nonce
    for (const one of before) this.#take(one)
    this.#known = before.length
  }

  placeholderFor(type: EntityType, value: string): string {
    const known = this.#byValue.get(`${type} ${value}`)
    if (known !== undefined) return known
    const placeholder = `[${type}_${this.nonce}_${(this.#counts.get(type) ?? 0) + 1}]`
    this.#take({ placeholder, value })
    return placeholder
  }

  /** All of the conversation. */
  get minted(): readonly Minted[] {
    return this.#minted
  }

  /** What was not there before. */
  get added(): readonly Minted[] {
    return this.#minted.slice(this.#known)
  }

  #take(one: Minted): void {
    const type = one.placeholder.slice(1, one.placeholder.lastIndexOf(`_${this.nonce}_`))
    this.#counts.set(type, (this.#counts.get(type) ?? 0) + 1)
    this.#byValue.set(`${type} ${one.value}`, one.placeholder)
    this.#minted.push(one)
  }
}
