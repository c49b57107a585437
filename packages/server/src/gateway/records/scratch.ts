/**
 * Bytes outside the heap that are used again and again: such that are taken anew for each use and dropped make V8
 * collect everything, over and over.
 */
export class Scratch {
  #bytes = Buffer.alloc(0)

  /** So many bytes, whatever they hold; good until the next call. */
  of(sizeBytes: number): Buffer {
    if (sizeBytes > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(sizeBytes)
    return this.#bytes.subarray(0, sizeBytes)
  }
}
