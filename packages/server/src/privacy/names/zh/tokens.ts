/** A person's name, as the segmenter takes it. */
export const NAME = 256
/** Letters and digits in a row. */
export const ALNUM = 512
/** One character that is neither Han nor letter nor digit. */
export const MARK = 1024
/** A character of Han that belongs to no word of the table. */
export const LOOSE = 2048

/** The words of a text one after the other: where each begins, and what it is. Filled anew for every text. */
export class Tokens {
  starts = new Int32Array(1024)
  kinds = new Uint16Array(1024)
  count = 0

  clear(): void {
    this.count = 0
  }

  push(start: number, kind: number): void {
    if (this.count + 1 >= this.starts.length) this.#grow()
    this.starts[this.count] = start
    this.kinds[this.count] = kind
    this.count += 1
  }

  /** `end` is where the text ends. */
  finish(end: number): void {
    this.starts[this.count] = end
  }

  start(index: number): number {
    return this.starts[index] ?? 0
  }

  end(index: number): number {
    return this.starts[index + 1] ?? 0
  }

  kind(index: number): number {
    return index < 0 || index >= this.count ? MARK : (this.kinds[index] ?? 0)
  }

  /** A word turned out to be somebody's name. */
  name(index: number): void {
    this.kinds[index] = (this.kinds[index] ?? 0) | NAME
  }

  length(index: number): number {
    return this.end(index) - this.start(index)
  }

  #grow(): void {
    const starts = new Int32Array(this.starts.length * 2)
    const kinds = new Uint16Array(this.kinds.length * 2)
    starts.set(this.starts)
    kinds.set(this.kinds)
    this.starts = starts
    this.kinds = kinds
  }
}
