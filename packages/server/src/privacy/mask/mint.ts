import type { EntityType } from '@freehold/contract/privacy.ts'
import { entityType } from '@freehold/contract/privacy.ts'
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

  /** The same for the same value, whatever it was taken for since. */
  placeholderFor(type: EntityType, value: string): string {
    const known = this.#byValue.get(value)
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

  /** Values that were minted before, and as what. */
  get before(): readonly { readonly type: EntityType; readonly value: string }[] {
    return this.#minted.slice(0, this.#known).flatMap((one) => {
      const { data: type } = entityType.safeParse(this.#typeOf(one))
      return type === undefined ? [] : [{ type, value: one.value }]
    })
  }

  #typeOf({ placeholder }: Minted): string {
    return placeholder.slice(1, placeholder.lastIndexOf(`_${this.nonce}_`))
  }

  #take(one: Minted): void {
    const type = this.#typeOf(one)
    this.#counts.set(type, (this.#counts.get(type) ?? 0) + 1)
    if (!this.#byValue.has(one.value)) this.#byValue.set(one.value, one.placeholder)
    this.#minted.push(one)
  }
}
