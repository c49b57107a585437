import type { MaskingAction } from '@freehold/contract/desensitise.ts'
import type { EntityType } from '@freehold/contract/privacy.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Span } from '../detect/span.ts'
import { ACTING_SCORE } from '../detect/span.ts'
import type { Profile } from '../policy/profile.ts'
import { generalised, keptPart, label } from '../policy/reduced.ts'
import type { Edit, Text, Texts } from '../traverse/texts.ts'
import type { Mint } from './mint.ts'
import type { Found } from './scanning.ts'

/** Values that something was done about, by type and action; values that occur again count once. */
export type Tally = ReadonlyMap<EntityType, Readonly<{ action: MaskingAction; values: number }>>

export interface Masking {
  readonly profile: Profile
  /** Null: nothing may come back, so that values become bare labels. */
  readonly mint: Mint | null
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

/** What is done wins over what is merely likely: a value that is two things at once is treated as the worse. */
const SEVERITY: Readonly<Record<MaskingAction, number>> = {
  block: 5,
  redact: 4,
  generalise: 3,
  'keep-part': 2,
  pseudonymise: 1,
  keep: 0,
}

/**
 * Replaces in `texts` what was found, and tells how much. `spans`: of each text.
 * @throws Fault `stays_home` for what a profile blocks, and for a value where nothing may be rewritten
 */
export function mask(texts: Texts, spans: Found, { profile, mint }: Masking): Tally {
  const rankOf = ranksOf(texts.texts)
  const all = oneTreatmentEach(
    texts.texts.map((text, index) => hitsIn(text, index, { spans, profile, rankOf })),
  )
  for (const { hit, text } of all.flat()) assertMasked(hit, text)
  if (mint !== null) mintInOrder(all.flat(), mint)
  const seen = new Map<EntityType, { readonly action: MaskingAction; readonly values: Set<string> }>()
  for (const [index, hits] of all.entries()) {
    if (hits.length === 0) continue
    const edits = hits.map(({ hit, value }): Edit => {
      const of = seen.get(hit.type) ?? { action: hit.action, values: new Set<string>() }
      seen.set(hit.type, of)
      of.values.add(value)
      return { start: hit.start, end: hit.end, replacement: replacementFor(hit, value, mint) }
    })
    texts.edit(index, edits)
  }
  return new Map([...seen].map(([type, { action, values }]) => [type, { action, values: values.size }]))
}

interface PlacedHit {
  readonly hit: Hit
  readonly text: Text
  readonly value: string
}

const NOTHING: readonly PlacedHit[] = []

function hitsIn(
  text: Text,
  index: number,
  { spans, ...ranking }: { readonly spans: Found } & Ranking,
): readonly PlacedHit[] {
  const found = spans[index] ?? []
  if (found.length === 0) return NOTHING
  return hitsOf(found, { ...ranking, index }).map((hit) => ({
    hit,
    text,
    value: text.value.slice(hit.start, hit.end),
  }))
}

/** A value that is one thing here and another there is treated everywhere as the worse. */
function oneTreatmentEach(all: readonly (readonly PlacedHit[])[]): readonly (readonly PlacedHit[])[] {
  const treated = new Map<string, Hit>()
  let differ = false
  for (const { hit, value } of all.flat()) {
    const before = treated.get(value)
    differ ||= before !== undefined && before.type !== hit.type
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
function mintInOrder(all: readonly PlacedHit[], mint: Mint): void {
  const returning = all.filter(({ hit }) => hit.action === 'pseudonymise')
  for (const { hit, value } of returning.toSorted((a, b) => a.hit.since - b.hit.since)) {
    mint.placeholderFor(hit.type, value)
  }
}

function replacementFor({ type, action }: Hit, value: string, mint: Mint | null): string {
  if (action === 'generalise') return generalised(type, value)
  if (action === 'keep-part') return keptPart(type, value)
  return action === 'pseudonymise' && mint !== null ? mint.placeholderFor(type, value) : label(type)
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
    const order = SEVERITY[span.action] - SEVERITY[last.action] || span.score - last.score
    const decides = order > 0 ? span : last
    hits[hits.length - 1] = { ...decides, start: last.start, end: Math.max(last.end, span.end) }
  }
  return hits
}

/** @throws Fault that names the type and never the value */
function assertMasked({ type, action }: Hit, { role, key }: Text): void {
  if (action === 'block') {
    throw new Fault(
      'stays_home',
      `This request holds a value of type ${type}, which never leaves here, so it does not leave. Take it out, or use a private target.`,
    )
  }
  if (role === 'text' || role === 'number') return
  const where =
    role === 'key' ? 'as the name of a member' : (PLACES[key ?? ''] ?? 'where nothing is rewritten')
  throw new Fault(
    'stays_home',
    `This request holds a value of type ${type} ${where}, where it cannot be masked, so it does not leave. Take it out, or use a private target.`,
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
