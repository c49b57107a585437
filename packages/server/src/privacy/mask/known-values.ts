import { hash } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Span } from '../detect/span.ts'
import { ACTING_SCORE } from '../detect/span.ts'
import type { Text } from '../traverse/texts.ts'
import { createLazyChineseForms } from './chinese-forms.ts'
import type { ChineseForms, KnownForm } from './known-forms.ts'
import { formsOf, isHanName } from './known-forms.ts'
import type { KnownHit } from './known-part.ts'
import { nameOf } from './known-part.ts'
import type { KnownSet, KnownSets } from './known-sets.ts'
import { searchCoded } from './known-sets.ts'
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

const CHOSEN = new Set(['model', 'type', 'role', 'status', 'object', 'service_tier', 'media_type'])
const NONE: readonly KnownSpan[] = []
const WIDTH = { exact: 0, capital: 1, any: 2 } as const

type Known = KnownForm & KnownValue

/** All forms of the values, each once: as it is told most widely, and of the value that was there first. */
function formsOfAll(values: Iterable<KnownValue>, chinese: ChineseForms | null): readonly Known[] {
  const forms: Known[] = []
  const places = new Map<string, number>()
  for (const one of values) {
    for (const form of formsOf(one.type, one.value, chinese)) {
      const at = places.get(form.form)
      const before = at === undefined ? undefined : forms[at]
      if (at === undefined || before === undefined) {
        places.set(form.form, forms.length)
        forms.push({ ...one, ...form })
      } else forms[at] = joined(before, form)
    }
  }
  return forms
}

/** As widely told as one of them, and as surely. */
function joined(before: Known, form: KnownForm): Known {
  const wider = WIDTH[form.case] > WIDTH[before.case] ? form.case : before.case
  const { doubt, ...sure } = { ...before, case: wider }
  const isDoubtful = doubt !== undefined && form.doubt !== undefined
  return isDoubtful ? { ...sure, doubt: doubt === 'word' ? doubt : form.doubt } : sure
}

/** What Chinese names are called besides, and the tables to tell it by. */
interface Chinese {
  readonly chinese: ChineseForms | null
}

/** Searches the texts of one request. */
class Search {
  readonly #knowing: Pick<Knowing, 'sets' | 'coded' | 'tenant'>
  readonly #byName: ReadonlyMap<string, Known>
  readonly #set: KnownSet

  constructor(forms: readonly Known[], knowing: Pick<Knowing, 'sets' | 'coded' | 'tenant'> & Chinese) {
    this.#knowing = knowing
    this.#byName = new Map(forms.map((form) => [nameOf(form), form]))
    this.#set = knowing.sets.of(knowing, forms)
  }

  /** In the order of the text. */
  in(text: Text, key: string | null): readonly KnownSpan[] {
    // The API's own words, which may be somebody's name elsewhere.
    if (text.role === 'fixed' && CHOSEN.has(text.key ?? '')) return NONE
    const { hits, signs } = this.#knowing.sets.in(this.#set, { value: text.value, key })
    if (hits !== null) return hits.length === 0 ? NONE : hits.map(this.#spanOf)
    // What cannot stand there changes nothing about what does.
    const near = this.#set.parts.flatMap((part) => [...part.near(signs)])
    if (near.length === 0) return NONE
    const find = (): readonly KnownSpan[] => searchCoded(text.value, this.#set.parts, this.#spanOf)
    if (key === null) return find()
    const words = hash('sha256', JSON.stringify(near.map((name) => this.#byName.get(name))), 'base64url')
    return this.#knowing.coded.through(`${words} ${key}`, find)
  }

  readonly #spanOf = ({ start, end, form }: KnownHit): KnownSpan => {
    const known = this.#byName.get(form)
    if (known === undefined) throw new Error('a value was found that nobody knows')
    const { type, score, since } = known
    return { start, end, type, score, source: 'known', since }
  }
}

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
  /** Where known values stand in texts that come again. */
  readonly sets: KnownSets
  /** The same of texts in which others are hidden. */
  readonly coded: SpanCache<KnownSpan>
  /** By which each text is known again; null: it is not worth it. */
  readonly keys: readonly (string | null)[]
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
  const { before, isKept, keys } = knowing
  const values = new Map<string, KnownValue>()
  for (const one of before) {
    if (!isKept(one.type)) values.set(one.value, { ...one, score: ACTING_SCORE, since: -1 })
  }
  for (const one of foundIn(texts, found)) {
    if (!isKept(one.type) && !values.has(one.value)) values.set(one.value, one)
  }
  if (values.size === 0) return found
  const hasChinese = values.values().some(({ type, value }) => type === 'PERSON' && isHanName(value))
  const chinese = hasChinese ? await chineseForms() : null
  const forms = formsOfAll(values.values(), chinese)
  if (forms.length === 0) return found
  const search = new Search(forms, { ...knowing, chinese })
  const all: (readonly Span[])[] = []
  let inTurn = 0
  for (const [index, text] of texts.entries()) {
    inTurn += text.value.length
    if (inTurn > IN_TURN_CHARACTERS) {
      inTurn = text.value.length
      await setImmediate()
    }
    const spans = found[index] ?? []
    const again = search.in(text, keys[index] ?? null)
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
