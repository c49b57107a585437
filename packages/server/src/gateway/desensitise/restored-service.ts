import type { Fault } from '../../kernel/fault.ts'
import type { Restorer } from '../../privacy/restore/restorer.ts'
import type { StreamWatch } from '../call/stream-format.ts'
import type { LiveBody, Sink, UpstreamAnswer } from '../call/upstream-call.ts'

/** Larger answers pass on as they come: nobody waits for them as a whole. */
const MOST_BYTES = 4 * 1024 * 1024
/** Streams of events pass by, too. */
const TEXT_TYPE = /^(?:text\/(?!event-stream)|application\/(?:json|xml|[\w.+-]+\+(?:json|xml))(?:\s*;|\s*$))/i

/** Whether the answer of a service is a text that can be there as a whole. */
export function isWholeText({ headers }: Pick<UpstreamAnswer, 'headers'>): boolean {
  const encoding = headers['content-encoding'] ?? 'identity'
  return TEXT_TYPE.test(headers['content-type'] ?? '') && encoding === 'identity' && !headers['content-range']
}

/** The answer of a service with what was masked put back, when all of it is there. */
export class RestoredService implements LiveBody {
  readonly #from: LiveBody
  readonly #restorer: Restorer
  readonly #over: () => void
  /** Null once it is too large. */
  #pieces: Buffer[] | null = []
  #bytes = 0

  constructor(from: LiveBody, restorer: Restorer, over: () => void) {
    this.#from = from
    this.#restorer = restorer
    this.#over = over
  }

  get watch(): StreamWatch | null {
    return this.#from.watch
  }

  abort(reason: Fault): void {
    this.#from.abort(reason)
  }

  forward(sink: Sink): Promise<void> {
    return this.#from.forward({
      write: (piece) => {
        if (this.#pieces === null) return sink.write(piece)
        this.#pieces.push(piece)
        this.#bytes += piece.length
        return this.#bytes <= MOST_BYTES || this.#giveUp(sink)
      },
      onDrain: (resume) => sink.onDrain(resume),
      end: () => {
        if (this.#pieces !== null && this.#bytes > 0)
          sink.write(this.#restorer.whole('service', Buffer.concat(this.#pieces)))
        this.#over()
        sink.end()
      },
    })
  }

  #giveUp(sink: Sink): boolean {
    const held = Buffer.concat(this.#pieces ?? [])
    this.#pieces = null
    return sink.write(held)
  }
}
