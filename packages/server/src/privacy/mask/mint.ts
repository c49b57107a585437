import type { EntityType } from '@freehold/contract/privacy.ts'
import { entityType } from '@freehold/contract/privacy.ts'
import type { Span } from '../detect/span.ts'
import type { Minted } from '../restore/restorer.ts'
import { Surrogates } from '../restore/surrogates.ts'
import { Draw } from '../surrogate/draw.ts'
import type { Made } from '../surrogate/surrogate.ts'
import { surrogateOf } from '../surrogate/surrogates.ts'
import { spliced } from '../traverse/texts.ts'

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567'

/** Four letters and figures that tell the placeholders of one conversation from those of every other. */
export function nonceOf(bytes: Uint8Array): string {
  return [0, 1, 2, 3].map((at) => ALPHABET[(bytes[at] ?? 0) % ALPHABET.length]).join('')
}

/** Of at least 32 bytes that nobody can guess. */
export const originOf = (bytes: Uint8Array): Origin => ({ nonce: nonceOf(bytes), secret: bytes.subarray(4) })

/** As often another stand-in is tried for one that is taken. */
const MOST_DRAWS = 24

/** What the stand-ins of one conversation are told by. */
interface Origin {
  readonly nonce: string
  /** Of this conversation alone, and never shown; null: no surrogates can be made. */
  readonly secret: Uint8Array | null
}

/** Makes the stand-ins of one conversation: one for each value, the same again for the same value. */
export class Mint {
  readonly nonce: string
  readonly #secret: Uint8Array | null
  readonly #byValue = new Map<string, string>()
  readonly #surrogates = new Map<string, string>()
  readonly #taken = new Set<string>()
  /** Null: there are none. */
  #live: Surrogates | null = null
  readonly #values = new Set<string>()
  readonly #counts = new Map<string, number>()
  readonly #minted: Minted[] = []
  #known = 0

  /** `before`: what was minted in this conversation already, in its order. */
  constructor({ nonce, secret }: Origin, before: readonly Minted[] = []) {
    this.nonce = nonce
    this.#secret = secret
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

  /**
   * A made-up value of the same form; null where there is none that is nobody's, nothing else's and not in the request.
   * @param stands whether a text stands in the request
   */
  surrogateFor(type: EntityType, value: string, stands: (text: string) => boolean): string | null {
    const known = this.#surrogates.get(value)
    if (known !== undefined) return known
    const secret = this.#secret
    // One value, one stand-in: what has become a placeholder stays it.
    if (secret === null || this.#byValue.has(value)) return null
    for (let attempt = 0; attempt < MOST_DRAWS; attempt += 1) {
      const made = surrogateOf(type, value, {
        draw: new Draw(secret, `${type} ${attempt}\n${value}`),
        steady: (words) => new Draw(secret, words),
        known: (part) => this.#surrogates.get(part),
      })
      if (made === null) return null
      if (this.#takeAll(type, value, { made, stands })) return made.surrogate
    }
    return null
  }

  /** Where surrogates of this conversation stand in a text, because the model wrote it. */
  standing(text: string): readonly Span[] {
    return (this.#live?.allIn(text) ?? []).map(({ start, end, type }) => ({
      start,
      end,
      type,
      score: 1,
      source: 'surrogate',
    }))
  }

  /** What was meant by such a text. */
  original(text: string): string {
    const all = this.#live?.allIn(text) ?? []
    return spliced(
      text,
      all.map(({ start, end, value }) => ({ start, end, replacement: value })),
    )
  }

  /** Something of an earlier request of the conversation may stand in this one. */
  get continues(): boolean {
    return this.#known > 0
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
      const { data: type } = entityType.safeParse(one.surrogate ?? this.#typeOf(one))
      return type === undefined ? [] : [{ type, value: one.value }]
    })
  }

  /** False: one of them is taken. */
  #takeAll(
    type: EntityType,
    value: string,
    { made, stands }: { readonly made: Made; readonly stands: (text: string) => boolean },
  ): boolean {
    const all = [[value, made.surrogate], ...made.parts] as const
    const fresh = all.filter(([one, surrogate]) => this.#surrogates.get(one) !== surrogate)
    const isFree = fresh.every(
      ([one, surrogate]) =>
        surrogate !== one &&
        surrogate !== value &&
        !this.#surrogates.has(one) &&
        !this.#values.has(surrogate) &&
        !this.#taken.has(surrogate) &&
        !stands(surrogate),
    )
    if (!isFree) return false
    for (const [one, placeholder] of fresh) this.#take({ placeholder, value: one, surrogate: type })
    return true
  }

  #typeOf({ placeholder }: Minted): string {
    return placeholder.slice(1, placeholder.lastIndexOf(`_${this.nonce}_`))
  }

  #take(one: Minted): void {
    this.#values.add(one.value)
    this.#minted.push(one)
    if (one.surrogate !== undefined) {
      this.#surrogates.set(one.value, one.placeholder)
      this.#taken.add(one.placeholder)
      this.#live ??= new Surrogates()
      this.#live.add(one)
      return
    }
    const type = this.#typeOf(one)
    this.#counts.set(type, (this.#counts.get(type) ?? 0) + 1)
    if (!this.#byValue.has(one.value)) this.#byValue.set(one.value, one.placeholder)
  }
}
