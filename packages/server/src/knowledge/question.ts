import { isMostlyHan, termsOf } from './analysis.ts'

export type Language = 'en' | 'zh'

/** What a question asks for, as far as an answer's form tells. */
export type Asked = 'number' | 'definition' | 'anything'

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

/** Words of asking, not of what is asked about. English stopwords are gone already. */
const ASKING = new Set(
  [
    'must may might shall ought many much long often tell please explain describe list get let know mean does like want need say give show find',
    '的 了 吗 呢 吧 啊 是 在 有 和 与 或 及 我 我们 你 你们 您 他 她 它 这 那 这个 那个 请 请问 告诉 什么 怎么 怎样',
    '如何 哪 哪里 哪儿 哪些 哪个 谁 多少 几 几个 为什么 为何 可以 能 能否 会 要 需要 应 应该 应当 被 把 对 从 到 向 于',
    '多久 多长 什么时候 何时 时候 什么样 是否 个 就 都 也 还 很 想 知道 说 说明 介绍 一下 关于 里 里面 中 上 下 为 以',
  ]
    .join(' ')
    .split(' ')
    .flatMap((word) => termsOf(word)),
)
const NUMBER =
  /\b(?:how (?:many|much|long|old|often|far|big|large|high)|when|what (?:year|time|date|percentage))\b|多少|几[个天年月次点岁]|多久|多长|多大|多高|何时|什么时候|哪一?[年天月]/i
const DEFINITION = /^\s*(?:what|who)(?:'s| is| are)\s|(?:是什么|是谁|什么是|谁是)/i
const SMALL_TALK =
  /^\s*(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|thanks?|thank you(?: very much)?|bye|goodbye|ok(?:ay)?|how are you|who are you|what can you do|你好|您好|嗨|早上好|下午好|晚上好|谢谢你?|多谢|再见|在吗|好的|你是谁|你能做什么)[\s!.?,。！？，~～]*$/i

function askedFor(text: string): Asked {
  if (NUMBER.test(text)) return 'number'
  return DEFINITION.test(text) ? 'definition' : 'anything'
}

/** Reads a question: its language, what kind of answer it wants, and the terms that carry its subject. */
export function readQuestion(whole: string): Question {
  const text = whole.slice(-LENGTH).toWellFormed().trim()
  const all = termsOf(text)
  const carrying = all.filter((term) => !ASKING.has(term))
  return {
    text,
    language: isMostlyHan(text) ? 'zh' : 'en',
    asked: askedFor(text),
    terms: new Set(carrying),
    isSmallTalk: SMALL_TALK.test(text) || carrying.length === 0,
  }
}
