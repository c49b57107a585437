import { Fault } from '../../kernel/fault.ts'
import { eventsIn, SseSplitter } from '../call/sse-splitter.ts'
import type { StreamWatch } from '../call/stream-format.ts'
import type { LiveBody, Sink } from '../call/upstream-call.ts'
import type { AnswerReader, AnswerWriter } from './model-answer.ts'
import { unreadable } from './model-answer.ts'

/** More than any model answers; what has no end would fill the memory of whoever has to repeat it. */
const LARGEST_BYTES = 64 * 1024 * 1024

/** A stream that is read in the words of one API and told in those of another, event by event as it comes. */
export class TranslatedBody implements LiveBody {
  readonly #from: LiveBody
  readonly #reader: AnswerReader
  readonly #writer: AnswerWriter
  readonly #splitter = new SseSplitter()
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
      write: (piece) => {
        const text = this.#told(() => this.#translate(piece))
        return text === '' || sink.write(Buffer.from(text))
      },
      onDrain: (resume) => sink.onDrain(resume),
      end: () => {
        const text = this.#told(() => this.#read(this.#splitter.rest()) + this.#writer.end())
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

  #translate(piece: Buffer): string {
    this.#bytes += piece.length
    if (this.#bytes > LARGEST_BYTES) throw unreadable('it does not end')
    const whole = this.#splitter.push(piece)
    return whole === null ? '' : this.#read(whole)
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
