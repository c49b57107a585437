import type { Language } from './question.ts'
import type { Talk } from './talk.ts'

interface Phrases {
  readonly quoted: string
  readonly quotedGuide: string
  readonly nothing: string
  readonly nearest: (titles: readonly string[]) => string
  readonly addDocuments: string
  readonly talks: Readonly<Record<Exclude<Talk, 'question'>, string>>
  readonly quote: (text: string) => string
}

/** Everything that the local engine says itself. It never poses as a language model. */
export const PHRASES: Readonly<Record<Language, Phrases>> = {
  en: {
    quoted: 'Quoted word for word from your documents; no language model wrote this.',
    quotedGuide: 'Quoted word for word from the Freehold guide; no language model wrote this.',
    nothing:
      'I found nothing in the documents that fits this question. I can only quote: I am no language model.',
    nearest: (titles) => `The nearest titles: ${titles.map((title) => `“${title}”`).join(', ')}.`,
    addDocuments:
      'You have no documents of your own here yet. Add some with `freehold add PATH`, or drop a file onto the start page.',
    talks: {
      greeting:
        'Hello. I answer questions by quoting sentences from your documents, with numbered citations; I am no language model. Ask about something that your documents say.',
      help: 'I answer questions by quoting sentences from your documents, with numbered citations; I am no language model. Ask about something that your documents say.',
      thanks: 'You are welcome. Ask on whenever something is in your documents.',
      farewell: 'Goodbye.',
    },
    quote: (text) => `“${text}”`,
  },
  zh: {
    quoted: '以下内容逐字引自你的文档，并非由语言模型写成。',
    quotedGuide: '以下内容逐字引自 Freehold 指南，并非由语言模型写成。',
    nothing: '在文档中没有找到与这个问题相符的内容。这里只能引用原文，我不是语言模型。',
    nearest: (titles) => `最接近的标题：${titles.map((title) => `《${title}》`).join('、')}。`,
    addDocuments: '这里还没有你自己的文档。请运行 `freehold add 路径`，或把文件拖到首页上。',
    talks: {
      greeting:
        '你好。我从你的文档中逐字引用句子来回答问题，并附编号的出处；我不是语言模型。请就文档的内容提问。',
      help: '我从你的文档中逐字引用句子来回答问题，并附编号的出处；我不是语言模型。请就文档的内容提问。',
      thanks: '不客气。文档里有的内容，随时可以再问。',
      farewell: '再见。',
    },
    quote: (text) => `“${text}”`,
  },
}

/** Characters whose script is looked at; the rest of a longer text counts like its beginning. */
const LOOKED_AT = 256 * 1024

/** Chinese by its code unit. Of a pair only the first half counts, so that the pair is one character. */
function isHanUnit(unit: number): boolean {
  if (unit < 0x2e80) return false
  return (
    (unit >= 0x3400 && unit <= 0x9fff) ||
    unit <= 0x2fdf ||
    unit === 0x3005 ||
    unit === 0x3007 ||
    (unit >= 0xd840 && unit <= 0xd8bf) ||
    (unit >= 0xf900 && unit <= 0xfaff)
  )
}

/** Rough count where no tokeniser is at work: a Chinese character is one token, four other characters are one. */
export function estimatedTokens(text: string): number {
  const looked = Math.min(text.length, LOOKED_AT)
  let found = 0
  for (let at = 0; at < looked; at++) if (isHanUnit(text.charCodeAt(at))) found++
  const han = looked === text.length ? found : Math.round((found / looked) * text.length)
  return han + Math.ceil((text.length - han) / 4)
}

/** Cuts a text behind its clauses, for streaming; joined again it is the same text. */
export function piecesOf(text: string): string[] {
  return (
    text.match(/[^,，;；:：。！？!?\n]*(?:[,，;；:：。！？!?\n]+["”’」』)]*\s*|$)/g)?.filter(Boolean) ?? []
  )
}
