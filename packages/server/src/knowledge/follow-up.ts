import { termsOf } from './analysis.ts'
import { says } from './analysed-sentences.ts'
import type { Question } from './question.ts'
import { readQuestion } from './question.ts'

/** What was said, oldest first. */
export interface Turn {
  readonly role: string
  readonly text: string
}

/** A question with what it leaves unsaid filled in, and the words to search for. */
export interface Resolved {
  readonly question: Question
  readonly query: string
  /** The question by itself, where it names something that it may only have turned to ("and what about hotels?"). */
  readonly alone: Question | null
}

/** Questions before that are looked at for one that stands by itself. */
const LOOKED_BACK = 4
/** A longer question says what it is about, whatever pronouns are in it. */
const LONGEST_FOLLOW_UP = 120
const ELLIPSIS =
  /^\s*(?:and|or|but|also|then|so)\b|^\s*(?:what|how) about\b|^\s*(?:in|for|from|since|on|at) \S+\s*\?*\s*$|^\s*(?:那么?|还有|另外|至于)|呢[\s?？。]*$/i
const PRONOUN =
  /\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|there|then|the same|one)\b|[它他她]们?|这个?(?![样么])|那个?(?=[是有在的多何什])|这些|那些|该(?=[^如怎不])|其中|其(?=[^他它实余次])|此(?=[^外时])|那里|那儿|这里|这儿/i
const NUMBER = /^\d[\d.]*$/
/** Our own answers name the documents that they quote. */
const QUOTED_TITLE = /^— (.+)$/gm

/** Whether a question can only be understood from what was said before. */
function leavesUnsaid(question: Question): boolean {
  if (question.text.length > LONGEST_FOLLOW_UP) return false
  return question.terms.size === 0 || ELLIPSIS.test(question.text) || PRONOUN.test(question.text)
}

/** Title terms of the documents that the last answer before this turn quoted. */
function quotedTerms(turns: readonly Turn[]): ReadonlySet<string> {
  const answer = turns.findLast(({ role }) => role === 'assistant')
  const titles = [...(answer?.text.matchAll(QUOTED_TITLE) ?? [])].map((match) => match[1] ?? '')
  return new Set(titles.slice(0, 1).flatMap(termsOf))
}

/**
 * What an earlier question hands on. One that only leaves something out ("and in 2023?") wants all of it but the number
 * that it replaces; a pronoun stands for what the answer was about, as far as that is known.
 */
function carriedTerms(question: Question, earlier: Question, quoted: ReadonlySet<string>): readonly string[] {
  const replaces = [...question.terms].some((term) => NUMBER.test(term))
  const terms = [...earlier.terms].filter((term) => !(replaces && NUMBER.test(term)))
  if (ELLIPSIS.test(question.text) && !PRONOUN.test(question.text)) return terms
  const topic = terms.filter((term) => says(quoted, term) > 0)
  return [...new Set([...(topic.length > 0 ? topic : terms), ...quoted])]
}

function filledIn(question: Question, earlier: Question, quoted: ReadonlySet<string>): Resolved {
  const carried = carriedTerms(question, earlier, quoted).filter((term) => !question.terms.has(term))
  const takesForm = question.form.name === 'anything' && ELLIPSIS.test(question.text)
  return {
    question: {
      ...question,
      form: takesForm ? earlier.form : question.form,
      terms: new Set([...question.terms, ...carried]),
      carried: new Set(carried),
    },
    query: [question.text, ...carried].join(' '),
    alone: question.terms.size > 0 && ELLIPSIS.test(question.text) ? question : null,
  }
}

/** Reads the last question of a conversation; what it leaves unsaid is taken from the question and answer before it. */
export function resolveQuestion(turns: readonly Turn[]): Resolved {
  const at = turns.findLastIndex(({ role }) => role === 'user')
  const question = readQuestion(turns[at]?.text ?? '')
  const plain = { question, query: question.text, alone: null }
  if (question.talk !== 'question' || !leavesUnsaid(question)) return plain
  const before = turns.slice(0, Math.max(0, at))
  const earlier = before
    .filter(({ role }) => role === 'user')
    .slice(-LOOKED_BACK)
    .map(({ text }) => readQuestion(text))
    .findLast((one) => one.talk === 'question' && one.terms.size > 0 && !leavesUnsaid(one))
  return earlier ? filledIn(question, earlier, quotedTerms(before)) : plain
}
