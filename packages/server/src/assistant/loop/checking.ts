import type { Citation } from '@freehold/contract/chat.ts'
import type { AnswerChecked, ContextPart } from '@freehold/contract/loop-events.ts'
import type { Caller } from '../../identity/caller.ts'
import { termsOf } from '../../knowledge/analysis.ts'
import { linksIn } from './links.ts'
import { readMarks } from './marks.ts'
import type { ContextMessage } from './ports.ts'
import type { SupportingText } from './support.ts'
import { readSupport } from './support.ts'

/** The spans of what is cited, as far as the caller may read them. */
export type LookUp = (caller: Caller, citations: readonly Citation[]) => Promise<readonly ContextPart[]>

interface Answer {
  readonly text: string
  /** Of an engine that cites by itself. */
  readonly citations: readonly Citation[]
}

/**
 * Matches each sentence of an answer to what was in the context, and each mark to a source. `cited`: the spans behind
 * the citations of an engine that cites by itself, which it read without putting them into the context.
 */
export async function checkAnswer(
  { text, citations }: Answer,
  context: readonly ContextMessage[],
  cited: readonly ContextPart[],
): Promise<AnswerChecked> {
  const { marks, sentences } = readMarks(text)
  const citesItself = citations.length > 0
  const seen = context.flatMap(({ parts }) => parts).filter(({ origin }) => STANDS_FOR.has(origin))
  const parts = citesItself ? [...cited, ...seen.filter(({ source }) => !source)] : seen
  const sources = new Map(parts.flatMap(({ source }) => (source ? [[source.n, source] as const] : [])))
  const find = await readSupport(parts.map(supporting))
  return {
    citations: [...sources.values()].filter(({ n }) => marks.some((mark) => mark.n === n)),
    unresolved: marks.filter(({ n }) => !sources.has(n)),
    hasSources: parts.some(({ origin }) => origin !== 'user'),
    sentences: sentences
      // What such an engine says around its quotes is the program's own phrase, which claims nothing.
      .filter((sentence) => (citesItself ? sentence.marks.length > 0 : termsOf(sentence.text).length > 0))
      .map(({ start, end, text: said, marks: among }) => ({
        span: { start, end },
        support: find(said, among),
      })),
    links: linksIn(text),
  }
}

/** What a model said before is no support for what it says now. */
const STANDS_FOR: ReadonlySet<ContextPart['origin']> = new Set(['user', 'document', 'web', 'tool'])

const supporting = ({ text, source }: ContextPart): SupportingText => ({
  n: source?.n ?? null,
  text,
  start: source?.span.start ?? 0,
  title: source?.title ?? '',
})
