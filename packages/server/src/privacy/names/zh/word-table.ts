/** What a word is for whoever looks for names; several may hold. */
export const WORD = 1
export const FUNCTION_WORD = 2
export const VERB = 4
export const PLACE = 8
/** Stands after a name: 先生, 经理. */
export const TITLE = 16
/** Stands before a name: 联系人, 患者. */
export const CUE = 32
/** What a person does, after a name: 说, 表示. */
export const SAYS = 64
/** A part of a Tibetan, Mongolian or Uyghur name. */
export const NAME_PART = 128

const MULTIPLIER = 0x9e3779b1

/** The hash of a word, character after character; the hash of a prefix is what its continuation starts from. */
export const nextHash = (hash: number, code: number): number =>
  Math.imul((hash ^ (hash >>> 15)) + code, MULTIPLIER) | 0

/**
 * Words and their prefixes under 32 bits of hash: 1.2 MB where a Map of strings takes 12. One foreign word in thirty thousand
 * is mistaken for one of these, which only shifts what a stretch of text costs.
 */
export class WordTable {
  readonly #mask: number
  readonly #hashes: Int32Array
  readonly #costs: Uint8Array
  readonly #kinds: Uint8Array
  readonly #longer: Uint8Array

  constructor(words: Iterable<readonly [word: string, cost: number, kind: number]>, capacity: number) {
    const size = 2 ** Math.ceil(Math.log2(capacity * 1.6))
    this.#mask = size - 1
    this.#hashes = new Int32Array(size)
    this.#costs = new Uint8Array(size)
    this.#kinds = new Uint8Array(size)
    this.#longer = new Uint8Array(size)
    for (const [word, cost, kind] of words) this.#add(word, cost, kind)
  }

  #add(word: string, cost: number, kind: number): void {
    let hash = 0
    for (let i = 0; i < word.length; i += 1) {
      hash = nextHash(hash, word.charCodeAt(i))
      let slot = hash & this.#mask
      while (this.#hashes[slot] !== 0 && this.#hashes[slot] !== hash) slot = (slot + 1) & this.#mask
      this.#hashes[slot] = hash
      if (i < word.length - 1) this.#longer[slot] = 1
      else {
        this.#costs[slot] = this.#costs[slot] === 0 ? cost : Math.min(cost, this.#costs[slot] ?? cost)
        this.#kinds[slot] = (this.#kinds[slot] ?? 0) | kind
      }
    }
  }

  /** Makes a word dearer than it is, where its count says too much. */
  raise(word: string, cost: number): void {
    let hash = 0
    for (let i = 0; i < word.length; i += 1) hash = nextHash(hash, word.charCodeAt(i))
    const slot = this.find(hash)
    if (slot >= 0) this.#costs[slot] = Math.max(this.#costs[slot] ?? 0, cost)
  }

  /** Where a word or the beginning of one lies; -1: there is none. */
  find(hash: number): number {
    let slot = hash & this.#mask
    for (;;) {
      const there = this.#hashes[slot]
      if (there === hash) return slot
      if (there === 0) return -1
      slot = (slot + 1) & this.#mask
    }
  }

  /** In eighths of a nat; 0: only the beginning of a word. */
  cost(slot: number): number {
    return this.#costs[slot] ?? 0
  }

  kind(slot: number): number {
    return this.#kinds[slot] ?? 0
  }

  hasLonger(slot: number): boolean {
    return this.#longer[slot] === 1
  }

  /** What the word at `start` to `end` of the text costs; 0: none of the table. */
  costOf(text: string, start: number, end: number): number {
    let hash = 0
    for (let i = start; i < end; i += 1) hash = nextHash(hash, text.charCodeAt(i))
    const slot = this.find(hash)
    return slot < 0 ? 0 : (this.#costs[slot] ?? 0)
  }

  /** What the word at `start` to `end` of the text is; 0: none of the table. */
  kindOf(text: string, start: number, end: number): number {
    let hash = 0
    for (let i = start; i < end; i += 1) hash = nextHash(hash, text.charCodeAt(i))
    const slot = this.find(hash)
    return slot < 0 || this.#costs[slot] === 0 ? 0 : (this.#kinds[slot] ?? 0)
  }

  /** How long the longest word of a kind is that begins at `start`; 0: there is none. */
  longest(text: string, start: number, limit: number, kind: number): number {
    let length = 0
    let hash = 0
    for (let i = start; i < limit && i < start + 5; i += 1) {
      hash = nextHash(hash, text.charCodeAt(i))
      const slot = this.find(hash)
      if (slot < 0) break
      if (this.#costs[slot] !== 0 && ((this.#kinds[slot] ?? 0) & kind) !== 0) length = i + 1 - start
      if (this.#longer[slot] === 0) break
    }
    return length
  }

  /** The kinds of all words that begin at `start`, together. */
  kindsFrom(text: string, start: number): number {
    let kinds = 0
    let hash = 0
    for (let i = start; i < text.length && i < start + 5; i += 1) {
      hash = nextHash(hash, text.charCodeAt(i))
      const slot = this.find(hash)
      if (slot < 0) break
      if (this.#costs[slot] !== 0) kinds |= this.#kinds[slot] ?? 0
      if (this.#longer[slot] === 0) break
    }
    return kinds
  }
}
