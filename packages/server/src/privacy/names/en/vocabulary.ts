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
/** Bits of what is known, for those that put it together with other things. */
export const FLAG_BITS = 12

/** Common words are kept as a Bloom filter (Bloom 1970): one in forty of the others is taken for one. */
const COMMON_BITS = 2 ** 21
const PROBES = 4

/** Words by their hash (`hashOf`), with what is known of them. */
export class Vocabulary {
  readonly #hashes: Uint32Array
  readonly #flags: Uint16Array
  readonly #mask: number
  readonly #common: Uint8Array

  private constructor(entries: readonly (readonly [hash: number, flags: number])[], common: Uint8Array) {
    const size = 2 ** Math.ceil(Math.log2(entries.length * 2 + 2))
    this.#hashes = new Uint32Array(size)
    this.#flags = new Uint16Array(size)
    this.#mask = size - 1
    this.#common = common
    for (const [hash, flags] of entries) this.#add(hash || 1, flags)
  }

  static of(
    entries: readonly (readonly [hash: number, flags: number])[],
    common: Iterable<number>,
  ): Vocabulary {
    const bits = new Uint8Array(COMMON_BITS / 8)
    for (const hash of common) {
      for (let probe = 0; probe < PROBES; probe += 1) {
        const bit = bitOf(hash, probe)
        bits[bit >>> 3] = (bits[bit >>> 3] ?? 0) | (1 << (bit & 7))
      }
    }
    return new Vocabulary(entries, bits)
  }

  /** What `packed` made. */
  static unpacked(packed: Buffer): Vocabulary {
    const count = packed.readUInt32LE(0)
    const entries: [number, number][] = []
    for (let n = 0; n < count; n += 1)
      entries.push([packed.readUInt32LE(4 + n * 4), packed.readUInt16LE(4 + count * 4 + n * 2)])
    return new Vocabulary(entries, new Uint8Array(packed.subarray(4 + count * 6)))
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
    return Buffer.concat([packed, this.#common])
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
