import type { MaskingAction } from '@freehold/contract/desensitise.ts'
import type { EntityType } from '@freehold/contract/privacy.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Span } from '../detect/span.ts'
import { ACTING_SCORE } from '../detect/span.ts'
import type { Profile } from '../policy/profile.ts'
import { generalised, keptPart, label } from '../policy/reduced.ts'
import type { Edit, Text, Texts } from '../traverse/texts.ts'
import type { Mint } from './mint.ts'

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
export function mask(texts: Texts, spans: readonly (readonly Span[])[], { profile, mint }: Masking): Tally {
  const seen = new Map<EntityType, { readonly action: MaskingAction; readonly values: Set<string> }>()
  for (const [index, text] of texts.texts.entries()) {
    const found = spans[index] ?? []
    if (found.length === 0) continue
    const hits = hitsOf(found, profile)
    for (const hit of hits) assertMasked(hit, text)
    const edits = hits.map((hit): Edit => {
      const value = text.value.slice(hit.start, hit.end)
      const of = seen.get(hit.type) ?? { action: hit.action, values: new Set<string>() }
      seen.set(hit.type, of)
      of.values.add(value)
      return { start: hit.start, end: hit.end, replacement: replacementFor(hit, value, mint) }
    })
    texts.edit(index, edits)
  }
  return new Map([...seen].map(([type, { action, values }]) => [type, { action, values: values.size }]))
}

function replacementFor({ type, action }: Hit, value: string, mint: Mint | null): string {
  if (action === 'generalise') return generalised(type, value)
  if (action === 'keep-part') return keptPart(type, value)
  return action === 'pseudonymise' && mint !== null ? mint.placeholderFor(type, value) : label(type)
}

/** In the order of the text. What overlaps is one hit, from the first character of it to the last. */
function hitsOf(spans: readonly Span[], profile: Profile): readonly Hit[] {
  const acting = spans
    .filter(({ score }) => score >= ACTING_SCORE)
    .map(({ start, end, type, score }) => ({ start, end, type, score, action: profile.actionFor(type) }))
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
