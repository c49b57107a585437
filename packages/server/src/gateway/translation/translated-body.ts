import { Fault } from '../../kernel/fault.ts'
import { eventsIn, SseSplitter } from '../call/sse-splitter.ts'
import type { StreamWatch } from '../call/stream-format.ts'
import type { LiveBody, Sink } from '../call/upstream-call.ts'
import type { AnswerReader, AnswerWriter } from './model-answer.ts'
import { unreadable } from './model-answer.ts'

/** More than any model answers; what has no end would fill the memory of whoever has to repeat it. */
const LARGEST_BYTES = 64 * 1024 * 1024

/** Reads the events of one API and tells them in the words of another. */
export class Teller {
  readonly #reader: AnswerReader
  readonly #writer: AnswerWriter
  readonly #splitter = new SseSplitter()
  #bytes = 0

  constructor(reader: AnswerReader, writer: AnswerWriter) {
    this.#reader = reader
    this.#writer = writer
  }

  /** What a piece of the stream says; empty until an event is whole. @throws Fault `upstream_broke` */
  tell(piece: Buffer): string {
    this.#bytes += piece.length
    if (this.#bytes > LARGEST_BYTES) throw unreadable('it does not end')
    const whole = this.#splitter.push(piece)
    return whole === null ? '' : this.#read(whole)
  }

  /** The rest of a whole answer. @throws Fault `upstream_broke` */
  end(): string {
    return this.#read(this.#splitter.rest()) + this.#writer.end()
  }

  #read(whole: Buffer): string {
    let text = ''
    for (const { name, data } of eventsIn(whole)) {
      if (data === null || name === 'ping') text += this.#writer.keepAlive()
      if (data === null || data.trim() === '' || name === 'ping') continue
      for (const delta of this.#reader.read(data)) text += this.#writer.write(delta)
    }
    return text
  }
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
      write: (piece) => {
        const text = this.#told(() => this.#teller.tell(piece))
        return text === '' || sink.write(Buffer.from(text))
      },
      onDrain: (resume) => sink.onDrain(resume),
      end: () => {
        const text = this.#told(() => this.#teller.end())
        if (this.#isBroken) return
        sink.write(Buffer.from(text))
        sink.end()
      },
    })
  }

  /** What cannot be translated breaks the stream: it ends as one that broke, never as if it were complete. */
  #told(translate: () => string): string {
    if (this.#isBroken) return ''
    try {
      return translate()
    } catch (error) {
      this.#isBroken = true
      this.#from.abort(error instanceof Fault ? error : unreadable('it is no stream of events', error))
      return ''
    }
  }
}
