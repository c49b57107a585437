import { isMostlyHan } from './analysis.ts'
import type { Form } from './answer-form.ts'
import { formOf } from './answer-form.ts'
import { ASKING_RUNS } from './asking-words.ts'
import { subjectTermsOf } from './query-terms.ts'
import type { Talk } from './talk.ts'
import { talkOf } from './talk.ts'

export type Language = 'en' | 'zh'

export interface Question {
  readonly text: string
  readonly language: Language
  /** What kind of words would answer it. */
  readonly form: Form
  /** The text without runs of characters that only ask. */
  readonly subject: string
  /** Its terms without the words that only make it a question. */
  readonly terms: ReadonlySet<string>
  /** Those of them that an earlier question said. */
  readonly carried: ReadonlySet<string>
  /** What is said; of a question without terms of its own only what stands before it tells. */
  readonly talk: Talk
}

/** Longer questions are cut to their end, where pasted text stops and the question stands. */
const LENGTH = 4096

/** Reads a question: its language, what kind of answer it wants, and the terms that carry its subject. */
export function readQuestion(whole: string): Question {
  const text = whole.slice(-LENGTH).toWellFormed().trim()
  const carrying = subjectTermsOf(text)
  return {
    text,
    language: isMostlyHan(text) ? 'zh' : 'en',
    form: formOf(text),
    subject: text.replace(ASKING_RUNS, ' '),
    terms: new Set(carrying),
    carried: new Set(),
    talk: text === '' ? 'greeting' : talkOf(text),
  }
}
