import { createHmac } from 'node:crypto'

/** What looks like chance, and is the same again for the same key and words; nobody without the key can guess it. */
export class Draw {
  readonly #key: Uint8Array
  readonly #words: string
  #bytes = Buffer.alloc(0)
  #at = 0
  #round = 0

  constructor(key: Uint8Array, words: string) {
    this.#key = key
    this.#words = words
  }

  /** Of 0 to `count` - 1; `count` is 1000 at most, so that two bytes favour nothing by more than two in a hundred. */
  below(count: number): number {
    return ((this.#byte() << 8) | this.#byte()) % count
  }

  between(least: number, most: number): number {
    return least + this.below(most - least + 1)
  }

  digits(count: number): string {
    return Array.from({ length: count }, () => this.below(10)).join('')
  }

  of<T>(list: readonly [T, ...T[]]): T {
    return list[this.below(list.length)] ?? list[0]
  }

  #byte(): number {
    if (this.#at === this.#bytes.length) {
      this.#bytes = createHmac('sha256', this.#key).update(`${this.#round}\n${this.#words}`).digest()
      this.#round += 1
      this.#at = 0
    }
    const byte = this.#bytes[this.#at] ?? 0
    this.#at += 1
    return byte
  }
}
