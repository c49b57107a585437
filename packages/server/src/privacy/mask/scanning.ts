import { setImmediate } from 'node:timers/promises'
import { skip } from '@freehold/contract/skips.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Detector, DetectorSource } from '../detect/detector.ts'
import { loaded } from '../detect/detector.ts'
import type { Dictionary, TenantTerms } from '../dictionary/dictionary.ts'
import { findIn, isTerm } from '../dictionary/dictionary.ts'
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
export type Afar = ((texts: readonly Text[], dictionary: Dictionary | null) => Promise<Found>) | null

/** The terms of a tenant's own; at once where they are known. */
export type TermsOf = (tenant: string) => TenantTerms | Promise<TenantTerms>

const NO_TERMS: TenantTerms = { version: '', dictionary: null }

export interface ScanningOptions {
  readonly afar?: Afar
  /** Who looks beside the engine. */
  readonly others?: Finder
  readonly termsOf?: TermsOf
}

/** What was found in texts that were read. */
export interface Reading {
  readonly found: Found
  /** False: one was missing that may be, so that the next time more may be found. */
  readonly isComplete: boolean
  /** By which each text is known again; null: it is not. */
  readonly keys: readonly (string | null)[]
}

/** Finds what stands in texts. A failure is told as one, never as nothing found. */
export class Scanning {
  readonly #detector: DetectorSource
  readonly #afar: Afar
  readonly #others: Finder | undefined
  readonly #termsOf: TermsOf
  readonly #cache = new SpanCache()

  constructor(
    detector: DetectorSource,
    { afar = null, others, termsOf = () => NO_TERMS }: ScanningOptions = {},
  ) {
    this.#detector = detector
    this.#afar = afar
    this.#others = others
    this.#termsOf = termsOf
  }

  /** @throws Fault `stays_home` for what cannot be read */
  async read(tenant: string, texts: readonly Text[]): Promise<Reading> {
    if (texts.length > MOST_TEXTS) throw unread(`it has more than ${MOST_TEXTS} texts`)
    const { dictionary, version } = await this.#terms(tenant)
    // What others than now have found is not known any more, also to a read that began before.
    const by = this.#version(version)
    const isCostly = this.#others?.isOn ?? false
    const keys = texts.map((text) => this.#cache.keyFor({ tenant, by }, text, isCostly))
    const found = keys.map((key) => (key === null ? undefined : this.#cache.get(key)))
    const open = texts.flatMap((_, index) => (found[index] === undefined ? [index] : []))
    const { spans: fresh, isComplete } = await this.#readByAll(
      open.flatMap((index) => asRead(texts[index])),
      dictionary,
    )
    for (const [at, index] of open.entries()) {
      const spans = fresh[at] ?? NONE
      found[index] = spans
      const key = keys[index]
      if (typeof key === 'string' && isComplete) this.#cache.set(key, spans)
    }
    const all = found.map((spans) => spans ?? NONE)
    assertNotTooMany(all)
    return { found: all, isComplete, keys }
  }

  /**
   * By what the texts of a tenant are read now, at once where its terms are known; another version may find something
   * else. Rejects with the Fault `stays_home`.
   */
  versionFor(tenant: string): string | Promise<string> {
    const terms = this.#terms(tenant)
    if (terms instanceof Promise) return terms.then(({ version }) => this.#version(version))
    return this.#version(terms.version)
  }

  #version(terms: string): string {
    return `${this.#others?.generation ?? 0} ${terms}`
  }

  /** A dictionary that cannot be read may list anything. */
  #terms(tenant: string): TenantTerms | Promise<TenantTerms> {
    const failed = (cause: unknown) => Promise.reject(unread('the dictionaries cannot be read', cause))
    try {
      const terms = this.#termsOf(tenant)
      return terms instanceof Promise ? terms.catch(failed) : terms
    } catch (cause) {
      return failed(cause)
    }
  }

  /** By the engine and, where there are any, by the others as well. */
  async #readByAll(
    texts: readonly Text[],
    dictionary: Dictionary | null,
  ): Promise<{ readonly spans: Found; readonly isComplete: boolean }> {
    if (this.#others?.isOn !== true) {
      const own = await this.#readAll(texts, dictionary)
      return { spans: dictionary === null ? own : own.map(inOrder), isComplete: true }
    }
    const asked = texts.map(({ value, key }) => ({ text: value, context: { language: null, key } }))
    // The engine first: while it reads short texts nothing else is heard, and the others' time would run.
    const [own, others] = await Promise.all([
      this.#readAll(texts, dictionary),
      this.#others.find(asked).catch(failed),
    ])
    const missed = others.missing.find(({ isRequired }) => isRequired)
    if (missed) throw unread(`the detector ${missed.name} ${FAILURES[missed.code]}`)
    checked(texts, others.spans)
    const spans = own.map((spans, at) => {
      const found = spans.filter((span) => !isTerm(span))
      const together = combined(found, others.spans[at] ?? NONE, texts[at]?.value ?? '')
      return inOrder([...together, ...spans.filter(isTerm)])
    })
    return { spans, isComplete: others.missing.length === 0 }
  }

  async #readAll(texts: readonly Text[], dictionary: Dictionary | null): Promise<Found> {
    const characters = texts.reduce((sum, { value }) => sum + value.length, 0)
    if (characters > MOST_HERE_CHARACTERS && this.#afar !== null) {
      return checked(texts, await this.#afar(texts, dictionary).catch(failed))
    }
    const detector = await this.#loaded()
    const found: (readonly Span[])[] = []
    let inTurn = 0
    for (const text of texts) {
      if (inTurn > IN_TURN_CHARACTERS) {
        inTurn = 0
        await setImmediate()
      }
      found.push(readOne(detector, text, dictionary))
      inTurn += text.value.length
    }
    return found
  }

  async #loaded(): Promise<Detector> {
    try {
      return await loaded(this.#detector)
    } catch (cause) {
      return failed(cause)
    }
  }
}

function readOne(detector: Detector, text: Text, dictionary: Dictionary | null): readonly Span[] {
  const { value, key } = text
  if (value.length < SHORTEST) return NONE
  try {
    const spans = findIn(detector, { text: value, context: { language: null, key }, dictionary })
    return spans.length === 0 ? NONE : (checked([text], [spans])[0] ?? NONE)
  } catch (cause) {
    return failed(cause)
  }
}

/** What a profile keeps may hold a term that it does not, so both are told. */
const inOrder = (spans: readonly Span[]): readonly Span[] => spans.toSorted((a, b) => a.start - b.start)

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

/** Whoever cannot look in time has found nothing, and only what was searched may leave. */
const UNSEARCHED: Readonly<Record<string, string>> = {
  unavailable: 'it took too long or failed',
  too_many: 'too many long texts are being searched already',
}

const failed = (cause: unknown): never => {
  if (!(cause instanceof Fault)) throw unread('reading it failed', cause)
  const why = UNSEARCHED[cause.code]
  throw why === undefined ? cause : unread(why, cause)
}

const unread = (why: string, cause?: unknown): Fault =>
  new Fault(
    'stays_home',
    `This request could not be searched for personal data (${why}), so it does not leave. Use a private target.`,
    { cause, remark: skip('not_searchable') },
  )
