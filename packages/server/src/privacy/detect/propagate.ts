import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Span } from './span.ts'
import { ACTING_SCORE } from './span.ts'

/** From here on a value is known wherever it stands again. */
const CERTAIN_ENOUGH = 0.8
const MOST_VALUES = 2000
const MOST_OF_A_KIND = 32
/** They are found again by their own form, or mean something else elsewhere. */
const NOT_AGAIN: ReadonlySet<EntityType> = new Set(['URL', 'IP', 'LOCATION', 'GEO'])
const HAN = /^\p{Script=Han}{2,}$/u

const isWordCode = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a)
const firstTwo = (text: string, at: number): number =>
  ((text.charCodeAt(at) * 31) ^ text.charCodeAt(at + 1)) & 0xffff

/** A value and where it was certain. */
interface Known {
  readonly value: string
  readonly span: Span
}
type Values = ReadonlyMap<number, readonly Known[]>

/** One word of Latin letters is as well a word; a Han name is a name from two characters on. */
function isDistinct(value: string, { type, score }: Span): boolean {
  if (HAN.test(value)) return value.length > 2 || score >= 0.9
  if (type === 'PERSON') return /\S\s+\S/.test(value)
  if (type === 'DATE_OF_BIRTH') return value.length >= 6
  return value.length >= 5
}

/** Values by their first two characters, the longest first. */
function valuesOf(spans: readonly Span[], text: string): Values {
  const values = new Map<number, Known[]>()
  const seen = new Set<string>()
  for (const span of spans) {
    if (span.score < CERTAIN_ENOUGH || NOT_AGAIN.has(span.type) || seen.size >= MOST_VALUES) continue
    const value = text.slice(span.start, span.end)
    if (value.length > 200 || seen.has(value) || !isDistinct(value, span)) continue
    seen.add(value)
    const key = firstTwo(text, span.start)
    const kind = values.get(key) ?? []
    if (kind.length < MOST_OF_A_KIND) kind.push({ value, span })
    values.set(key, kind)
  }
  for (const kind of values.values()) kind.sort((a, b) => b.value.length - a.value.length)
  return values
}

/** A value that was found once with certainty is found wherever else it stands in the text. Both in the order of the text. */
export function propagate(spans: readonly Span[], text: string): readonly Span[] {
  const values = valuesOf(spans, text)
  if (values.size === 0) return spans
  const acting = spans.filter(acts)
  const repeated = standingAgain(acting, values, text)
  if (repeated.length === 0) return spans
  const all = [...acting, ...repeated].toSorted((a, b) => a.start - b.start)
  return withUnsure(all, spans)
}

const acts = ({ score }: Span): boolean => score >= ACTING_SCORE

/** What stands between the spans that act. */
function standingAgain(acting: readonly Span[], values: Values, text: string): Span[] {
  const starts = new Uint8Array(65_536)
  for (const key of values.keys()) starts[key] = 1
  const repeated: Span[] = []
  let next = 0
  for (let at = 0; at < text.length; at += 1) {
    const span = acting[next]
    if (span !== undefined && span.start <= at) {
      next += 1
      at = Math.max(at, span.end) - 1
      continue
    }
    const key = firstTwo(text, at)
    if (starts[key] === 0) continue
    const again = standsAgain(text, at, values.get(key) ?? [])
    if (again === null || (span !== undefined && again.end > span.start)) continue
    repeated.push(again)
    at = again.end - 1
  }
  return repeated
}

/** With those that do not act and whose place nobody else has. */
function withUnsure(acting: readonly Span[], spans: readonly Span[]): Span[] {
  const all: Span[] = []
  let next = 0
  for (const span of spans) {
    if (acts(span)) continue
    for (; (acting[next]?.end ?? Infinity) <= span.start; next += 1) all.push(...acting.slice(next, next + 1))
    if ((acting[next]?.start ?? Infinity) >= span.end) all.push(span)
  }
  return [...all, ...acting.slice(next)]
}

function standsAgain(text: string, at: number, values: readonly Known[]): Span | null {
  const isInside = isWordCode(text.charCodeAt(at)) && at > 0 && isWordCode(text.charCodeAt(at - 1))
  if (isInside) return null
  for (const { value, span } of values) {
    const end = at + value.length
    if (!text.startsWith(value, at)) continue
    if (end < text.length && isWordCode(text.charCodeAt(end - 1)) && isWordCode(text.charCodeAt(end)))
      continue
    return { ...span, start: at, end, source: `${span.source}:again` }
  }
  return null
}
