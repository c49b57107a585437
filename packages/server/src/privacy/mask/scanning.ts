import { setImmediate } from 'node:timers/promises'
import { Fault } from '../../kernel/fault.ts'
import type { Detector } from '../detect/detector.ts'
import type { Span } from '../detect/span.ts'
import type { Text } from '../traverse/texts.ts'
import { SpanCache } from './span-cache.ts'

/** What was found in each of some texts. */
export type Found = readonly (readonly Span[])[]

/** More places in one request are not looked at, so it does not leave. */
const MOST_TEXTS = 200_000
const MOST_SPANS = 50_000
/** What is longer, all texts together, is read in another thread: here it would take ten milliseconds and more. */
const MOST_HERE_CHARACTERS = 8 * 1024
/** Text that is read in one turn of the event loop. */
const IN_TURN_CHARACTERS = 4 * 1024
/** Nothing can stand in less. */
const SHORTEST = 2
const NONE: readonly Span[] = []

/** Reads texts in another thread; null where there is none, and everything is read here. */
export type Afar = ((texts: readonly Text[]) => Promise<Found>) | null

/** Finds what stands in texts. A failure is told as one, never as nothing found. */
export class Scanning {
  readonly #detector: Detector
  readonly #afar: Afar
  readonly #cache = new SpanCache()

  constructor(detector: Detector, afar: Afar = null) {
    this.#detector = detector
    this.#afar = afar
  }

  /** @throws Fault `stays_home` for what cannot be read */
  async read(tenant: string, texts: readonly Text[]): Promise<Found> {
    if (texts.length > MOST_TEXTS) throw unread(`it has more than ${MOST_TEXTS} texts`)
    const keys = texts.map((text) => this.#cache.keyFor(tenant, text))
    const found = keys.map((key) => (key === null ? undefined : this.#cache.get(key)))
    const open = texts.flatMap((_, index) => (found[index] === undefined ? [index] : []))
    const fresh = await this.#readAll(open.flatMap((index) => texts[index] ?? []))
    for (const [at, index] of open.entries()) {
      const spans = fresh[at] ?? NONE
      found[index] = spans
      const key = keys[index]
      if (typeof key === 'string') this.#cache.set(key, spans)
    }
    const all = found.map((spans) => spans ?? NONE)
    if (all.reduce((count, spans) => count + spans.length, 0) > MOST_SPANS) {
      throw unread(`more than ${MOST_SPANS} values were found in it`)
    }
    return all
  }

  async #readAll(texts: readonly Text[]): Promise<Found> {
    const characters = texts.reduce((sum, { value }) => sum + value.length, 0)
    if (characters > MOST_HERE_CHARACTERS && this.#afar !== null) {
      return checked(texts, await this.#afar(texts).catch(failed))
    }
    const found: (readonly Span[])[] = []
    let inTurn = 0
    for (const text of texts) {
      if (inTurn > IN_TURN_CHARACTERS) {
        inTurn = 0
        await setImmediate()
      }
      found.push(this.#readOne(text))
      inTurn += text.value.length
    }
    return found
  }

  #readOne(text: Text): readonly Span[] {
    const { value, key } = text
    if (value.length < SHORTEST) return NONE
    try {
      const spans = this.#detector.detect(value, { language: null, key })
      return spans.length === 0 ? NONE : (checked([text], [spans])[0] ?? NONE)
    } catch (cause) {
      return failed(cause)
    }
  }
}

/** A span that is none would put a replacement where nothing was found. */
function checked(texts: readonly Text[], found: Found): Found {
  if (found.length !== texts.length) throw unread('reading it failed')
  for (const [index, spans] of found.entries()) {
    const length = texts[index]?.value.length ?? 0
    for (const { start, end } of spans) {
      if (!(start >= 0 && start < end && end <= length)) throw unread('reading it failed')
    }
  }
  return found
}

const failed = (cause: unknown): never => {
  throw cause instanceof Fault ? cause : unread('reading it failed', cause)
}

const unread = (why: string, cause?: unknown): Fault =>
  new Fault(
    'stays_home',
    `This request could not be searched for personal data (${why}), so it does not leave. Use a private target.`,
    { cause },
  )
