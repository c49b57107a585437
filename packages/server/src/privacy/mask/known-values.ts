import { hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { EntityType } from '@freehold/contract/privacy.ts'
import { inCodes } from '../detect/encoded.ts'
import type { ScanText } from '../detect/normalise.ts'
import { normalise } from '../detect/normalise.ts'
import type { Span } from '../detect/span.ts'
import { ACTING_SCORE } from '../detect/span.ts'
import type { Text } from '../traverse/texts.ts'
import { KIND, LETTER } from './characters.ts'
import { FormFinder } from './form-finder.ts'
import { createLazyChineseForms } from './chinese-forms.ts'
import type { ChineseForms, KnownForm } from './known-forms.ts'
import { formsOf, isCapital, isHanName } from './known-forms.ts'
import type { Found } from './scanning.ts'
import { assertNotTooMany } from './scanning.ts'
import type { SpanCache } from './span-cache.ts'

/** A value that is known, whoever found it. */
export interface KnownValue {
  readonly type: EntityType
  readonly value: string
  readonly score: number
  /** The number of the text in which it was found first; -1: before this request. */
  readonly since: number
}

/** A value found again, of which the first find may lie elsewhere. */
export interface KnownSpan extends Span {
  readonly since: number
}

/** A value in base 64 in an address, say. */
const MOST_CODES = 2
/** Each costs a look around it: what is doubtful more often in one text is taken for meant. */
const MOST_DOUBTS = 1000
/** Shorter numbers occur within words of letters and figures. */
const FEWEST_IN_A_WORD = 7

/** Finds values that are known wherever else they stand. */
export class KnownValues {
  readonly #forms: (KnownForm & KnownValue)[] = []
  readonly #finder: FormFinder
  readonly #chinese: ChineseForms | null

  constructor(values: Iterable<KnownValue>, chinese: ChineseForms | null = null) {
    this.#chinese = chinese
    const known = new Map<string, number>()
    for (const one of values) {
      for (const form of formsOf(one.type, one.value, chinese)) {
        const at = known.get(form.form)
        const before = at === undefined ? undefined : this.#forms[at]
        if (at === undefined || before === undefined) {
          known.set(form.form, this.#forms.length)
          this.#forms.push({ ...one, ...form })
        } else {
          const wider = WIDTH[form.case] > WIDTH[before.case] ? form.case : before.case
          const { doubt, ...sure } = { ...before, case: wider }
          const isDoubtful = doubt !== undefined && form.doubt !== undefined
          this.#forms[at] = isDoubtful ? { ...sure, doubt: doubt === 'word' ? doubt : form.doubt } : sure
        }
      }
    }
    this.#finder = new FormFinder(this.#forms.map(({ form }) => form))
  }

  get isEmpty(): boolean {
    return this.#forms.length === 0
  }

  /** The same for the same values. */
  get words(): string {
    return JSON.stringify(this.#forms)
  }

  /** In the order of the text. */
  in({ value, role, key }: Text): readonly KnownSpan[] {
    // The API's own words, which may be somebody's name elsewhere.
    if (role === 'fixed' && CHOSEN.has(key ?? '')) return NONE
    return this.#read(value, MOST_CODES)
  }

  /** In the text, and in what stands in it in another code, and in that again. */
  #read(text: string, codes: number): readonly KnownSpan[] {
    const read = normalise(text)
    const spans = this.#find(read.text)
    if (codes > 0) spans.push(...inCodes(read.text, (decoded) => this.#read(decoded, codes - 1), true))
    return outermost(spans).map((span) => placed(span, read))
  }

  #find(text: string): KnownSpan[] {
    const spans: KnownSpan[] = []
    let doubts = 0
    this.#finder.scan(text, (at, start, end) => {
      const known = this.#forms[at]
      if (known === undefined || !isMeant(text, known, { start, end })) return false
      if (known.doubt !== undefined && this.#chinese !== null) {
        doubts += 1
        if (doubts <= MOST_DOUBTS && !this.#chinese.isMeant(text, { start, end }, known.doubt === 'word'))
          return false
      }
      const { type, score, since } = known
      let last = spans.at(-1)
      // What ends later and begins no later holds it.
      while (last !== undefined && last.start >= start) {
        spans.pop()
        last = spans.at(-1)
      }
      spans.push({ start, end, type, score, source: 'known', since })
      return true
    })
    return spans
  }
}

const NONE: readonly KnownSpan[] = []
const WIDTH = { exact: 0, capital: 1, any: 2 } as const
const CHOSEN = new Set(['model', 'type', 'role', 'status', 'object', 'service_tier', 'media_type'])

const placed = ({ start, end, type, score, source, since }: KnownSpan, read: ScanText): KnownSpan => ({
  start: read.startOf(start),
  end: read.endOf(end),
  type,
  score,
  source,
  since,
})

/** Without those that another one holds. */
function outermost(spans: readonly KnownSpan[]): readonly KnownSpan[] {
  let end = 0
  return spans
    .toSorted((a, b) => a.start - b.start || b.end - a.end)
    .filter((span) => {
      const isHeld = span.end <= end
      if (!isHeld) end = span.end
      return !isHeld
    })
}

interface Stretch {
  readonly start: number
  readonly end: number
}

function isMeant(text: string, { case: how, form, value }: KnownForm, { start, end }: Stretch): boolean {
  if (how === 'capital') return isCapital(text.slice(start, start + 1))
  if (how === 'exact') return text.startsWith(value, start)
  const standsAlone = form.length < FEWEST_IN_A_WORD && /\d/.test(form)
  return !standsAlone || !touchesLetter(text, { start, end })
}

const touchesLetter = (text: string, { start, end }: Stretch): boolean =>
  (start > 0 && KIND[text.charCodeAt(start - 1)] === LETTER) || KIND[text.charCodeAt(end)] === LETTER

/** What acts of what was found, once for each value. */
function* foundIn(texts: readonly Text[], found: Found): Generator<KnownValue> {
  for (const [since, spans] of found.entries()) {
    const text = texts[since]?.value ?? ''
    for (const { start, end, type, score } of spans) {
      if (score >= ACTING_SCORE) yield { type, value: text.slice(start, end), score, since }
    }
  }
}

export interface Knowing {
  readonly tenant: string
  /** Where the same values stand in texts that come again. */
  readonly cache: SpanCache<KnownSpan>
  /** Values of earlier requests. */
  readonly before: Iterable<Pick<KnownValue, 'type' | 'value'>>
  /** Values of these types are left as they are. */
  readonly isKept: (type: EntityType) => boolean
}

const chineseForms = createLazyChineseForms()

/** Characters that are searched in one turn of the event loop. */
const IN_TURN_CHARACTERS = 32 * 1024

/** What was found anywhere, or before, is found in each of the texts. @throws Fault `stays_home` for too much of it */
export async function withKnown(texts: readonly Text[], found: Found, knowing: Knowing): Promise<Found> {
  const { before, isKept, tenant, cache } = knowing
  const values = new Map<string, KnownValue>()
  for (const one of before) {
    if (!isKept(one.type)) values.set(one.value, { ...one, score: ACTING_SCORE, since: -1 })
  }
  for (const one of foundIn(texts, found)) {
    if (!isKept(one.type) && !values.has(one.value)) values.set(one.value, one)
  }
  if (values.size === 0) return found
  const hasChinese = values.values().some(({ type, value }) => type === 'PERSON' && isHanName(value))
  const known = new KnownValues(values.values(), hasChinese ? await chineseForms() : null)
  if (known.isEmpty) return found
  const words = hash('sha256', known.words, 'base64url')
  const all: (readonly Span[])[] = []
  let inTurn = 0
  for (const [index, text] of texts.entries()) {
    inTurn += text.value.length
    if (inTurn > IN_TURN_CHARACTERS) {
      inTurn = text.value.length
      await setImmediate()
    }
    const spans = found[index] ?? []
    const again = cache.through({ tenant, by: words }, text, () => known.in(text))
    const more =
      again.length === 0
        ? again
        : notHeld(
            again,
            spans.filter((one) => acts(one, isKept)),
            text.value,
          )
    all.push(more.length === 0 ? spans : [...spans, ...more])
  }
  assertNotTooMany(all)
  return all
}

const acts = ({ score, type }: Span, isKept: Knowing['isKept']): boolean =>
  score >= ACTING_SCORE && !isKept(type)

/**
 * What the spans of the text leave to be said. One whose words they hold between them says nothing: `Schmidt (anna` of
 * `Anna Schmidt (anna@example.org)` would make name and address one. Both in the order of the text.
 */
function notHeld(again: readonly KnownSpan[], spans: readonly Span[], text: string): readonly KnownSpan[] {
  let next = 0
  let end = 0
  return again.filter((one) => {
    for (; (spans[next]?.start ?? Infinity) <= one.start; next += 1)
      end = Math.max(end, spans[next]?.end ?? 0)
    let rest = ''
    let from = Math.max(one.start, end)
    for (let at = next; (spans[at]?.start ?? Infinity) < one.end; at += 1) {
      rest += text.slice(from, Math.max(from, spans[at]?.start ?? from))
      from = Math.max(from, spans[at]?.end ?? from)
    }
    return SAYS_SOMETHING.test(rest + text.slice(from, Math.max(from, one.end)))
  })
}

const SAYS_SOMETHING = /[\p{L}\p{N}]/u
