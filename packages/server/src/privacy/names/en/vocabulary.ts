/** What is known of a word in lower case, as bits. */
export const FIRST_NAME = 1
export const LAST_NAME = 2
export const PLACE = 4
export const COUNTRY = 8
export const TITLE = 16
export const STREET = 32
export const ORGANISATION = 64
export const COMMON = 128
/** One of the twelve thousand most frequent words. */
export const FREQUENT = 256
/** Days and months. */
export const CALENDAR = 512
/** Of a nation, a language or a faith. */
export const ADJECTIVE = 1024
/** People after whom things are called, makes and dishes. */
export const EPONYM = 2048
/** Dishes, medicines, teams, breeds, makes and programs. */
export const THING = 4096
/** Within several words that are called so together: a book, a dish, a team. */
export const PHRASE = 8192
/** Of programs and computers; read off the text as a whole, and no part of what is known of one word. */
export const TECHNICAL = 16_384
/** Bits of what is known, for those that put it together with other things. */
export const FLAG_BITS = 14

/** Common words are kept as a Bloom filter (Bloom 1970): one in forty of the others is taken for one. */
const COMMON_BITS = 2 ** 21
const PROBES = 4
/** In words and marks. */
const LONGEST_PHRASE = 6

const PHRASE_SEED = 0x811c9dc5
const joined = (hash: number, next: number): number => Math.imul(hash ^ next, 0x01000193) >>> 0

/** A hash of several words in a row, from theirs. */
export const phraseOf = (hashes: Iterable<number>): number => [...hashes].reduce(joined, PHRASE_SEED)

interface Known {
  readonly entries: readonly (readonly [hash: number, flags: number])[]
  readonly phrases: Uint32Array
  readonly common: Uint8Array
}

/** Words by their hash (`hashOf`), with what is known of them, and phrases by theirs (`phraseOf`). */
export class Vocabulary {
  readonly #hashes: Uint32Array
  readonly #flags: Uint16Array
  readonly #mask: number
  readonly #common: Uint8Array
  /** Open addressing; 0: free. */
  readonly #phrases: Uint32Array

  private constructor({ entries, phrases, common }: Known) {
    const size = 2 ** Math.ceil(Math.log2(entries.length * 2 + 2))
    this.#hashes = new Uint32Array(size)
    this.#flags = new Uint16Array(size)
    this.#mask = size - 1
    this.#common = common
    this.#phrases = new Uint32Array(2 ** Math.ceil(Math.log2(phrases.length * 3 + 2)))
    for (const phrase of phrases) {
      let at = phrase & (this.#phrases.length - 1)
      while (this.#phrases[at] !== 0 && this.#phrases[at] !== phrase)
        at = (at + 1) & (this.#phrases.length - 1)
      this.#phrases[at] = phrase
    }
    for (const [hash, flags] of entries) this.#add(hash || 1, flags)
  }

  static of(
    entries: readonly (readonly [hash: number, flags: number])[],
    { phrases, common }: { readonly phrases: Iterable<number>; readonly common: Iterable<number> },
  ): Vocabulary {
    const bits = new Uint8Array(COMMON_BITS / 8)
    for (const hash of common) {
      for (let probe = 0; probe < PROBES; probe += 1) {
        const bit = bitOf(hash, probe)
        bits[bit >>> 3] = (bits[bit >>> 3] ?? 0) | (1 << (bit & 7))
      }
    }
    return new Vocabulary({ entries, phrases: Uint32Array.from(phrases), common: bits })
  }

  /** What `packed` made. */
  static unpacked(packed: Buffer): Vocabulary {
    const count = packed.readUInt32LE(0)
    const entries: [number, number][] = []
    for (let n = 0; n < count; n += 1)
      entries.push([packed.readUInt32LE(4 + n * 4), packed.readUInt16LE(4 + count * 4 + n * 2)])
    const commonAt = 4 + count * 6
    const phrasesAt = commonAt + COMMON_BITS / 8
    const phrases = Uint32Array.from({ length: (packed.length - phrasesAt) / 4 }, (_, n) =>
      packed.readUInt32LE(phrasesAt + n * 4),
    )
    return new Vocabulary({ entries, phrases, common: new Uint8Array(packed.subarray(commonAt, phrasesAt)) })
  }

  packed(): Buffer {
    const entries = [...this.#hashes].map((hash, at) => [hash, this.#flags[at] ?? 0] as const)
    const known = entries.filter(([hash]) => hash !== 0).toSorted(([one], [other]) => one - other)
    const packed = Buffer.alloc(4 + known.length * 6)
    packed.writeUInt32LE(known.length)
    for (const [n, [hash, flags]] of known.entries()) {
      packed.writeUInt32LE(hash, 4 + n * 4)
      packed.writeUInt16LE(flags, 4 + known.length * 4 + n * 2)
    }
    const found = this.#phrases.filter((hash) => hash !== 0).sort()
    const phrases = Buffer.alloc(found.length * 4)
    for (const [n, hash] of found.entries()) phrases.writeUInt32LE(hash, n * 4)
    return Buffer.concat([packed, this.#common, phrases])
  }

  /** The bits of a word; 0: nothing is known of it. */
  flagsOf(hash: number): number {
    const wanted = hash || 1
    let flags = this.isCommon(hash) ? COMMON : 0
    for (let at = wanted & this.#mask; ; at = (at + 1) & this.#mask) {
      const found = this.#hashes[at]
      if (found === wanted) {
        flags |= this.#flags[at] ?? 0
        break
      }
      if (found === 0) break
    }
    return flags
  }

  /** How many of the hashes from this one on are the longest phrase that begins there; 0: none. */
  phraseAt(hashes: Uint32Array, from: number, to: number): number {
    let longest = 0
    let hash = joined(PHRASE_SEED, hashes[from] ?? 0)
    const end = Math.min(to, from + LONGEST_PHRASE)
    for (let at = from + 1; at < end; at += 1) {
      hash = joined(hash, hashes[at] ?? 0)
      if (this.#isPhrase(hash)) longest = at + 1 - from
    }
    return longest
  }

  #isPhrase(hash: number): boolean {
    const mask = this.#phrases.length - 1
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const found = this.#phrases[at] ?? 0
      if (found === hash) return true
      if (found === 0) return false
    }
  }

  isCommon(hash: number): boolean {
    for (let probe = 0; probe < PROBES; probe += 1) {
      const bit = bitOf(hash, probe)
      if (((this.#common[bit >>> 3] ?? 0) & (1 << (bit & 7))) === 0) return false
    }
    return true
  }

  #add(hash: number, flags: number): void {
    for (let at = hash & this.#mask; ; at = (at + 1) & this.#mask) {
      if (this.#hashes[at] !== 0 && this.#hashes[at] !== hash) continue
      this.#hashes[at] = hash
      this.#flags[at] = (this.#flags[at] ?? 0) | flags
      return
    }
  }
}

function bitOf(hash: number, probe: number): number {
  const second = Math.imul(hash ^ (hash >>> 16), 0x9e3779b1) | 1
  return (Math.imul(hash, 0x85ebca6b) + Math.imul(probe, second)) & (COMMON_BITS - 1)
}
