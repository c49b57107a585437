import type { Fault } from '../../kernel/fault.ts'
import type { Restorer, StreamRestorer } from '../../privacy/restore/restorer.ts'
import type { StreamWatch } from '../call/stream-format.ts'
import type { LiveBody, Sink, UpstreamAnswer } from '../call/upstream-call.ts'

/** Larger answers are put back as they come: nobody waits for them as a whole. */
const MOST_BYTES = 4 * 1024 * 1024
/** Streams of events pass by, too. */
const TEXT_TYPE = /^(?:text\/(?!event-stream)|application\/(?:json|xml|[\w.+-]+\+(?:json|xml))(?:\s*;|\s*$))/i

/** Whether the answer of a service is a text that can be there as a whole. */
export function isWholeText({ headers }: Pick<UpstreamAnswer, 'headers'>): boolean {
  const encoding = headers['content-encoding'] ?? 'identity'
  return TEXT_TYPE.test(headers['content-type'] ?? '') && encoding === 'identity' && !headers['content-range']
}

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json\b/i

/** The answer of a service with what was masked put back: when all of it is there, or as it comes if it is long. */
export class RestoredService implements LiveBody {
  readonly #from: LiveBody
  readonly #restorer: Restorer
  readonly #over: () => void
  readonly #isJson: boolean
  #pieces: Buffer[] = []
  /** Once it is too large. */
  #stream: StreamRestorer | null = null
  #bytes = 0

  constructor(
    { body, headers }: UpstreamAnswer & { readonly body: LiveBody },
    restorer: Restorer,
    over: () => void,
  ) {
    this.#from = body
    this.#isJson = JSON_TYPE.test(headers['content-type'] ?? '')
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
        if (this.#stream !== null) return passed(sink, this.#stream.push(piece))
        this.#pieces.push(piece)
        this.#bytes += piece.length
        return this.#bytes <= MOST_BYTES || this.#begin(sink)
      },
      onDrain: (resume) => sink.onDrain(resume),
      end: () => {
        if (this.#stream !== null) passed(sink, this.#stream.end())
        else if (this.#bytes > 0) sink.write(this.#restorer.whole('service', Buffer.concat(this.#pieces)))
        this.#over()
        sink.end()
      },
    })
  }

  #begin(sink: Sink): boolean {
    this.#stream = this.#restorer.text(this.#isJson)
    const held = Buffer.concat(this.#pieces)
    this.#pieces = []
    return passed(sink, this.#stream.push(held))
  }
}

/** What is held back until more comes is no piece. */
const passed = (sink: Sink, piece: Buffer | null): boolean =>
  piece === null || piece.length === 0 || sink.write(piece)
