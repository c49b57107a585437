import { termsOf } from './analysis.ts'
import type { AnalysedSentence, ReadSentences } from './analysed-sentences.ts'
import { readSentences, says, sentenceSays } from './analysed-sentences.ts'
import type { Found, FoundPassage } from './finding.ts'
import type { Question } from './question.ts'
import type { Span } from './sentences.ts'
import type { QuotableDocument } from './text-cache.ts'

/** A sentence that is quoted: `document.text.slice(start, end)` is the quotation. */
export interface Quote extends Span {
  readonly document: QuotableDocument
}

/** Weights of the sentence score. Found by trying on the questions in the test folder; each is a share of the question. */
const SCORE = {
  /** A question word that stands in the sentence before counts this much. */
  before: 0.3,
  /** In the heading of the passage, or in a question just before. */
  heading: 0.6,
  /** In the document's title. */
  title: 0.4,
  /** A sentence that only repeats the question tells nothing. */
  repeats: 0.3,
  /** Per character over `comfortable`, up to `longest`: of two sentences that say it, the shorter. */
  perCharacter: 0.001,
  comfortable: 120,
  longest: 0.3,
  passage: 0.35,
  /** A number or somebody where one is asked for. */
  form: 0.15,
  /** "X is …" where X is asked about. */
  defines: 0.5,
  /** A sentence in the other language is a last resort. */
  language: 0.2,
  /** Own documents come before the guide at equal score. */
  guide: 0.1,
} as const
/** Share of the question that the best sentence must cover, its surroundings included. */
const ENOUGH = 0.45
/** And without them. */
const ENOUGH_ITSELF = 0.25
const MOST_QUOTES = 3
/** A further sentence says something new of the question, or is nearly as good as the best. */
const GAIN = 0.15
const NEARLY = 0.8

interface Candidate extends Quote {
  readonly terms: ReadonlySet<string>
  readonly isHan: boolean
  /** Share of the question in the sentence itself. */
  readonly own: number
  /** With what stands around it; 0 for a heading that says only what was asked, or the document's title. */
  readonly covered: number
  readonly score: number
}

const HAS_NUMBER =
  /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|hundred|thousand|half|monday|tuesday|wednesday|thursday|friday|saturday|sunday|daily|weekly|monthly|quarterly|every)\b|[一二三四五六七八九十百千万半两]/i

const HAS_PERSON =
  /\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+|\b(?:team|desk|department|head|lead|manager|director|office|committee|owner|board)\b|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡余杜叶程苏魏吕丁任沈][\u4e00-\u9fff]{1,2}|经理|总监|部门|人员|负责人|主管|主任/u

const DEFINES = /^(.{1,80}?)(?:\s+(?:is|are|means|was|were)\s|\s*(?:是|指|即))/
/** Characters as wide as they read: a Chinese one says as much as about two and a half Latin ones. */
function widthOf(text: string): number {
  return text.length + 1.5 * (text.match(/\p{Script=Han}/gu)?.length ?? 0)
}

interface Reading {
  /** Whether a collection is the product's own guide. */
  readonly isGuide: (collection: string) => boolean
  readonly read: ReadSentences
}

class Scorer {
  readonly #question: Question
  readonly #weights: ReadonlyMap<string, number>
  readonly #total: number
  readonly #isGuide: (collection: string) => boolean
  readonly #isAboutUs: boolean
  readonly #read: ReadSentences

  constructor(question: Question, weights: ReadonlyMap<string, number>, { isGuide, read }: Reading) {
    this.#question = question
    this.#weights = weights
    this.#isGuide = isGuide
    this.#read = read
    this.#isAboutUs = question.terms.has('freehold')
    this.#total = [...question.terms].reduce((sum, term) => sum + this.#weight(term), 0)
  }

  candidates(passage: FoundPassage, best: number): Candidate[] {
    const { document } = passage
    const title = new Set(termsOf(document.title))
    let heading: ReadonlySet<string> = new Set()
    let before: ReadonlySet<string> = new Set()
    return this.#read(document, passage).map((sentence) => {
      const { start, end, isHan, terms } = sentence
      const own = this.#share((term) => sentenceSays(sentence, term))
      const covered = this.#share((term) =>
        Math.max(
          sentenceSays(sentence, term),
          SCORE.heading * says(heading, term),
          SCORE.title * says(title, term),
          SCORE.before * says(before, term),
        ),
      )
      const tellsNothing = sentence.isQuestion || sentence.isHeading
      if (tellsNothing) heading = terms
      before = terms
      const isEmpty =
        tellsNothing && [...terms].every((term) => this.#question.terms.has(term) || title.has(term))
      const score = this.#score(sentence, { covered, tellsNothing, passage, best })
      return { start, end, document, terms, isHan, own, covered: isEmpty ? 0 : covered, score }
    })
  }

  #weight(term: string): number {
    return this.#weights.get(term) ?? 0
  }

  #share(part: (term: string) => number): number {
    let sum = 0
    for (const term of this.#question.terms) sum += this.#weight(term) * part(term)
    return this.#total > 0 ? sum / this.#total : 0
  }

  #score(
    { text, terms, isHan }: AnalysedSentence,
    seen: { covered: number; tellsNothing: boolean; passage: FoundPassage; best: number },
  ): number {
    const { covered, tellsNothing, passage, best } = seen
    const repeats = tellsNothing || [...terms].every((term) => this.#question.terms.has(term))
    const long = Math.min(SCORE.longest, Math.max(0, widthOf(text) - SCORE.comfortable) * SCORE.perCharacter)
    const own = !this.#isAboutUs && this.#isGuide(passage.document.collectionId) ? SCORE.guide : 0
    return (
      covered * (repeats ? SCORE.repeats : 1) -
      long -
      own -
      (isHan === (this.#question.language === 'zh') ? 0 : SCORE.language) +
      SCORE.passage * (best > 0 ? passage.score / best : 0) +
      this.#formBonus(text)
    )
  }

  #formBonus(text: string): number {
    if (this.#question.asked === 'number') return HAS_NUMBER.test(text) ? SCORE.form : 0
    if (this.#question.asked === 'person') return HAS_PERSON.test(text) ? SCORE.form : 0
    if (this.#question.asked !== 'definition') return 0
    const subject = DEFINES.exec(text)?.[1]
    if (subject === undefined) return 0
    const named = new Set(termsOf(subject))
    // "X is …" defines X only when X is all that stands before the verb.
    return named.size > 0 && [...named].every((term) => this.#question.terms.has(term)) ? SCORE.defines : 0
  }
}

function overlaps(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0
  for (const term of a) if (b.has(term)) common++
  return common / Math.max(1, a.size + b.size - common)
}

/** The best sentence, and up to two more that add to it. */
function chosen(
  candidates: readonly Candidate[],
  question: Question,
  weigh: (term: string) => number,
): Candidate[] {
  const ranked = candidates.toSorted((a, b) => b.score - a.score)
  const best = ranked[0]
  if (!best) return []
  const quotes = [best]
  const told = new Set(best.terms)
  const total = [...question.terms].reduce((sum, term) => sum + weigh(term), 0)
  for (const candidate of ranked.slice(1)) {
    if (quotes.length >= MOST_QUOTES || candidate.score < NEARLY * best.score) break
    if (quotes.some((quote) => overlaps(quote.terms, candidate.terms) > 0.7)) continue
    const gain = [...question.terms].reduce(
      (sum, term) => sum + (candidate.terms.has(term) && !told.has(term) ? weigh(term) : 0),
      0,
    )
    if (gain < GAIN * total && candidate.own < NEARLY * best.own) continue
    quotes.push(candidate)
    for (const term of candidate.terms) told.add(term)
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
  const best = found.passages[0]?.score ?? 0
  const scorer = new Scorer(question, found.weights, { isGuide, read })
  const candidates = found.passages
    .flatMap((passage) => scorer.candidates(passage, best))
    .filter((candidate) => candidate.covered >= ENOUGH && candidate.own >= ENOUGH_ITSELF)
  const weigh = (term: string) => found.weights.get(term) ?? 0
  return chosen(inOneLanguage(candidates, question, isGuide), question, weigh)
}
