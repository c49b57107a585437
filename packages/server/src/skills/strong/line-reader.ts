const LINE_END = 10

/** Cuts a stream into lines. At most one line of the allowed length is held, whatever comes. */
export class LineReader {
  readonly #mostBytes: number
  readonly #take: (line: string) => void
  #held: Buffer[] = []
  #heldBytes = 0

  constructor(mostBytes: number, take: (line: string) => void) {
    this.#mostBytes = mostBytes
    this.#take = take
  }

  /** @returns false once a line was too long: then nothing more is read. */
  push(piece: Buffer): boolean {
    let from = 0
    for (let at = piece.indexOf(LINE_END); at >= 0; at = piece.indexOf(LINE_END, from)) {
      if (!this.#hold(piece.subarray(from, at))) return false
      from = at + 1
      const line = Buffer.concat(this.#held, this.#heldBytes).toString('utf8')
      this.#held = []
      this.#heldBytes = 0
      this.#take(line)
    }
    return this.#hold(piece.subarray(from))
  }

  #hold(piece: Buffer): boolean {
    this.#heldBytes += piece.length
    if (this.#heldBytes > this.#mostBytes) return false
    if (piece.length > 0) this.#held.push(piece)
    return true
  }
}
