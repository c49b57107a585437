import { setImmediate } from 'node:timers/promises'
import { termsOf } from '../../knowledge/analysis.ts'
import type { Span } from '../../knowledge/sentences.ts'
import { sentencesOf } from '../../knowledge/sentences.ts'

/** A text that answers may stand on. */
export interface SupportingText {
  /** Null: it has no number. */
  readonly n: number | null
  readonly text: string
  /** Where it begins in its document. */
  readonly start: number
  /** Counts for every sentence of it. */
  readonly title: string
}

/** Neighbouring sentences that may bear out one sentence together. */
const WINDOW = 3
/** The share of what a sentence tells that its support has to tell as well. */
const ENOUGH = 0.5
/** Characters that are analysed between two turns of the event loop. */
const AT_ONCE = 4000
const NUMBER = /\d/

interface Unit {
  readonly from: SupportingText
  readonly at: number
  readonly span: Span
  readonly terms: ReadonlySet<string>
}

/** What bears a sentence out, or null. `among`: only texts of these numbers, when any of them does. */
export type FindSupport = (
  sentence: string,
  among: readonly number[],
) => { readonly n: number | null; readonly span: Span } | null

/**
 * Reads texts so that sentences can be matched to them: by the share of a sentence's terms, each by how much it tells
 * among these texts, that stand in at most three neighbouring sentences. A number must stand there as it is. It sees
 * whether a claim was taken from somewhere, not whether it was turned into its opposite on the way.
 */
export async function readSupport(texts: readonly SupportingText[]): Promise<FindSupport> {
  const units: Unit[] = []
  let since = 0
  for (const from of texts) {
    const title = termsOf(from.title)
    for (const [at, span] of sentencesOf(from.text).entries()) {
      since += span.end - span.start
      if (since > AT_ONCE) {
        since = 0
        await setImmediate()
      }
      units.push({
        from,
        at,
        span,
        terms: new Set([...title, ...termsOf(from.text.slice(span.start, span.end))]),
      })
    }
  }
  const holding = new Map<string, number[]>()
  for (const [at, { terms }] of units.entries())
    for (const term of terms) {
      const places = holding.get(term)
      if (places) places.push(at)
      else holding.set(term, [at])
    }
  const weigh = (term: string): number => {
    const n = holding.get(term)?.length ?? 0
    return Math.log(1 + (units.length - n + 0.5) / (n + 0.5))
  }
  return (sentence, among) => {
    const weights = new Map([...new Set(termsOf(sentence))].map((term) => [term, weigh(term)]))
    const starts = new Set<number>()
    for (const term of needed(weights))
      for (const at of holding.get(term) ?? [])
        for (let back = 0; back < WINDOW; back++) starts.add(at - back)
    const best = { share: 0, support: null as ReturnType<FindSupport> }
    const preferred = { share: 0, support: null as ReturnType<FindSupport> }
    for (const start of starts) {
      const { share, support } = shareOf(units, start, weights)
      if (share > best.share) Object.assign(best, { share, support })
      if (share > preferred.share && support?.n !== null && among.includes(support?.n ?? 0))
        Object.assign(preferred, { share, support })
    }
    if (preferred.share >= ENOUGH) return preferred.support
    return best.share >= ENOUGH ? best.support : null
  }
}

/** The terms that tell most: whatever lacks all of them lacks too much. So common words are not followed everywhere. */
function needed(weights: ReadonlyMap<string, number>): string[] {
  const whole = [...weights.values()].reduce((sum, weight) => sum + weight, 0)
  const terms: string[] = []
  let left = whole
  for (const [term, weight] of [...weights].sort(([, one], [, other]) => other - one)) {
    if (left < whole * ENOUGH) break
    terms.push(term)
    left -= weight
  }
  return terms
}

/** How much of the weights stands in the window of sentences that begins there. */
function shareOf(
  units: readonly Unit[],
  start: number,
  weights: ReadonlyMap<string, number>,
): { readonly share: number; readonly support: ReturnType<FindSupport> } {
  const first = units[start]
  if (first === undefined) return { share: 0, support: null }
  const window = units
    .slice(start, start + WINDOW)
    .filter(({ from, at }, place) => from === first.from && at === first.at + place)
  let whole = 0
  let said = 0
  for (const [term, weight] of weights) {
    whole += weight
    const isSaid = window.some(({ terms }) => terms.has(term))
    if (isSaid) said += weight
    else if (NUMBER.test(term)) return { share: 0, support: null }
  }
  const { from, span } = first
  const end = (window.at(-1) ?? first).span.end
  return {
    share: whole === 0 ? 0 : said / whole,
    support: { n: from.n, span: { start: from.start + span.start, end: from.start + end } },
  }
}
