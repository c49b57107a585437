import type { MaskingAction } from '@freehold/contract/desensitise.ts'
import type { EntityType } from '@freehold/contract/privacy.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Span } from '../detect/span.ts'
import { ACTING_SCORE } from '../detect/span.ts'
import type { Profile } from '../policy/profile.ts'
import { SEVERITY } from '../policy/profile.ts'
import { generalised, keptPart, label } from '../policy/reduced.ts'
import type { Edit, Text, Texts } from '../traverse/texts.ts'
import type { Mint } from './mint.ts'
import { RequestWords } from './request-words.ts'

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
}

/**
 * Replaces in `texts` what was found, and tells how much. `spans`: of each text.
 * @throws Fault `stays_home` for what a profile blocks, and for a value where nothing may be rewritten
 */
export function mask(texts: Texts, spans: readonly (readonly Span[])[], masking: Masking): Tally {
  const { profile, mint } = masking
  const seen = new Map<
    string,
    { readonly type: EntityType; readonly action: MaskingAction; readonly values: Set<string> }
  >()
  const request = new RequestWords(texts.texts)
  for (const [index, text] of texts.texts.entries()) {
    const mayBeOurs = mint !== null && (text.isSpoken === true || mint.continues)
    const ours = mayBeOurs ? mint.standing(text.value) : []
    const found = [...(spans[index] ?? []), ...ours]
    if (found.length === 0) continue
    const edits = hitsOf(found, profile).map((hit): Edit => {
      const { start, end, type } = hit
      assertNotBlocked(hit)
      const written = text.value.slice(start, end)
      const value = ours.length > 0 ? (mint?.original(written) ?? written) : written
      const { replacement, action } = insteadOf({ type, value, action: hit.action }, masking, request)
      // What the model said may hold a surrogate of this conversation, which is already what it would become.
      if (replacement !== written) assertRewritable(type, text)
      const key = `${type} ${action}`
      const of = seen.get(key) ?? { type, action, values: new Set<string>() }
      seen.set(key, of)
      of.values.add(value)
      return { start, end, replacement }
    })
    texts.edit(
      index,
      edits.filter(({ start, end, replacement }) => replacement !== text.value.slice(start, end)),
    )
  }
  return [...seen.values()].map(({ type, action, values }) => ({ type, action, values: values.size }))
}

interface Replaced {
  readonly replacement: string
  /** What was done in fact. */
  readonly action: MaskingAction
}

function insteadOf(
  {
    type,
    value,
    action,
  }: { readonly type: EntityType; readonly value: string; readonly action: MaskingAction },
  { mint, year }: Masking,
  request: RequestWords,
): Replaced {
  if (action === 'generalise') return { replacement: generalised(type, value, year), action }
  if (action === 'keep-part') return { replacement: keptPart(type, value, year), action }
  if (mint === null || (action !== 'pseudonymise' && action !== 'surrogate'))
    return { replacement: label(type), action: 'redact' }
  const surrogate =
    action === 'surrogate' ? mint.surrogateFor(type, value, (words) => request.hold(words)) : null
  if (surrogate !== null) return { replacement: surrogate, action: 'surrogate' }
  return { replacement: mint.placeholderFor(type, value), action: 'pseudonymise' }
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
    const order = SEVERITY[span.action] - SEVERITY[last.action] || span.score - last.score
    const decides = order > 0 ? span : last
    hits[hits.length - 1] = { ...decides, start: last.start, end: Math.max(last.end, span.end) }
  }
  return hits
}

/** @throws Fault that names the type and never the value */
function assertNotBlocked({ type, action }: Hit): void {
  if (action === 'block') {
    throw new Fault(
      'stays_home',
      `This request holds a value of type ${type}, which never leaves here, so it does not leave. Take it out, or use a private target.`,
    )
  }
}

/** @throws Fault that names the type and never the value */
function assertRewritable(type: EntityType, { role, key }: Text): void {
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
