import type { MaskingAction } from '@freehold/contract/desensitise.ts'
import type { EntityType } from '@freehold/contract/privacy.ts'
import { skip } from '@freehold/contract/skips.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Span } from '../detect/span.ts'
import { ACTING_SCORE } from '../detect/span.ts'
import type { Profile } from '../policy/profile.ts'
import { SEVERITY } from '../policy/profile.ts'
import { generalised, keptPart, label } from '../policy/reduced.ts'
import { isGlued } from '../restore/surrogates.ts'
import type { Edit, Text, Texts } from '../traverse/texts.ts'
import type { Mint } from './mint.ts'
import { RequestWords } from './request-words.ts'
import type { Found } from './scanning.ts'

/** Values that something was done about, by type and action; values that occur again count once. */
export type Tally = readonly Readonly<{ type: EntityType; action: MaskingAction; values: number }>[]

/** Values by type, whatever was done about them. */
export function valuesByType(tally: Tally): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { type, values } of tally) counts[type] = (counts[type] ?? 0) + values
  return counts
}

export interface Masking {
  readonly profile: Profile
  /** Null: nothing may come back, so that values become bare labels. */
  readonly mint: Mint | null
  /** The one that it is now. */
  readonly year: number
}

/** The spans of a text that something is done about: those of values that are kept are not among them. */
interface Hit {
  readonly start: number
  readonly end: number
  readonly type: EntityType
  readonly action: MaskingAction
  /** The rank of the text without which nothing would be known of it. */
  readonly since: number
}

/**
 * Replaces in `texts` what was found, and tells how much. `spans`: of each text.
 * @throws Fault `stays_home` for what a profile blocks, and for a value where nothing may be rewritten
 */
export function mask(texts: Texts, spans: Found, masking: Masking): Tally {
  const request = new RequestWords(texts.texts)
  const all = oneTreatmentEach(placedHits(texts.texts, spans, { masking, request }))
  for (const { hit } of all.flat()) assertNotBlocked(hit)
  mintInOrder(all.flat(), masking.mint, request)
  const done = all.map((hits) => hits.map((one) => ({ ...one, ...insteadOf(one, masking, request) })))
  const changed = done.map((hits) => hits.filter(({ replacement, written }) => replacement !== written))
  for (const { hit, text } of changed.flat()) assertRewritable(hit, text)
  for (const [index, hits] of changed.entries()) {
    const edits = hits.map(({ hit, replacement }): Edit => {
      return { start: hit.start, end: hit.end, replacement }
    })
    if (edits.length > 0) texts.edit(index, edits)
  }
  return tallyOf(done.flat())
}

function tallyOf(done: readonly (PlacedHit & Replaced)[]): Tally {
  const seen = new Map<string, { readonly done: PlacedHit & Replaced; readonly values: Set<string> }>()
  for (const one of done) {
    const key = `${one.hit.type} ${one.action}`
    const of = seen.get(key) ?? { done: one, values: new Set<string>() }
    seen.set(key, of)
    of.values.add(one.value)
  }
  return [...seen.values()].map(({ done: { hit, action }, values }) => {
    return { type: hit.type, action, values: values.size }
  })
}

interface PlacedHit {
  readonly hit: Hit
  readonly text: Text
  readonly written: string
  /** What was written, with the values for which surrogates of this conversation stand in it. */
  readonly value: string
}

const NOTHING: readonly PlacedHit[] = []

interface Placing {
  readonly masking: Masking
  readonly request: RequestWords
}

/** Of each text. In their order, because the model can only have used a surrogate that was made for what came before. */
function placedHits(
  texts: readonly Text[],
  spans: Found,
  { masking, request }: Placing,
): readonly (readonly PlacedHit[])[] {
  const rankOf = ranksOf(texts)
  return texts.map((text, index) => {
    const hits = hitsIn(text, index, { spans, rankOf, ...masking })
    for (const { hit, value } of hits) {
      if (hit.action === 'surrogate' && hit.since === rankOf(index))
        masking.mint?.surrogateFor(hit.type, value, (words) => request.hold(words))
    }
    return hits
  })
}

function hitsIn(
  text: Text,
  index: number,
  { spans, profile, mint, rankOf }: { readonly spans: Found } & Ranking & Pick<Masking, 'mint'>,
): readonly PlacedHit[] {
  const mayBeOurs = mint !== null && (text.isSpoken === true || mint.continues)
  const ours = mayBeOurs ? mint.standing(text.value) : []
  const found = spans[index] ?? []
  if (found.length + ours.length === 0) return NOTHING
  return hitsOf(withOurs(text, found, ours), { profile, index, rankOf }).map((hit) => {
    const { start, end, action } = hit
    const written = text.value.slice(start, end)
    const value = ours.length === 0 ? written : (mint?.original(written) ?? written)
    const cannot = action === 'surrogate' && isGlued(text.value, start, end)
    return { hit: cannot ? { ...hit, action: 'pseudonymise' } : hit, text, written, value }
  })
}

/**
 * Where the model put a surrogate into its own words, those are nobody's, whatever they look like around it. Figures it
 * could not make up are looked at all the same.
 */
function withOurs({ value, isSpoken }: Text, found: Found[number], ours: readonly Span[]): Found[number] {
  if (ours.length === 0) return found
  const isOurs = (one: Span): boolean => {
    let next = firstBehind(ours, one.start)
    let at = one.start
    let rest = ''
    for (; (ours[next]?.start ?? Infinity) < one.end; next += 1) {
      rest += value.slice(at, Math.max(at, ours[next]?.start ?? at))
      at = ours[next]?.end ?? at
    }
    return at > one.start && !/\d/.test(rest + value.slice(at, Math.max(at, one.end)))
  }
  return [...(isSpoken === true ? found.filter((one) => !isOurs(one)) : found), ...ours]
}

/** The first that ends behind a place; they are in the order of the text and do not overlap. */
function firstBehind(spans: readonly Span[], place: number): number {
  let low = 0
  let high = spans.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((spans[middle]?.end ?? 0) <= place) low = middle + 1
    else high = middle
  }
  return low
}

/** A value that is one thing here and another there is treated everywhere as the worse. */
function oneTreatmentEach(all: readonly (readonly PlacedHit[])[]): readonly (readonly PlacedHit[])[] {
  const treated = new Map<string, Hit>()
  let differ = false
  for (const { hit, value } of all.flat()) {
    const before = treated.get(value)
    differ ||= before !== undefined && (before.type !== hit.type || before.action !== hit.action)
    if (before === undefined || SEVERITY[hit.action] > SEVERITY[before.action]) treated.set(value, hit)
  }
  if (!differ) return all
  return all.map((hits) =>
    hits.map((one) => {
      const { type, action } = treated.get(one.value) ?? one.hit
      return { ...one, hit: { ...one.hit, type, action } }
    }),
  )
}

interface Ranking {
  readonly profile: Profile
  readonly rankOf: (index: number) => number
}

/** Turns come after everything else, wherever they stand: their number grows, and what was there keeps its own. */
const ranksOf =
  (texts: readonly Text[]): Ranking['rankOf'] =>
  (index) =>
    texts[index]?.isTurn === true ? texts.length + index : index

/** What a later message makes known gets no number before what was known without it: a conversation only grows. */
function mintInOrder(all: readonly PlacedHit[], mint: Mint | null, request: RequestWords): void {
  if (mint === null) return
  const returning = all.filter(({ hit }) => hit.action === 'pseudonymise' || hit.action === 'surrogate')
  for (const one of returning.toSorted((a, b) => a.hit.since - b.hit.since)) standIn(one, mint, request)
}

interface Replaced {
  readonly replacement: string
  /** What was done in fact. */
  readonly action: MaskingAction
}

function insteadOf(one: PlacedHit, { mint, year }: Masking, request: RequestWords): Replaced {
  const { hit, value } = one
  const { type, action } = hit
  if (action === 'generalise') return { replacement: generalised(type, value, year), action }
  if (action === 'keep-part') return { replacement: keptPart(type, value, year), action }
  if (mint === null || (action !== 'pseudonymise' && action !== 'surrogate'))
    return { replacement: label(type), action: 'redact' }
  return standIn(one, mint, request)
}

/** A surrogate where one is wanted and can be made, else a placeholder. */
function standIn({ hit, value }: PlacedHit, mint: Mint, request: RequestWords): Replaced {
  const surrogate =
    hit.action === 'surrogate' ? mint.surrogateFor(hit.type, value, (words) => request.hold(words)) : null
  if (surrogate !== null) return { replacement: surrogate, action: 'surrogate' }
  return { replacement: mint.placeholderFor(hit.type, value), action: 'pseudonymise' }
}

/** In the order of the text. What overlaps is one hit, from the first character of it to the last. */
function hitsOf(
  spans: readonly (Span & { readonly since?: number })[],
  { profile, index, rankOf }: { readonly index: number } & Ranking,
): readonly Hit[] {
  const acting = spans
    .filter(({ score }) => score >= ACTING_SCORE)
    .map(({ start, end, type, score, since = index }) => {
      return {
        start,
        end,
        type,
        score,
        action: profile.actionFor(type),
        since: Math.max(rankOf(since), rankOf(index)),
      }
    })
    .filter(({ action }) => action !== 'keep')
    .toSorted((a, b) => a.start - b.start)
  const hits: (Hit & { readonly score: number })[] = []
  for (const span of acting) {
    const last = hits.at(-1)
    if (last === undefined || span.start >= last.end) {
      hits.push(span)
      continue
    }
    const order =
      SEVERITY[span.action] - SEVERITY[last.action] || sizeAround(span, last) || span.score - last.score
    const decides = order > 0 ? span : last
    hits[hits.length - 1] = { ...decides, start: last.start, end: Math.max(last.end, span.end) }
  }
  return hits
}

/** Above 0 where the first holds the second, below where it is the other way round: a part says less than the whole. */
function sizeAround(one: Pick<Hit, 'start' | 'end'>, other: Pick<Hit, 'start' | 'end'>): number {
  const holds = one.start <= other.start && one.end >= other.end
  const isWithin = other.start <= one.start && other.end >= one.end
  return Number(holds) - Number(isWithin)
}

/** @throws Fault that names the type and never the value */
function assertNotBlocked({ type, action }: Hit): void {
  if (action === 'block') throw neverLeaves(type)
}

/** Of a value that a profile blocks. */
export const neverLeaves = (type: string): Fault =>
  new Fault(
    'stays_home',
    `This request holds a value of type ${type}, which never leaves here, so it does not leave. Take it out, or use a private target.`,
    { remark: skip('value_stays', { type }) },
  )

/** @throws Fault that names the type and never the value */
function assertRewritable({ type }: Hit, { role, key }: Text): void {
  if (role === 'text' || role === 'number') return
  const where =
    role === 'key' ? 'as the name of a member' : (PLACES[key ?? ''] ?? 'where nothing is rewritten')
  throw new Fault(
    'stays_home',
    `This request holds a value of type ${type} ${where}, where it cannot be masked, so it does not leave. Take it out, or use a private target.`,
    { remark: skip('value_not_masked', { type }) },
  )
}

/** Only names of the APIs: others are the client's text. */
const PLACES: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'user',
    'name',
    'id',
    'metadata',
    'signature',
    'thinking',
    'required',
    'pattern',
    'tool_call_id',
    'call_id',
  ].map((name) => [name, `in \`${name}\``]),
)
