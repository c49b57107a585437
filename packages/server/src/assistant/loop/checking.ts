import { setImmediate } from 'node:timers/promises'
import type { Citation } from '@freehold/contract/chat.ts'
import type { AnswerChecked, ContextPart } from '@freehold/contract/loop-events.ts'
import type { Caller } from '../../identity/caller.ts'
import { termsOf } from '../../knowledge/analysis.ts'
import { sentencesOf } from '../../knowledge/sentences.ts'
import { linksIn } from './links.ts'
import type { MarkedSentence } from './marks.ts'
import { readMarks } from './marks.ts'
import type { ContextMessage } from './ports.ts'
import type { FindSupport, SupportingText } from './support.ts'
import { readSupport } from './support.ts'

/** The spans of what is cited, as far as the caller may read them. */
export type LookUp = (caller: Caller, citations: readonly Citation[]) => Promise<readonly ContextPart[]>

/** Of the context; analysing it takes about a second of CPU time for a million. */
const MOST_CHARACTERS = 400_000
/** Sentences that are matched between two turns of the event loop. */
const AT_ONCE = 8

interface Answer {
  readonly text: string
  /** Of an engine that cites by itself. */
  readonly citations: readonly Citation[]
  /** Of the built-in engine, which writes no sentence of its own: what it says without a mark is the program's phrase. */
  readonly isQuoting: boolean
}

/**
 * Matches each sentence of an answer to what was in the context, and each mark to a source. `cited`: the spans behind
 * the citations of an engine that cites by itself, which it read without putting them into the context.
 */
export async function checkAnswer(
  { text, citations, isQuoting }: Answer,
  context: readonly ContextMessage[],
  cited: readonly ContextPart[],
): Promise<AnswerChecked> {
  const { marks, sentences } = readMarks(text)
  const citesItself = citations.length > 0
  const seen = context.flatMap(({ parts }) => parts).filter(({ origin }) => STANDS_FOR.has(origin))
  const parts = citesItself ? [...cited, ...seen.filter(({ source }) => !source)] : seen
  const sources = new Map(parts.flatMap(({ source }) => (source ? [[source.n, source] as const] : [])))
  const find = await readSupport(
    read(
      parts,
      marks.map(({ n }) => n),
    ),
  )
  return {
    citations: [...sources.values()].filter(({ n }) => marks.some((mark) => mark.n === n)),
    unresolved: marks.filter(({ n }) => !sources.has(n)),
    hasSources: parts.some(isSource),
    sentences: await matched(
      // Whoever else says that it cites by itself is checked like any model.
      sentences.filter((one) => (isQuoting ? one.marks.length > 0 : termsOf(one.text).length > 0)),
      find,
    ),
    links: linksIn(text),
  }
}

async function matched(
  sentences: readonly MarkedSentence[],
  find: FindSupport,
): Promise<AnswerChecked['sentences']> {
  const all: AnswerChecked['sentences'] = []
  for (const { start, end, text, marks } of sentences) {
    if (all.length % AT_ONCE === AT_ONCE - 1) await setImmediate()
    all.push({ span: { start, end }, support: find(text, marks) })
  }
  return all
}

/** What is read of a long context: what is cited, then the newest. */
function read(parts: readonly ContextPart[], cited: readonly number[]): SupportingText[] {
  const isCited = ({ source }: ContextPart): boolean => source !== undefined && cited.includes(source.n)
  const newest = parts.toReversed()
  const texts: SupportingText[] = []
  let left = MOST_CHARACTERS
  for (const part of [...newest.filter(isCited), ...newest.filter((one) => !isCited(one))]) {
    if (left <= 0) break
    const whole = part.text.slice(0, left)
    left -= whole.length
    const text = part.origin === 'user' ? withoutQuestions(whole) : whole
    texts.push({
      n: part.source?.n ?? null,
      text,
      start: part.source?.span.start ?? 0,
      title: part.source?.title ?? '',
    })
  }
  return texts
}

const QUESTION = /[?？吗呢][”"’'」』)）\s]*$/

/** What somebody states. A question says nothing that an answer could stand on, though it holds all of its words. */
function withoutQuestions(text: string): string {
  return sentencesOf(text)
    .map(({ start, end }) => text.slice(start, end))
    .filter((sentence) => !QUESTION.test(sentence))
    .join('\n')
}

/** Something read, of which an answer is to be told apart; what the platform itself says of a call is none. */
const isSource = ({ origin, integrity }: ContextPart): boolean =>
  origin !== 'user' && !(origin === 'tool' && integrity === 'trusted')

/** What a model said before is no support for what it says now. */
const STANDS_FOR: ReadonlySet<ContextPart['origin']> = new Set(['user', 'document', 'web', 'tool'])
