import type { Fault } from '../../kernel/fault.ts'
import type { LiveBody, Sink } from '../call/upstream-call.ts'
import type { StreamWatch } from '../call/stream-format.ts'
import type { KeptAnswers } from './kept-answers.ts'

interface Gathering {
  /** Counts what is gathered. */
  readonly room: Pick<KeptAnswers, 'hold' | 'letGo'>
  readonly mostBytes: number
  /** Takes the whole of a stream that ended as it should; the bytes are its own for this call only. */
  readonly whole: (body: Buffer) => void
}

const FIRST_BYTES = 4096

/** A stream that passes by unchanged, and of which a copy is gathered as long as there is room for it. */
export class GatheredBody implements LiveBody {
  readonly #inner: LiveBody
  readonly #gathering: Gathering
  #copy: Buffer | null = null
  #bytes = 0
  #hasGivenUp = false

  constructor(inner: LiveBody, gathering: Gathering) {
    this.#inner = inner
    this.#gathering = gathering
  }

  get watch(): StreamWatch | null {
    return this.#inner.watch
  }

  abort(reason: Fault): void {
    this.#inner.abort(reason)
  }

  async forward(sink: Sink): Promise<void> {
    try {
      await this.#inner.forward({
        write: (piece) => {
          if (!this.#hasGivenUp) this.#gather(piece)
          return sink.write(piece)
        },
        onDrain: (resume) => sink.onDrain(resume),
        end: () => sink.end(),
      })
      if (this.#copy !== null) this.#gathering.whole(this.#copy.subarray(0, this.#bytes))
    } finally {
      this.#giveUp()
    }
  }

  #gather(piece: Buffer): void {
    const bytes = this.#bytes + piece.length
    if (bytes > this.#gathering.mostBytes || !this.#fits(bytes)) return this.#giveUp()
    // A copy, and not the pieces: thousands of small buffers would live as long as the stream.
    if (this.#copy !== null) piece.copy(this.#copy, this.#bytes)
    this.#bytes = bytes
  }

  /** Makes room for so many bytes, twice as much as before where it has to. */
  #fits(bytes: number): boolean {
    const before = this.#copy?.length ?? 0
    if (bytes <= before) return true
    const { room, mostBytes } = this.#gathering
    const size = Math.max(bytes, Math.min(Math.max(2 * before, FIRST_BYTES), mostBytes))
    if (!room.hold(size - before)) return false
    const copy = Buffer.allocUnsafeSlow(size)
    this.#copy?.copy(copy)
    this.#copy?.fill(0)
    this.#copy = copy
    return true
  }

  #giveUp(): void {
    this.#hasGivenUp = true
    if (this.#copy === null) return
    this.#gathering.room.letGo(this.#copy.length)
    this.#copy.fill(0)
    this.#copy = null
  }
}
