import { setImmediate } from 'node:timers/promises'
import { Fault } from '../../kernel/fault.ts'
import type { Detector } from '../detect/detector.ts'
import type { Span } from '../detect/span.ts'
import { combined } from '../plugins/combined.ts'
import { FAILURES } from '../plugins/plugin.ts'
import type { Finder } from '../plugins/plugins.ts'
import type { Text } from '../traverse/texts.ts'
import { withoutPlaceholders } from './placeholder-form.ts'
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
  readonly #others: Finder | null
  #cache = new SpanCache()
  #generation = 0

  constructor(detector: Detector, afar: Afar = null, others: Finder | null = null) {
    this.#detector = detector
    this.#afar = afar
    this.#others = others
  }

  /** @throws Fault `stays_home` for what cannot be read */
  async read(tenant: string, texts: readonly Text[]): Promise<Found> {
    if (texts.length > MOST_TEXTS) throw unread(`it has more than ${MOST_TEXTS} texts`)
    // What others than now have found is not known any more, also to a read that began before.
    const cache = this.#cacheOfNow()
    const isCostly = this.#others?.isOn ?? false
    const keys = texts.map((text) => cache.keyFor(tenant, text, isCostly))
    const found = keys.map((key) => (key === null ? undefined : cache.get(key)))
    const open = texts.flatMap((_, index) => (found[index] === undefined ? [index] : []))
    const { spans: fresh, isComplete } = await this.#readByAll(open.flatMap((index) => asRead(texts[index])))
    for (const [at, index] of open.entries()) {
      const spans = fresh[at] ?? NONE
      found[index] = spans
      const key = keys[index]
      if (typeof key === 'string' && isComplete) cache.set(key, spans)
    }
    const all = found.map((spans) => spans ?? NONE)
    assertNotTooMany(all)
    return all
  }

  #cacheOfNow(): SpanCache {
    const generation = this.#others?.generation ?? 0
    if (generation !== this.#generation) {
      this.#generation = generation
      this.#cache = new SpanCache()
    }
    return this.#cache
  }

  /** By the engine and, where there are any, by the others as well. */
  async #readByAll(texts: readonly Text[]): Promise<{ readonly spans: Found; readonly isComplete: boolean }> {
    if (this.#others?.isOn !== true) return { spans: await this.#readAll(texts), isComplete: true }
    const asked = texts.map(({ value, key }) => ({ text: value, context: { language: null, key } }))
    // The engine first: while it reads short texts nothing else is heard, and the others' time would run.
    const [own, others] = await Promise.all([this.#readAll(texts), this.#others.find(asked).catch(failed)])
    const missed = others.missing.find(({ isRequired }) => isRequired)
    if (missed) throw unread(`the detector ${missed.name} ${FAILURES[missed.code]}`)
    checked(texts, others.spans)
    const spans = own.map((spans, at) => combined(spans, others.spans[at] ?? NONE, texts[at]?.value ?? ''))
    return { spans, isComplete: others.missing.length === 0 }
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

/** What was masked once is no value. */
function asRead(text: Text | undefined): readonly Text[] {
  if (text === undefined) return []
  const value = withoutPlaceholders(text.value)
  return [value === text.value ? text : { ...text, value }]
}

/** @throws Fault `stays_home` */
export function assertNotTooMany(found: Found): void {
  if (found.reduce((count, spans) => count + spans.length, 0) > MOST_SPANS) {
    throw unread(`more than ${MOST_SPANS} values were found in it`)
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
