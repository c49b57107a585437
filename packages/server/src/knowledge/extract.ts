import { termsOf } from './analysis.ts'
import type { AnalysedSentence, ReadSentences } from './analysed-sentences.ts'
import { readSentences } from './analysed-sentences.ts'
import type { Found } from './finding.ts'
import type { Question } from './question.ts'
import type { SentenceFeatures, Surroundings } from './sentence-features.ts'
import { SentenceReader } from './sentence-features.ts'
import { answerChance, rankScore } from './sentence-ranker.ts'
import type { Span } from './sentences.ts'
import type { QuotableDocument } from './text-cache.ts'

/** A sentence that is quoted: `document.text.slice(start, end)` is the quotation. */
export interface Quote extends Span {
  readonly document: QuotableDocument
}

/** A sentence that might be quoted. */
export interface Candidate extends AnalysedSentence, Quote {
  readonly features: SentenceFeatures
  readonly score: number
  /** How likely it answers the question. */
  readonly chance: number
}

/** A sentence in the other language is a last resort. */
const OTHER_LANGUAGE = 2
/** Own documents come before the guide at equal score. */
const GUIDE = 0.8
/** Below this chance that the best sentence answers the question nothing is quoted. */
const ENOUGH = 0.3
/** The guide is there unasked: it answers only what it clearly says. */
const ENOUGH_OF_GUIDE = 0.37
/** Characters after which a passage is not a document's first. */
const BEGINNING = 100
const MOST_QUOTES = 3
/** A further sentence is quoted when the best one is not far better. */
const FAR_BETTER = 2.5
/** Sentences that share so many of their words say the same. */
const SAME = 0.7

/** A heading or question that tells nothing new is no answer. */
const mayBeQuoted = ({ features }: Candidate): boolean => features.repeats === 0 || features.fresh > 0

interface Reading {
  /** Whether a collection is the product's own guide. */
  readonly isGuide: (collection: string) => boolean
  readonly read: ReadSentences
}

/** What a document begins with, below its title; empty for a passage further down. */
function leadOf(sentences: readonly AnalysedSentence[]): ReadonlySet<string> {
  if ((sentences[0]?.start ?? 0) > BEGINNING) return new Set()
  return sentences.find(({ isHeading, isQuestion }) => !isHeading && !isQuestion)?.terms ?? new Set()
}

/** The sentences of one passage, each with what stands around it. */
function featuresOf(
  reader: SentenceReader,
  sentences: readonly AnalysedSentence[],
  topic: Omit<Surroundings, 'heading' | 'before'>,
): readonly SentenceFeatures[] {
  let heading: ReadonlySet<string> = new Set()
  let before: readonly number[] = []
  return sentences.map((sentence) => {
    const { features, said } = reader.read(sentence, { ...topic, heading, before })
    if (sentence.isQuestion || sentence.isHeading) heading = sentence.terms
    before = said
    return features
  })
}

/** The sentences of the passages with what the ranker knows of each, in the order of the passages. */
export function candidatesOf(question: Question, found: Found, { isGuide, read }: Reading): Candidate[] {
  const reader = new SentenceReader(question, found.weights)
  const best = found.passages[0]?.score ?? 0
  const isAboutUs = question.terms.has('freehold')
  return found.passages.flatMap((passage) => {
    const { document } = passage
    const sentences = read(document, passage)
    const malus = !isAboutUs && isGuide(document.collectionId) ? GUIDE : 0
    const topic = {
      title: new Set(termsOf(document.title)),
      lead: leadOf(sentences),
      whole: reader.whole(document.title, sentences),
      passage: best > 0 ? passage.score / best : 0,
    }
    return featuresOf(reader, sentences, topic).flatMap((features, at) => {
      const sentence = sentences[at]
      if (!sentence) return []
      const foreign = sentence.isHan === (question.language === 'zh') ? 0 : OTHER_LANGUAGE
      const score = rankScore(features) - malus - foreign
      return [{ ...sentence, document, features, score, chance: answerChance(features) }]
    })
  })
}

function overlaps(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0
  for (const term of a) if (b.has(term)) common++
  return common / Math.max(1, a.size + b.size - common)
}

/** The best sentence, and up to two more that may be the answer in its stead. */
function chosen(candidates: readonly Candidate[], isGuide: Reading['isGuide']): readonly Candidate[] {
  const ranked = candidates.toSorted((a, b) => b.score - a.score)
  const best = ranked[0]
  if (!best || best.chance < (isGuide(best.document.collectionId) ? ENOUGH_OF_GUIDE : ENOUGH)) return []
  const quotes = [best]
  for (const candidate of ranked.slice(1)) {
    if (quotes.length >= MOST_QUOTES || candidate.score < best.score - FAR_BETTER) break
    if (quotes.some((quote) => overlaps(quote.terms, candidate.terms) > SAME)) continue
    quotes.push(candidate)
  }
  return quotes
}

/** The guide says everything in both languages: where it answers in the question's, the other one is left out. */
function inOneLanguage(
  candidates: readonly Candidate[],
  { language }: Question,
  isGuide: Reading['isGuide'],
): readonly Candidate[] {
  const fits = ({ isHan }: Candidate) => isHan === (language === 'zh')
  const ofGuide = ({ document }: Candidate) => isGuide(document.collectionId)
  if (!candidates.some((candidate) => ofGuide(candidate) && fits(candidate))) return candidates
  return candidates.filter((candidate) => fits(candidate) || !ofGuide(candidate))
}

/** Sentences that answer the question, best first; none when nothing fits well enough. */
export function extract(
  question: Question,
  found: Found,
  isGuide: Reading['isGuide'] = () => false,
  read: ReadSentences = readSentences,
): readonly Quote[] {
  const candidates = candidatesOf(question, found, { isGuide, read }).filter(mayBeQuoted)
  return chosen(inOneLanguage(candidates, question, isGuide), isGuide)
}
