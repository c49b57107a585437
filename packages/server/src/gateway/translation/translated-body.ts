import { Fault } from '../../kernel/fault.ts'
import { eventsIn } from '../call/sse-splitter.ts'
import type { StreamWatch } from '../call/stream-format.ts'
import type { LiveBody, Sink } from '../call/upstream-call.ts'
import type { AnswerReader, AnswerWriter, Delta } from './model-answer.ts'
import { messageOf, parsedEvent } from './answer-fields.ts'
import { endedBy, unreadable } from './model-answer.ts'

/** More than any model answers; what has no end would fill the memory of whoever has to repeat it. */
const LARGEST_BYTES = 64 * 1024 * 1024

/** Reading an event holds up everything else: a model says less at once, and a whole answer is not much longer. */
const LARGEST_EVENT_BYTES = 2 * 1024 * 1024

/** Reads the events of one API and tells them in the words of another. */
export class Teller {
  readonly #reader: AnswerReader
  readonly #writer: AnswerWriter
  #text = ''
  #bytes = 0

  constructor(reader: AnswerReader, writer: AnswerWriter) {
    this.#reader = reader
    this.#writer = writer
  }

  /** Reads whole events. @throws Fault `upstream_broke`; what came before is there all the same */
  read(events: Buffer): void {
    this.#bytes += events.length
    if (this.#bytes > LARGEST_BYTES) throw unreadable('it does not end')
    // Only the rest of one event is ever held back, so that a piece is about as large as its first.
    if (events.length > LARGEST_EVENT_BYTES) throw unreadable('one of its events is over 2 MiB')
    for (const { name, data } of eventsIn(events)) {
      if (data === null || name === 'ping') this.#text += this.#writer.keepAlive()
      else if (name === 'error') throw endedBy(errorIn(data))
      else if (data.trim() !== '') this.#write(this.#reader.read(data))
    }
  }

  /** To be called at the end of a whole answer. @throws Fault `upstream_broke` */
  end(): void {
    this.#write(this.#reader.end())
    this.#text += this.#writer.end()
  }

  /** What was read since it was last asked for, in the other words. */
  told(): string {
    const text = this.#text
    this.#text = ''
    return text
  }

  #write(deltas: readonly Delta[]): void {
    for (const delta of deltas) this.#text += this.#writer.write(delta)
  }
}

function errorIn(data: string): string {
  const said = parsedEvent(data)
  return messageOf(said['error'] ?? said)
}

/** A stream that is told in the words of another API, event by event as it comes. */
export class TranslatedBody implements LiveBody {
  readonly #from: LiveBody
  readonly #teller: Teller
  #isBroken = false

  constructor(from: LiveBody, teller: Teller) {
    this.#from = from
    this.#teller = teller
  }

  get watch(): StreamWatch | null {
    return this.#from.watch
  }

  abort(reason: Fault): void {
    this.#from.abort(reason)
  }

  forward(sink: Sink): Promise<void> {
    return this.#from.forward({
      write: (piece) => this.#tell(sink, () => this.#teller.read(piece)),
      onDrain: (resume) => sink.onDrain(resume),
      end: () => {
        this.#tell(sink, () => this.#teller.end())
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
    const text = this.#teller.told()
    const isTaken = text === '' || sink.write(Buffer.from(text))
    if (this.#isBroken)
      this.#from.abort(failure instanceof Fault ? failure : unreadable('it is no stream of events', failure))
    return isTaken
  }
}
