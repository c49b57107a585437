import { termsOf } from './analysis.ts'
import type { AnalysedSentence } from './analysed-sentences.ts'
import { says, sentenceSays } from './analysed-sentences.ts'
import { shownAt } from './answer-form.ts'
import { askedThing, namesIn } from './asked-thing.ts'
import { countedIn } from './counted.ts'
import type { Question } from './question.ts'
import { namesSomebody } from './somebody.ts'

/** What the ranker knows of a sentence, in the order of its weights. Each is between -1 and 1. */
export const SENTENCE_FEATURES = [
  /** Share of the question, by how much its words tell, that the sentence says itself. */
  'own',
  /** What its surroundings say beyond that: title, heading, the first sentence of the document, the one before. */
  'around',
  /** Share of the words that title, heading and first sentence do not say: those that tell it from its neighbours. */
  'rest',
  /** Share of the one word that tells most among those that nothing around says either. */
  'unsaid',
  /** Share of the question's pairs of neighbouring characters or words. */
  'pairs',
  /** Share of the question that the whole passage and its title hold. */
  'held',
  /** It shows words of the form that is asked for. */
  'form',
  /** It does not, though the question asks for a figure. */
  'lacksFigure',
  /** It does not, though the question asks for another form, which is harder to tell. */
  'lacksWords',
  /** It names nobody that the question does not name, though somebody is asked for. */
  'lacksSomebody',
  /** It has a number of what is to be counted. */
  'hasCount',
  /** It has none, though something is to be counted. */
  'lacksCount',
  /** Share that it does not say, nor anything around it, of what exactly is asked for. */
  'lacksThing',
  /** The same of the whole passage. */
  'thingAbsent',
  /** Share of the question that the whole passage says nowhere. */
  'absent',
  /** Share of the names and numbers of the question that the passage lacks. */
  'namesAbsent',
  /** How near such words stand to words of the question. */
  'near',
  /** Words that it says beyond the question. */
  'fresh',
  /** A heading or a question, which only repeats what is asked. */
  'repeats',
  /** Beyond a comfortable length. */
  'wide',
  /** Rank of its passage. */
  'passage',
  /** "X is …" where X is asked about. */
  'defines',
  /** What is asked for: some forms are told from others more easily. */
  'asksSomebody',
  'asksReason',
  'asksMoney',
  'asksCount',
] as const

export type FeatureName = (typeof SENTENCE_FEATURES)[number]
export type SentenceFeatures = Readonly<Record<FeatureName, number>>

/** Where a sentence stands. */
export interface Surroundings {
  readonly title: ReadonlySet<string>
  readonly heading: ReadonlySet<string>
  /** What the document begins with, which names its subject. */
  readonly lead: ReadonlySet<string>
  /** How far the sentence before says each word of the question. */
  readonly before: readonly number[]
  /** Score of the passage relative to the best one's. */
  readonly passage: number
  readonly whole: WholePassage
}

/** What a passage with its title says of the question. */
export type WholePassage = Readonly<Record<'held' | 'thingAbsent' | 'absent' | 'namesAbsent', number>> & {
  /** What one knows already, for whom somebody new is asked. */
  readonly known: string
}

export interface SentenceReading {
  readonly features: SentenceFeatures
  /** How far it says each word of the question, for the sentence that follows. */
  readonly said: readonly number[]
}

/** How far a word in the surroundings counts as said. */
const AROUND = { topic: 0.6, before: 0.5 } as const
/** A word that the form of an answer says: "31 kg" says how heavy something is. */
const BY_FORM = 0.9
/** What an earlier question said counts for less than what this one says. */
const CARRIED = 0.5
/** From this on title or beginning say a word. */
const SAID = 0.6
/** And from this on anything around does. */
const SAID_AROUND = 0.5
const FRESH_WORDS = 5
/** Characters; what is as near as that is next to it. */
const NEAR = 12
const COMFORTABLE_WIDTH = 120
const LONGEST_WIDTH = 420
const DEFINES = /^(.{1,80}?)(?:\s+(?:is|are|means|was|were)\s|\s*(?:是|指|即))/
const HAN_RUN = /\p{Script=Han}{2,}/gu

/** Characters as wide as they read: a Chinese one says as much as about two and a half Latin ones. */
function widthOf(text: string): number {
  return text.length + 1.5 * (text.match(/\p{Script=Han}/gu)?.length ?? 0)
}

function pairsOf(text: string): string[] {
  return (text.match(HAN_RUN) ?? []).flatMap((run) =>
    Array.from({ length: run.length - 1 }, (_, at) => run.slice(at, at + 2)),
  )
}

/** The beginning of a word, as it stands in a text whatever its ending. */
const stemIn = (term: string): string => (term.length > 4 ? term.slice(0, -1) : term)

/** Looks at sentences for one question. */
export class SentenceReader {
  readonly #question: Question
  readonly #weights: ReadonlyMap<string, number>
  readonly #formTerms: ReadonlySet<string>
  readonly #hanPairs: ReadonlySet<string>
  readonly #order: readonly string[]
  readonly #total: number
  readonly #thing: ReadonlySet<string>
  readonly #names: readonly string[]
  readonly #counts: ((text: string) => boolean) | null
  readonly #isHan: boolean
  #topic: (Pick<Surroundings, 'title' | 'heading' | 'lead'> & { readonly says: readonly number[] }) | null =
    null

  constructor(question: Question, weights: ReadonlyMap<string, number>) {
    this.#question = question
    this.#weights = weights
    this.#formTerms = new Set(termsOf(question.form.spoken))
    this.#hanPairs = new Set(pairsOf(question.subject))
    this.#order = [...question.terms]
    this.#total = this.#order.reduce((sum, term) => sum + this.#weight(term), 0)
    this.#isHan = question.language === 'zh'
    this.#thing = askedThing(question.text, this.#isHan, this.#formTerms)
    this.#names = namesIn(question.text)
    this.#counts = countedIn(question.text, this.#isHan)
  }

  read(sentence: AnalysedSentence, around: Surroundings): SentenceReading {
    const { text, terms } = sentence
    const shown = shownAt(this.#question.form, text, this.#question.text)
    const hasForm = shown.length > 0
    const said = this.#order.map((term) =>
      Math.max(sentenceSays(sentence, term), hasForm && this.#formTerms.has(term) ? BY_FORM : 0),
    )
    const topic = this.#topicSays(around)
    const own = this.#share((at) => said[at] ?? 0)
    const whole = this.#order.map((_, at) =>
      Math.max(said[at] ?? 0, AROUND.topic * (topic[at] ?? 0), AROUND.before * (around.before[at] ?? 0)),
    )
    const covered = this.#share((at) => whole[at] ?? 0)
    const fresh = [...terms].filter((term) => !this.#question.terms.has(term)).length
    const { form } = this.#question
    const lacks = form.shows !== null && !hasForm
    const features = {
      own,
      around: covered - own,
      rest: this.#rest(said, topic, own),
      unsaid: this.#unsaid(whole),
      pairs: this.#pairs(sentence),
      held: around.whole.held,
      form: hasForm ? 1 : 0,
      lacksFigure: lacks && form.isFigure ? 1 : 0,
      lacksWords: lacks && !form.isFigure ? 1 : 0,
      lacksSomebody: form.name === 'person' && !namesSomebody(text, around.whole.known, this.#isHan) ? 1 : 0,
      hasCount: this.#counts?.(text) === true ? 1 : 0,
      lacksCount: this.#counts !== null && !this.#counts(text) ? 1 : 0,
      lacksThing: this.#lack((term) => {
        const at = this.#order.indexOf(term)
        return at < 0 ? sentenceSays(sentence, term) : Math.min(1, (whole[at] ?? 0) / SAID_AROUND)
      }),
      thingAbsent: around.whole.thingAbsent,
      absent: around.whole.absent,
      namesAbsent: around.whole.namesAbsent,
      near: hasForm ? this.#nearness(text, shown) : 0,
      fresh: Math.min(1, fresh / FRESH_WORDS),
      repeats: sentence.isQuestion || sentence.isHeading || (fresh === 0 && form.name !== 'whether') ? 1 : 0,
      wide: Math.min(1, Math.max(0, widthOf(text) - COMFORTABLE_WIDTH) / LONGEST_WIDTH),
      passage: around.passage,
      defines: form.name === 'definition' && this.#defines(text) ? 1 : 0,
      asksSomebody: form.name === 'person' ? 1 : 0,
      asksReason: form.name === 'reason' || form.name === 'manner' ? 1 : 0,
      asksMoney: form.name === 'money' ? 1 : 0,
      asksCount: form.name === 'count' ? 1 : 0,
    }
    return { features, said }
  }

  /** What all sentences of a passage and its title say together. */
  whole(title: string, sentences: readonly AnalysedSentence[]): WholePassage {
    const text = [title, ...sentences.map((sentence) => sentence.text)].join('\n')
    const terms = new Set([...termsOf(title), ...sentences.flatMap((sentence) => [...sentence.terms])])
    const lower = text.toLowerCase()
    const lacked = this.#names.filter((name) => !lower.includes(name)).length
    const say = (term: string): number => sentenceSays({ terms, text }, term)
    return {
      held: this.#hanPairs.size > 0 ? this.#pairsIn(text) : this.#share((_, term) => says(terms, term)),
      thingAbsent: this.#lack(say),
      absent: this.#share((_, term) => (this.#formTerms.has(term) ? 0 : 1 - say(term))),
      namesAbsent: this.#names.length > 0 ? lacked / this.#names.length : 0,
      known: `${this.#question.text}\n${title}`,
    }
  }

  /** Share that is not said of what exactly is asked for. */
  #lack(say: (term: string) => number): number {
    let sum = 0
    let all = 0
    for (const term of this.#thing) {
      const weight = this.#weights.get(term) ?? 1
      all += weight
      sum += weight * say(term)
    }
    return all > 0 ? 1 - sum / all : 0
  }

  /** Share of the question's pairs of Chinese characters; these also know names. */
  #pairsIn(text: string): number {
    let found = 0
    for (const pair of this.#hanPairs) if (text.includes(pair)) found++
    return found / this.#hanPairs.size
  }

  #weight(term: string): number {
    const weight = this.#weights.get(term) ?? 0
    return this.#question.carried.has(term) ? CARRIED * weight : weight
  }

  #share(part: (at: number, term: string) => number): number {
    let sum = 0
    for (const [at, term] of this.#order.entries()) sum += this.#weight(term) * part(at, term)
    return this.#total > 0 ? sum / this.#total : 0
  }

  /** How far title, heading and beginning say each term; the same for all sentences below one heading. */
  #topicSays({ title, heading, lead }: Surroundings): readonly number[] {
    const known = this.#topic
    if (known && known.title === title && known.heading === heading && known.lead === lead) return known.says
    const said = this.#order.map((term) => Math.max(says(title, term), says(heading, term), says(lead, term)))
    this.#topic = { title, heading, lead, says: said }
    return said
  }

  #unsaid(whole: readonly number[]): number {
    let most = 0
    for (const [at, term] of this.#order.entries())
      most = Math.max(most, this.#weight(term) * (1 - Math.min(1, (whole[at] ?? 0) / SAID_AROUND)))
    return this.#total > 0 ? most / this.#total : 0
  }

  #rest(said: readonly number[], topic: readonly number[], own: number): number {
    let sum = 0
    let total = 0
    for (const [at, term] of this.#order.entries()) {
      if ((topic[at] ?? 0) >= SAID) continue
      total += this.#weight(term)
      sum += this.#weight(term) * (said[at] ?? 0)
    }
    return total > 0 ? sum / total : own
  }

  #pairs({ text, terms }: AnalysedSentence): number {
    if (this.#hanPairs.size > 0) return this.#pairsIn(text)
    const pairs = this.#order.length - 1
    if (pairs < 1) return 0
    let found = 0
    for (let at = 0; at < pairs; at++)
      if (terms.has(this.#order[at] ?? '') && terms.has(this.#order[at + 1] ?? '')) found++
    return found / pairs
  }

  /** 1 next to a word of the question, falling with the distance. */
  #nearness(text: string, shown: readonly number[]): number {
    const lower = text.toLowerCase()
    let least = Infinity
    for (const term of this.#order) {
      for (let at = lower.indexOf(stemIn(term)); at >= 0; at = lower.indexOf(stemIn(term), at + 1))
        for (const place of shown) least = Math.min(least, Math.abs(place - at))
    }
    return least === Infinity ? 0 : NEAR / (NEAR + Math.max(0, least - NEAR))
  }

  /** "X is …" defines X only when X is all that stands before the verb. */
  #defines(text: string): boolean {
    const subject = DEFINES.exec(text)?.[1]
    if (subject === undefined) return false
    const named = new Set(termsOf(subject))
    return named.size > 0 && [...named].every((term) => this.#question.terms.has(term))
  }
}
