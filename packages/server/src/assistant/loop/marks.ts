import type { Span } from '../../knowledge/sentences.ts'
import { sentencesOf } from '../../knowledge/sentences.ts'

/** A mark of an answer, `[2]` or `【2】`, or one of several in one pair of brackets. */
export interface Mark {
  readonly n: number
  readonly span: Span
}

/** A sentence of an answer with the sources it names. */
export interface MarkedSentence extends Span {
  readonly text: string
  readonly marks: readonly number[]
}

const MARK = /[[【](\d{1,4}(?:\s?[,，、]\s?\d{1,4}){0,19})[\]】](?!\()/g
const CODE = /^(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^\1[^\n]*$|(?![\s\S]))|`[^`\n]{1,500}`/gm
const HEADING = /^[ \t]{0,3}#{1,6}[ \t][^\n]*$/gm

const blank = (text: string): string => text.replace(/[^\n]/g, ' ')

/** The marks of an answer outside of code, and its sentences: those of code and headings say nothing that needs support. */
export function readMarks(answer: string): {
  readonly marks: readonly Mark[]
  readonly sentences: readonly MarkedSentence[]
} {
  const prose = answer.replace(CODE, blank)
  const marks = [...prose.matchAll(MARK)].flatMap((match): Mark[] =>
    (match[1] ?? '')
      .split(/[,，、]/)
      .map((n) => ({ n: Number(n), span: { start: match.index, end: match.index + match[0].length } })),
  )
  const plain = prose.replace(HEADING, blank).replace(MARK, blank)
  const sentences = sentencesOf(plain).map(({ start, end }) => ({
    start,
    end,
    text: plain.slice(start, end),
    marks: [] as number[],
  }))
  let at = 0
  for (const { n, span } of marks) {
    while ((sentences[at + 1]?.start ?? Infinity) <= span.start) at++
    // A mark behind the full stop belongs to the sentence before it, one at the head of a line to what follows.
    const before = sentences[at]
    const isBehind = before !== undefined && before.start <= span.start
    const startsLine = isBehind && plain.slice(before.end, span.start).includes('\n')
    const owner = isBehind && !startsLine ? before : (sentences[isBehind ? at + 1 : at] ?? before)
    owner?.marks.push(n)
  }
  return { marks, sentences }
}
