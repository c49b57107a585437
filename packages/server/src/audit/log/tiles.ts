import { HASH_BYTES, hashOver, nodeHash, splitOf } from './merkle.ts'

/** C2SP tlog-tiles: so many hashes are a full tile. */
export const TILE_WIDTH = 256

/** A tile, or the part of one that is there. */
export interface Tile {
  readonly level: number
  readonly place: number
  readonly hashes: Buffer
}

/** Hashes that a tile of this level and place has in a tree of this size. */
export function widthOf(level: number, place: number, size: number): number {
  const there = Math.floor(size / TILE_WIDTH ** level) - place * TILE_WIDTH
  return Math.max(0, Math.min(TILE_WIDTH, there))
}

/** `x001/x234/067` for 1234067: C2SP tlog-tiles. */
export function placePath(place: number): string {
  const digits = String(place)
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? []
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/')
}

/** Below the prefix of the log; `level` may be `entries`. */
export function tilePath(level: number | 'entries', place: number, width: number): string {
  return `tile/${level}/${placePath(place)}${width === TILE_WIDTH ? '' : `.p/${width}`}`
}

export function splitHashes(hashes: Buffer): readonly Buffer[] {
  return Array.from({ length: hashes.length / HASH_BYTES }, (_, at) =>
    hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  )
}

/** The right edge of the tree: what a log has to know to grow. */
export class Edge {
  #size: number
  /** By level: the hashes of the tile that is not full yet. */
  readonly #levels: Buffer[][]

  private constructor(size: number, levels: Buffer[][]) {
    this.#size = size
    this.#levels = levels
  }

  static empty(): Edge {
    return new Edge(0, [])
  }

  /** Of a tree of this size, from the tiles at its edge. */
  static async of(size: number, read: ReadTile): Promise<Edge> {
    const levels: Buffer[][] = []
    for (let level = 0; TILE_WIDTH ** level <= size; level += 1) {
      const place = Math.floor(size / TILE_WIDTH ** (level + 1))
      const width = widthOf(level, place, size)
      levels.push(width === 0 ? [] : splitHashes(await read(level, place, width)).slice(0, width))
    }
    return new Edge(size, levels)
  }

  get size(): number {
    return this.#size
  }

  root(): Buffer {
    let rest: Buffer | null = null
    for (const hashes of this.#levels) {
      const all: readonly Buffer[] = rest === null ? hashes : [...hashes, rest]
      if (all.length > 0) rest = hashOver(all)
    }
    return rest ?? hashOver([])
  }

  /** The edge after these leaves, and every tile that is new or longer; this one stays as it is. */
  grown(leaves: readonly Buffer[]): { readonly edge: Edge; readonly tiles: readonly Tile[] } {
    const levels = this.#levels.map((hashes) => [...hashes])
    const touched = new Set<number>()
    const full: Tile[] = []
    const size = this.#size + leaves.length
    const firsts = this.#levels.map((_, level) => Math.floor(this.#size / TILE_WIDTH ** (level + 1)))
    const push = (level: number, hash: Buffer): void => {
      const hashes = (levels[level] ??= [])
      hashes.push(hash)
      touched.add(level)
      if (hashes.length < TILE_WIDTH) return
      const place = firsts[level] ?? 0
      full.push({ level, place, hashes: Buffer.concat(hashes) })
      firsts[level] = place + 1
      levels[level] = []
      push(level + 1, hashOver(hashes))
    }
    for (const leaf of leaves) push(0, leaf)
    const partial = [...touched].flatMap((level) => {
      const hashes = levels[level] ?? []
      return hashes.length === 0 ? [] : [{ level, place: firsts[level] ?? 0, hashes: Buffer.concat(hashes) }]
    })
    return { edge: new Edge(size, levels), tiles: [...full, ...partial] }
  }
}

/** The first `width` hashes of a tile at least. @throws where they are not there */
export type ReadTile = (level: number, place: number, width: number) => Promise<Buffer>

/** The tree behind tiles. Every tile is read once. */
export class TiledTree {
  readonly #read: ReadTile
  readonly #tiles = new Map<string, Promise<Buffer>>()
  readonly #size: number

  constructor(size: number, read: ReadTile) {
    this.#size = size
    this.#read = read
  }

  /** The root of the tree of the first `size` leaves. */
  root(size: number = this.#size): Promise<Buffer> {
    return this.#over(0, size)
  }

  /** RFC 6962 section 2.1.1, from the leaf's sibling upwards. */
  async inclusion(index: number): Promise<readonly Buffer[]> {
    const proof: Buffer[] = []
    let [from, to] = [0, this.#size]
    while (to - from > 1) {
      const middle = from + splitOf(to - from)
      if (index < middle) {
        proof.push(await this.#over(middle, to))
        to = middle
      } else {
        proof.push(await this.#over(from, middle))
        from = middle
      }
    }
    return proof.reverse()
  }

  /** RFC 6962 section 2.1.2: that the tree of the first `size` leaves is the beginning of this one. */
  async consistency(size: number): Promise<readonly Buffer[]> {
    if (size === 0 || size === this.#size) return []
    const proof: Buffer[] = []
    let [from, to] = [0, this.#size]
    while (size !== to) {
      const middle = from + splitOf(to - from)
      if (size <= middle) {
        proof.push(await this.#over(middle, to))
        to = middle
      } else {
        proof.push(await this.#over(from, middle))
        from = middle
      }
    }
    // The old tree itself is known to who asks.
    if (from !== 0) proof.push(await this.#over(from, to))
    return proof.reverse()
  }

  async #over(from: number, to: number): Promise<Buffer> {
    if (to === from) return hashOver([])
    const count = to - from
    if (Number.isInteger(Math.log2(count))) return this.#whole(from, count)
    const middle = from + splitOf(count)
    return nodeHash(await this.#whole(from, middle - from), await this.#over(middle, to))
  }

  /** A subtree of `count` leaves, a power of two, that stands where one of its size stands. */
  async #whole(from: number, count: number): Promise<Buffer> {
    const level = Math.floor(Math.log2(count) / 8)
    const unit = TILE_WIDTH ** level
    const first = from / unit
    const place = Math.floor(first / TILE_WIDTH)
    const hashes = splitHashes(await this.#tile(level, place))
    const start = first - place * TILE_WIDTH
    return hashOver(hashes.slice(start, start + count / unit))
  }

  #tile(level: number, place: number): Promise<Buffer> {
    const name = `${level}/${place}`
    const known = this.#tiles.get(name)
    if (known) return known
    const width = widthOf(level, place, this.#size)
    const read = this.#read(level, place, width).then((hashes) => hashes.subarray(0, width * HASH_BYTES))
    this.#tiles.set(name, read)
    return read
  }
}
