import { isMostlyHan } from './analysis.ts'
import { subjectTermsOf } from './query-terms.ts'

export type Language = 'en' | 'zh'

/** What a question asks for, as far as an answer's form tells. */
export type Asked = 'number' | 'person' | 'definition' | 'anything'

export interface Question {
  readonly text: string
  readonly language: Language
  readonly asked: Asked
  /** Its terms without the words that only make it a question. */
  readonly terms: ReadonlySet<string>
  readonly isSmallTalk: boolean
}

/** Longer questions are cut to their end, where pasted text stops and the question stands. */
const LENGTH = 4096

const NUMBER =
  /\b(?:how (?:many|much|long|old|often|far|big|large|high)|when|(?:what|which) (?:year|time|date|day|percentage)s?)\b|多少|几[个天年月次点岁]|多久|多长|多大|多高|何时|什么时候|哪一?[年天月]/i
const PERSON = /\bwho(?:m|se)?\b|谁|哪位|(?:经理|负责人|联系人|主管|主任)(?:叫|是)|什么名字/i
const DEFINITION = /^\s*what(?:'s| is| are)\s|(?:是什么|什么是)/i
const SMALL_TALK =
  /^\s*(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|thanks?|thank you(?: very much)?|bye|goodbye|ok(?:ay)?|how are you|who are you|what can you do|你好|您好|嗨|早上好|下午好|晚上好|谢谢你?|多谢|再见|在吗|好的|你是谁|你能做什么)[\s!.?,。！？，~～]*$/i

function askedFor(text: string): Asked {
  if (NUMBER.test(text)) return 'number'
  if (PERSON.test(text)) return 'person'
  return DEFINITION.test(text) ? 'definition' : 'anything'
}

/** Reads a question: its language, what kind of answer it wants, and the terms that carry its subject. */
export function readQuestion(whole: string): Question {
  const text = whole.slice(-LENGTH).toWellFormed().trim()
  const carrying = subjectTermsOf(text)
  return {
    text,
    language: isMostlyHan(text) ? 'zh' : 'en',
    asked: askedFor(text),
    terms: new Set(carrying),
    isSmallTalk: SMALL_TALK.test(text) || carrying.length === 0,
  }
}
