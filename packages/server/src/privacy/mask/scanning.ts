import { Fault } from '../../kernel/fault.ts'
import type { Detector } from '../detect/detector.ts'
import type { Dictionary, TenantTerms } from '../dictionary/dictionary.ts'
import { findIn } from '../dictionary/dictionary.ts'
import type { Span } from '../detect/span.ts'
import type { Text } from '../traverse/texts.ts'
import { SpanCache } from './span-cache.ts'

/** What was found in each of some texts. */
export type Found = readonly (readonly Span[])[]

/** More places in one request are not looked at, so it does not leave. */
const MOST_TEXTS = 200_000
const MOST_SPANS = 50_000
/** Text that is read in one turn of the event loop; what is longer is read in another thread. */
const AT_ONCE_CHARACTERS = 16 * 1024
/** Nothing can stand in less. */
const SHORTEST = 2
const NONE: readonly Span[] = []

/** Reads texts in another thread; null where there is none, and everything is read here. */
export type Afar = ((texts: readonly Text[], dictionary: Dictionary | null) => Promise<Found>) | null

/** The terms of a tenant's own; at once where they are known. */
export type TermsOf = (tenant: string) => TenantTerms | Promise<TenantTerms>

const NO_TERMS: TenantTerms = { version: '', dictionary: null }

/** Finds what stands in texts. A failure is told as one, never as nothing found. */
export class Scanning {
  readonly #detector: Detector
  readonly #afar: Afar
  readonly #termsOf: TermsOf
  readonly #cache = new SpanCache()

  constructor(detector: Detector, afar: Afar = null, termsOf: TermsOf = () => NO_TERMS) {
    this.#detector = detector
    this.#afar = afar
    this.#termsOf = termsOf
  }

  /** @throws Fault `stays_home` for what cannot be read */
  async read(tenant: string, texts: readonly Text[]): Promise<Found> {
    if (texts.length > MOST_TEXTS) throw unread(`it has more than ${MOST_TEXTS} texts`)
    const { version, dictionary } = await this.#terms(tenant)
    const keys = texts.map((text) => this.#cache.keyFor(tenant, version, text))
    const found = keys.map((key) => (key === null ? undefined : this.#cache.get(key)))
    const open = texts.flatMap((_, index) => (found[index] === undefined ? [index] : []))
    const fresh = await this.#readAll(
      open.flatMap((index) => texts[index] ?? []),
      dictionary,
    )
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

  /** A dictionary that cannot be read may list anything. */
  async #terms(tenant: string): Promise<TenantTerms> {
    try {
      return await this.#termsOf(tenant)
    } catch (cause) {
      throw unread('the dictionaries cannot be read', cause)
    }
  }

  async #readAll(texts: readonly Text[], dictionary: Dictionary | null): Promise<Found> {
    const characters = texts.reduce((sum, { value }) => sum + value.length, 0)
    if (characters <= AT_ONCE_CHARACTERS) return texts.map((text) => this.#readOne(text, dictionary))
    if (this.#afar !== null) return checked(texts, await this.#afar(texts, dictionary).catch(failed))
    const found: (readonly Span[])[] = []
    let inTurn = 0
    for (const text of texts) {
      found.push(this.#readOne(text, dictionary))
      inTurn += text.value.length
      if (inTurn < AT_ONCE_CHARACTERS) continue
      inTurn = 0
      await new Promise<void>((resolve) => void setImmediate(resolve))
    }
    return found
  }

  #readOne(text: Text, dictionary: Dictionary | null): readonly Span[] {
    const { value, key } = text
    if (value.length < SHORTEST) return NONE
    try {
      const spans = findIn(this.#detector, { text: value, context: { language: null, key }, dictionary })
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
