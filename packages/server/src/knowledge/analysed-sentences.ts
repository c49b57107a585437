import { isMostlyHan, termsOf } from './analysis.ts'
import { rewordingsOf } from './rewording.ts'
import type { Span } from './sentences.ts'
import { sentencesOf } from './sentences.ts'
import { alternativesOf } from './synonyms.ts'
import type { QuotableDocument } from './text-cache.ts'
import { LOOK_BEHIND } from './text-pieces.ts'

/** A sentence with all that its score asks of it. */
export interface AnalysedSentence extends Span {
  readonly text: string
  readonly terms: ReadonlySet<string>
  readonly isQuestion: boolean
  readonly isHeading: boolean
  readonly isHan: boolean
}

/** The sentences of a passage. */
export type ReadSentences = (document: QuotableDocument, passage: Span) => readonly AnalysedSentence[]

const ENDS_AS_QUESTION = /[?？]["”’」』)]*$/
const ENDS_AS_SENTENCE = /[.!。！;；:：…]["”’」』)]*$/
const LISTED = /^(?:[-*•]|\d{1,3}[.)])\s| \| /

/** A short line of its own that neither ends like a sentence nor belongs to a list or table. */
function standsAsHeading(text: string, { start, end }: Span): boolean {
  const line = text.slice(start, end)
  return (
    end - start <= 100 &&
    /^[ \t\r]*\n[ \t\r]*\n/.test(text.slice(end, end + 8)) &&
    !ENDS_AS_SENTENCE.test(line) &&
    !LISTED.test(line)
  )
}

/** A copy of its own: a slice would keep the whole text that it was cut from in memory. */
function copyOf(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le')
}

export function readSentences(document: QuotableDocument, passage: Span): AnalysedSentence[] {
  const window = copyOf(document.text.slice(passage.start, passage.end + LOOK_BEHIND))
  return sentencesOf(window, 0, passage.end - passage.start).map((span) => {
    const text = window.slice(span.start, span.end)
    return {
      start: passage.start + span.start,
      end: passage.start + span.end,
      text,
      terms: new Set(termsOf(text)),
      isQuestion: ENDS_AS_QUESTION.test(text),
      isHeading: standsAsHeading(window, span),
      isHan: isMostlyHan(text),
    }
  })
}

/** Remembers the passages that were read last. A row never changes its text, so nothing in here grows stale. */
export function sentenceMemory(limit: number): ReadSentences {
  const known = new Map<string, readonly AnalysedSentence[]>()
  return (document, passage) => {
    const key = `${document.row} ${passage.start} ${passage.end}`
    const sentences = known.get(key) ?? readSentences(document, passage)
    known.delete(key)
    known.set(key, sentences)
    for (const oldest of known.keys()) {
      if (known.size <= limit) break
      known.delete(oldest)
    }
    return sentences
  }
}

/** How far words of another form or meaning, or all characters of a Chinese one apart, count for a term of the question. */
const SAYS = { alternative: 0.85, rewording: 0.7, part: 0.6, characters: 0.45 } as const
const HAN = /^\p{Script=Han}+$/u
const PREFIX = 5

/** Whether two terms are forms of one word, because one begins with the other. */
function isFormOf(term: string, other: string): boolean {
  if (term.charCodeAt(0) !== other.charCodeAt(0)) return false
  const [short, long] = term.length < other.length ? [term, other] : [other, term]
  return short.length >= PREFIX && long.startsWith(short)
}

/** How far a set of terms says a term: 1 for itself, less for a synonym or a form of it, 0 for nothing. */
export function says(terms: ReadonlySet<string>, term: string): number {
  if (terms.has(term)) return 1
  for (const other of alternativesOf(term)) if (terms.has(other)) return SAYS.alternative
  for (const other of rewordingsOf(term)) if (terms.has(other)) return SAYS.rewording
  if (!HAN.test(term)) {
    for (const other of terms) if (isFormOf(term, other)) return SAYS.part
  } else if (term.length <= 2) {
    // A Chinese word inside of one that is a character longer.
    for (const other of terms) if (other.length === term.length + 1 && other.includes(term)) return SAYS.part
  }
  return 0
}

/** The same of a sentence, whose text also counts: two texts need not be cut into Chinese words alike. */
export function sentenceSays(
  { terms, text }: Pick<AnalysedSentence, 'terms' | 'text'>,
  term: string,
): number {
  if (term.length < 2 || !HAN.test(term)) return says(terms, term)
  if (text.includes(term)) return 1
  const characters = Array.from(term)
  const shared = characters.filter((character) => text.includes(character)).length / characters.length
  return Math.max(says(terms, term), SAYS.characters * shared)
}
