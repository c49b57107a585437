/**
 * Where restored values made a text longer or shorter, so that places in it can be moved along. Places are counted in
 * characters as Python does (code points), which is how the APIs count them.
 */
export class TextShifts {
  readonly #starts: number[] = []
  readonly #ends: number[] = []
  /** How much longer the text is behind each. */
  readonly #behind: number[] = []

  add(start: number, end: number, points: number): void {
    this.#starts.push(start)
    this.#ends.push(end)
    this.#behind.push((this.#behind.at(-1) ?? 0) + points - (end - start))
  }

  /** Null where nothing was restored. A place inside a placeholder moves to the end of its value, a start to its start. */
  moved(place: number, isStart: boolean): number | null {
    if (this.#ends.length === 0) return null
    let low = 0
    let high = this.#ends.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#ends[middle] ?? 0) <= place) low = middle + 1
      else high = middle
    }
    const before = this.#behind[low - 1] ?? 0
    const start = this.#starts[low] ?? Infinity
    if (place <= start) return place + before
    return isStart ? start + before : (this.#ends[low] ?? 0) + (this.#behind[low] ?? 0)
  }
}

/** Code points of a text. */
export function pointsOf(text: string): number {
  let points = text.length
  for (let at = 0; at < text.length; at += 1) if (isLowSurrogate(text.charCodeAt(at))) points -= 1
  return points
}

export const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff
