import { Fault } from '../../kernel/fault.ts'
import type { Masked } from '../../privacy/mask/desensitiser.ts'
import type { Restorer, StreamRestorer } from '../../privacy/restore/restorer.ts'
import { createRestorer, mayRestore } from '../../privacy/restore/restorer.ts'
import type { Dialled } from '../asked.ts'
import type { StreamWatch } from '../call/stream-format.ts'
import type { LiveBody, Sink, UpstreamAnswer } from '../call/upstream-call.ts'
import { isWholeText, RestoredService } from './restored-service.ts'

/** The answer of a target with what was masked put back, in the API of the target. */
export function restored(
  answer: UpstreamAnswer,
  masked: Masked | null,
  { shape, unknown }: Restoring,
): UpstreamAnswer {
  if (masked === null || masked.minted.length === 0) return answer
  const { body } = answer
  // Most whole answers say nothing of what was masked.
  if (shape !== null && Buffer.isBuffer(body) && !mayRestore(masked.minted, body)) return answer
  const restorer = createRestorer(masked.minted)
  const over = (): void => void (restorer.unknown > 0 && unknown(restorer.unknown))
  if (shape === null) {
    const placed = withLocation(answer, restorer)
    return Buffer.isBuffer(body) ? placed : restoredService({ ...placed, body }, restorer, over)
  }
  if (!Buffer.isBuffer(body)) {
    return { ...answer, body: new RestoredBody(body, restorer.stream(shape), over) }
  }
  const whole = wholeBody(restorer, shape, body)
  if (restorer.unknown > 0) unknown(restorer.unknown)
  return { ...answer, body: whole }
}

/** Where a service sends the caller on; nothing that ends a header may come into one. */
function withLocation(answer: UpstreamAnswer, restorer: Restorer): UpstreamAnswer {
  const { location } = answer.headers
  if (location === undefined) return answer
  const restored = restorer.address(location)
  return /^[!-~]*$/.test(restored)
    ? { ...answer, headers: { ...answer.headers, location: restored } }
    : answer
}

/** What is put back is as long as the value, so that nobody knows the length before. */
function restoredService(
  answer: UpstreamAnswer & { readonly body: LiveBody },
  restorer: Restorer,
  over: () => void,
): UpstreamAnswer {
  if (!isWholeText(answer)) return answer
  const { 'content-length': _, ...headers } = answer.headers
  return { ...answer, headers, body: new RestoredService(answer, restorer, over) }
}

interface Restoring extends Pick<Dialled, 'shape'> {
  /** Hears of placeholders that stand for nothing. */
  readonly unknown: (placeholders: number) => void
}

/** A page of a proxy in between is no answer, and holds nothing that was masked. */
function wholeBody(restorer: Restorer, shape: NonNullable<Dialled['shape']>, body: Buffer): Buffer {
  try {
    JSON.parse(body.toString())
  } catch {
    return body
  }
  return restorer.whole(shape, body)
}

/** A stream in which placeholders become what they stand for, event by event as it comes. */
class RestoredBody implements LiveBody {
  readonly #from: LiveBody
  readonly #restorer: StreamRestorer
  readonly #over: () => void
  #isBroken = false

  constructor(from: LiveBody, restorer: StreamRestorer, over: () => void) {
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
      write: (piece) => this.#pass(sink, () => this.#restorer.push(piece)),
      onDrain: (resume) => sink.onDrain(resume),
      end: () => {
        this.#pass(sink, () => this.#restorer.end())
        this.#over()
        if (!this.#isBroken) sink.end()
      },
    })
  }

  #pass(sink: Sink, restore: () => Buffer | null): boolean {
    if (this.#isBroken) return true
    try {
      const events = restore()
      return events === null || sink.write(events)
    } catch (cause) {
      this.#isBroken = true
      this.#from.abort(
        new Fault('upstream_broke', 'The answer could not be put back into your words.', { cause }),
      )
      return true
    }
  }
}
