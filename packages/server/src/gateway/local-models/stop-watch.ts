/** Finds the first of some texts in a text that comes in pieces, and lets nothing pass that may still become one. */
export class StopWatch {
  readonly #stops: readonly string[]
  #held = ''

  constructor(stops: readonly string[]) {
    this.#stops = stops
  }

  /** What may be passed on, and the stop that was found behind it; after that nothing more may come. */
  push(piece: string): { readonly text: string; readonly found: string | null } {
    this.#held += piece
    let at = -1
    let found: string | null = null
    for (const stop of this.#stops) {
      const place = this.#held.indexOf(stop)
      if (place >= 0 && (at < 0 || place < at)) {
        at = place
        found = stop
      }
    }
    if (found !== null) return { text: this.#cut(at), found }
    return { text: this.#cut(this.#held.length - this.#beginning()), found: null }
  }

  /** What was held back, when nothing more comes. */
  rest(): string {
    return this.#cut(this.#held.length)
  }

  #cut(length: number): string {
    const text = this.#held.slice(0, length)
    this.#held = this.#held.slice(length)
    return text
  }

  /** The length of the longest end that is the beginning of a stop. */
  #beginning(): number {
    let longest = 0
    for (const stop of this.#stops) {
      for (let length = Math.min(stop.length - 1, this.#held.length); length > longest; length -= 1) {
        if (this.#held.endsWith(stop.slice(0, length))) longest = length
      }
    }
    return longest
  }
}
