import { asRead, termsOf } from './analysis.ts'
import { ASKING, ASKING_RUNS, ASKS_ONE, LIGHT, LIGHT_SHARE } from './asking-words.ts'
import { alternativesOf } from './synonyms.ts'

/** More words than this do not make a question clearer. */
const QUERY_TERMS = 256

export interface QueryTerm {
  readonly term: string
  /** Terms that may stand for it. */
  readonly alternatives: ReadonlySet<string>
  /** How often it was said, less for a word that says little. */
  readonly times: number
}

/** The terms of a text that carry its subject; empty when it only asks. */
export function subjectTermsOf(text: string): string[] {
  return termsOf(asRead(text).replace(ASKING_RUNS, ' ')).filter((term) => !ASKING.has(term))
}

/** What a query searches for; one that consists of words of asking alone is searched for as it is. */
export function queryTerms(text: string): QueryTerm[] {
  const subject = subjectTermsOf(text)
  const times = new Map<string, number>()
  for (const term of subject.length > 0 ? subject : termsOf(text)) {
    if (times.size >= QUERY_TERMS) break
    times.set(term, (times.get(term) ?? 0) + (LIGHT.has(term) ? LIGHT_SHARE : 1))
  }
  return [...times].map(([term, count]) => ({ term, alternatives: alternativesOf(term), times: count }))
}

/** Whether the words of a question ask for one thing. */
export const asksOne = (text: string): boolean => ASKS_ONE.test(asRead(text))
