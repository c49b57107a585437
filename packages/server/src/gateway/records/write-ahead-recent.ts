import { type Found, type Stretch, linesIn } from './write-ahead-batch.ts'

const SHEET_BYTES = 256 * 1024
const MOST_BYTES = 4 * 1024 * 1024
const MOST_SPARE = 8
const NONE = Buffer.alloc(0)

/** A stretch of the series, byte for byte as it stands in the files. */
interface Sheet {
  readonly bytes: Buffer
  readonly base: number
  used: number
}

/**
 * What was written last. Batches are put together here, and the shipper finds them here instead of reading
 * them back from the file and checking their seals. What is not here any more the file has.
 * Sheets are used again: what lies outside the heap and is dropped under load makes V8 collect everything, over and over.
 */
export class Recent {
  readonly #mostBytes: number
  readonly #sheets: Sheet[] = []
  readonly #spare: Buffer[] = []
  #fresh: Buffer = NONE
  #sizeBytes = 0
  /** What lies before it was read: the reader has it in hand until it is forgotten. */
  #readTo = 0

  constructor(mostBytes = MOST_BYTES) {
    this.#mostBytes = mostBytes
  }

  /** Where a batch of this size can be put together; too short where it is larger than a sheet. */
  room(sizeBytes: number): Buffer {
    const last = this.#sheets.at(-1)
    if (last && last.bytes.length - last.used >= sizeBytes) return last.bytes.subarray(last.used)
    if (this.#fresh === NONE) this.#fresh = this.#spare.pop() ?? Buffer.allocUnsafeSlow(SHEET_BYTES)
    return this.#fresh
  }

  /** A batch was written. `bytes` may lie in what `room` gave. What lies before `durableTo` is on the disk. */
  keep(bytes: Buffer, offset: number, durableTo: number): void {
    const last = this.#sheets.at(-1)
    if (last?.bytes.buffer === bytes.buffer) {
      last.used += bytes.length
      return
    }
    const isFresh = this.#fresh.buffer === bytes.buffer
    const sheet = { bytes: isFresh ? this.#fresh : bytes, base: offset, used: bytes.length }
    if (isFresh) this.#fresh = NONE
    this.#sheets.push(sheet)
    this.#sizeBytes += sheet.bytes.length
    for (let first = this.#sheets[0]; first && this.#sizeBytes > this.#mostBytes; first = this.#sheets[0]) {
      // What is not on the disk may have to be written again from here.
      this.#shift(first.base >= this.#readTo && first.base + first.used <= durableTo)
    }
  }

  /** The oldest sheet goes: to be written over, or for the collector where somebody may still look at it. */
  #shift(mayReuse: boolean): void {
    const bytes = this.#sheets.shift()?.bytes ?? NONE
    this.#sizeBytes -= bytes.length
    if (mayReuse && bytes.length === SHEET_BYTES && this.#spare.length < MOST_SPARE) this.#spare.push(bytes)
  }

  /** Lines of whole batches in a stretch of the series, about `limitBytes`; null where its begin is not here. */
  read({ from, to }: Stretch, limitBytes: number): Found | null {
    const found: Found = { lines: [], next: from }
    for (const { bytes, base, used } of this.#sheets) {
      const end = Math.min(base + used, to)
      if (found.next < base || found.next >= end) continue
      const leftBytes = limitBytes - (found.next - from)
      linesIn(bytes, { from: found.next - base, to: end - base }, { base, limitBytes: leftBytes, found })
      if (found.next - from >= limitBytes) break
    }
    this.#readTo = Math.max(this.#readTo, found.next)
    return found.next > from ? found : null
  }

  /** What lies before `offset` is on the disk, will not be read any more, and nobody looks at it. */
  forget(offset: number): void {
    for (let first = this.#sheets[0]; first && this.#sheets.length > 1; first = this.#sheets[0]) {
      if (first.base + first.used > offset) return
      this.#shift(true)
    }
  }
}
