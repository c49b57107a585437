/** In this time two thirds of what was measured are forgotten. */
const FORGETTING_MS = 10_000

/**
 * A moving average that believes a worse value at once and a better one slowly (peak EWMA, as Finagle balances by):
 * a target that stalls is avoided after one answer. What is not measured any more fades, so that it is tried again.
 */
export class PeakAverage {
  #value = 0
  #atMs = 0

  observe(value: number, nowMs: number): void {
    const known = this.at(nowMs)
    const weight = this.#atMs === 0 ? 0 : Math.exp((this.#atMs - nowMs) / FORGETTING_MS)
    this.#value = value > known ? value : this.#value * weight + value * (1 - weight)
    this.#atMs = nowMs
  }

  /** 0 where nothing was measured. */
  at(nowMs: number): number {
    return this.#value === 0 ? 0 : this.#value * Math.exp((this.#atMs - nowMs) / FORGETTING_MS)
  }
}
