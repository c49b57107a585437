/** `rpm` is about any span of this length. */
const SPAN_MS = 60_000
const SMALLEST = 16

/** When the requests of the last minute came: a ring that is as long as the busiest minute asked for, no longer. */
export class RequestWindow {
  #times: Float64Array | null = null
  #oldest = 0
  #count = 0

  /** Milliseconds until one more may come; 0 when it may come now. `nowMs` never falls from one call to the next. */
  waitMs(most: number, nowMs: number): number {
    this.#forget(nowMs)
    const times = this.#times
    if (times === null || this.#count < most) return 0
    // After the limit was lowered several must leave before one may come.
    const leaving = times[(this.#oldest + this.#count - most) % times.length] ?? nowMs
    return leaving + SPAN_MS - nowMs
  }

  add(nowMs: number): void {
    const times = this.#roomForOne()
    times[(this.#oldest + this.#count) % times.length] = nowMs
    this.#count += 1
  }

  /** Requests of the last minute. */
  count(nowMs: number): number {
    this.#forget(nowMs)
    return this.#count
  }

  /** Gives the memory of a busy minute back. */
  shrink(nowMs: number): void {
    if (this.count(nowMs) === 0) this.#times = null
  }

  #forget(nowMs: number): void {
    const times = this.#times
    if (times === null) return
    while (this.#count > 0 && (times[this.#oldest] ?? 0) <= nowMs - SPAN_MS) {
      this.#oldest = (this.#oldest + 1) % times.length
      this.#count -= 1
    }
  }

  #roomForOne(): Float64Array {
    const times = this.#times ?? new Float64Array(SMALLEST)
    this.#times = times
    if (this.#count < times.length) return times
    const larger = new Float64Array(times.length * 2)
    larger.set(times.subarray(this.#oldest))
    larger.set(times.subarray(0, this.#oldest), times.length - this.#oldest)
    this.#oldest = 0
    this.#times = larger
    return larger
  }
}
