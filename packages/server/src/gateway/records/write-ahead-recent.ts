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
  /** The reader may be at it until it reads on or forgets it. */
  #inHand: Stretch = { from: 0, to: 0 }

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
    while (this.#sizeBytes > this.#mostBytes) this.#shift(durableTo)
  }

  /** The oldest sheet goes. One that somebody may still look at is not written over but left to the collector. */
  #shift(reusableTo: number): void {
    const sheet = this.#sheets.shift()
    if (sheet === undefined) return
    const { bytes, base, used } = sheet
    this.#sizeBytes -= bytes.length
    const isInHand = base < this.#inHand.to && this.#inHand.from < base + used
    const isReusable = bytes.length === SHEET_BYTES && base + used <= reusableTo && !isInHand
    if (isReusable && this.#spare.length < MOST_SPARE) this.#spare.push(bytes)
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
    this.#inHand = { from, to: found.next }
    return found.next > from ? found : null
  }

  /** What lies before `offset` will not be read any more, and nobody looks at it. */
  forget(offset: number): void {
    if (this.#inHand.to <= offset) this.#inHand = { from: 0, to: 0 }
    for (let first = this.#sheets[0]; first && this.#sheets.length > 1; first = this.#sheets[0]) {
      if (first.base + first.used > offset) return
      this.#shift(offset)
    }
  }
}
