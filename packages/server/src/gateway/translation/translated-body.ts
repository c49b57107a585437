import { Fault } from '../../kernel/fault.ts'
import { eventsIn } from '../call/sse-splitter.ts'
import type { StreamWatch } from '../call/stream-format.ts'
import type { LiveBody, Sink } from '../call/upstream-call.ts'
import type { AnswerReader, AnswerWriter, Delta } from './model-answer.ts'
import { unreadable } from './model-answer.ts'

/** More than any model answers; what has no end would fill the memory of whoever has to repeat it. */
const LARGEST_BYTES = 64 * 1024 * 1024

/** Reading an event holds up everything else: a model says less at once, and a whole answer is not much longer. */
const LARGEST_EVENT_BYTES = 2 * 1024 * 1024

/** A stream that is read in the words of one API and told in those of another, event by event as it comes. */
export class TranslatedBody implements LiveBody {
  readonly #from: LiveBody
  readonly #reader: AnswerReader
  readonly #writer: AnswerWriter
  /** Translated and not told yet. */
  #text = ''
  #bytes = 0
  #isBroken = false

  constructor(from: LiveBody, reader: AnswerReader, writer: AnswerWriter) {
    this.#from = from
    this.#reader = reader
    this.#writer = writer
  }

  get watch(): StreamWatch | null {
    return this.#from.watch
  }

  abort(reason: Fault): void {
    this.#from.abort(reason)
  }

  forward(sink: Sink): Promise<void> {
    return this.#from.forward({
      write: (piece) => this.#tell(sink, () => this.#translate(piece)),
      onDrain: (resume) => sink.onDrain(resume),
      end: () => {
        this.#tell(sink, () => {
          this.#write(this.#reader.end())
          this.#text += this.#writer.end()
        })
        if (!this.#isBroken) sink.end()
      },
    })
  }

  /**
   * What cannot be translated breaks the stream: it ends as one that broke, never as if it were complete. What came
   * before is told all the same, however the network cut it.
   */
  #tell(sink: Sink, translate: () => void): boolean {
    if (this.#isBroken) return true
    let failure: unknown = null
    try {
      translate()
    } catch (error) {
      this.#isBroken = true
      failure = error
    }
    const text = this.#text
    this.#text = ''
    const isTaken = text === '' || sink.write(Buffer.from(text))
    if (this.#isBroken)
      this.#from.abort(failure instanceof Fault ? failure : unreadable('it is no stream of events', failure))
    return isTaken
  }

  #translate(piece: Buffer): void {
    this.#bytes += piece.length
    if (this.#bytes > LARGEST_BYTES) throw unreadable('it does not end')
    // Only the rest of one event is ever held back, so that a piece is about as large as its first.
    if (piece.length > LARGEST_EVENT_BYTES) throw unreadable('one of its events is over 2 MiB')
    for (const { data } of eventsIn(piece)) {
      if (data !== null && data.trim() !== '') this.#write(this.#reader.read(data))
    }
  }

  #write(deltas: readonly Delta[]): void {
    for (const delta of deltas) this.#text += this.#writer.write(delta)
  }
}
