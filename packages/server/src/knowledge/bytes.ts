/** Grows as it is written. Numbers are LEB128 varints, so small deltas take one byte. */
export class ByteWriter {
  #buffer = Buffer.allocUnsafe(1 << 12)
  #length = 0

  /** @param value a whole number below 2^32 */
  varint(value: number): void {
    this.#reserve(5)
    let rest = value >>> 0
    while (rest > 0x7f) {
      this.#buffer[this.#length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    this.#buffer[this.#length++] = rest
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#buffer.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** Length in bytes, then UTF-8. */
  text(text: string): void {
    const bytes = Buffer.from(text)
    this.varint(bytes.length)
    this.bytes(bytes)
  }

  get length(): number {
    return this.#length
  }

  /** A view of what was written; valid until the next write. */
  written(): Buffer {
    return this.#buffer.subarray(0, this.#length)
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + more))
    this.#buffer.copy(grown, 0, 0, this.#length)
    this.#buffer = grown
  }
}

/** Reads what ByteWriter wrote. @throws RangeError when it would read past the end. */
export class ByteReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  varint(): number {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#bytes[this.#at]
      if (byte === undefined) break
      this.#at++
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
    throw new RangeError('a number runs past the end')
  }

  bytes(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new RangeError('a field runs past the end')
    const view = this.#bytes.subarray(this.#at, this.#at + length)
    this.#at += length
    return view
  }

  text(): string {
    const length = this.varint()
    if (this.#at + length > this.#bytes.length) throw new RangeError('a field runs past the end')
    this.#at += length
    return this.#bytes.toString('utf8', this.#at - length, this.#at)
  }

  get remaining(): number {
    return this.#bytes.length - this.#at
  }
}
