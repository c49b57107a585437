import { randomUUID } from 'node:crypto'
import { Fault } from '../../kernel/fault.ts'
import type { SaidPart } from './conversation.ts'

/** What a model answered, whichever API it came through. */
export interface ModelAnswer {
  /** As the target named it. */
  readonly id: string
  readonly model: string
  /** Seconds since 1970; null where the target does not say. */
  readonly created: number | null
  readonly parts: readonly SaidPart[]
  /** What its text rests on, as the target said it. */
  readonly annotations: readonly Annotation[]
  readonly stop: Stop
  readonly usage: AnswerUsage | null
  /** How the request was served, in OpenAI's words; null where the target does not say, or OpenAI has no word for it. */
  readonly tier: string | null
}

/** A citation; its members are the target's. */
export type Annotation = Readonly<Record<string, unknown>>

/** Why an answer ended. `sequence`: the stop sequence that was met, where the target says so. */
export interface Stop {
  readonly reason: 'end' | 'length' | 'calls' | 'sequence' | 'refusal' | 'filter' | 'pause'
  readonly sequence: string | null
}

export interface AnswerUsage {
  /** All that was read, cached or not. */
  readonly input: number
  readonly cached: number
  readonly cacheWritten: number
  readonly output: number
  /** Of the output; null where it is not said. */
  readonly reasoning: number | null
}

/** What an answer begins with. */
export type AnswerHead = Pick<ModelAnswer, 'id' | 'model' | 'created' | 'tier'>

/** One step of an answer that comes as a stream. */
export type Delta =
  | ({ readonly kind: 'begin' } & AnswerHead)
  | { readonly kind: 'text' | 'refusal' | 'thinking'; readonly text: string }
  | { readonly kind: 'signature'; readonly signature: string }
  | { readonly kind: 'redacted'; readonly data: string }
  /** `index` counts the calls of this answer from 0. */
  | { readonly kind: 'call'; readonly index: number; readonly id: string; readonly name: string }
  | { readonly kind: 'arguments'; readonly index: number; readonly text: string }
  | { readonly kind: 'annotation'; readonly annotation: Annotation }
  | { readonly kind: 'stop'; readonly stop: Stop }
  | { readonly kind: 'usage'; readonly usage: AnswerUsage }

/** Reads the stream of one API. */
export interface AnswerReader {
  /** The steps that an event stands for. @throws Fault `upstream_broke` for what is no answer */
  read(data: string): readonly Delta[]
  /** What the end says that no event did. @throws Fault `upstream_broke` for an answer that is not whole */
  end(): readonly Delta[]
}

/** Writes the stream of one API. */
export interface AnswerWriter {
  /** Whole events; empty for what this API does not tell. */
  write(delta: Delta): string
  /** What says that the answer still comes, when its target says so. */
  keepAlive(): string
  /** What ends a whole answer. */
  end(): string
}

/** What an answer says of its request and its time. */
export interface AnswerContext {
  /** What the target calls the model, for answers that name none. */
  readonly model: string
  /** Seconds since 1970, for answers that say no time. */
  readonly created: number
  /** The client wants a last chunk with usage (chat completions only). */
  readonly withUsage: boolean
  /** The request's own members that an answer repeats (Responses only). */
  readonly echo: Readonly<Record<string, unknown>>
  /** Names of the tools whose client wants text instead of arguments. */
  readonly custom: readonly string[]
}

/** Pieces of one kind in a row are one, as they are where they come as a stream; signed reasoning is told apart. */
export function joinedParts(parts: readonly SaidPart[]): readonly SaidPart[] {
  const all: SaidPart[] = []
  for (const part of parts) {
    const last = all.at(-1)
    if (part.kind === 'text' && part.text === '') continue
    if (part.kind === 'text' && last?.kind === 'text') all[all.length - 1] = joined(last, part)
    else if (isUnsigned(part) && last !== undefined && isUnsigned(last))
      all[all.length - 1] = joined(last, part)
    else all.push(part)
  }
  return all
}

const joined = <P extends { readonly text: string }>(last: P, { text }: P): P => ({
  ...last,
  text: last.text + text,
})

const isUnsigned = (part: SaidPart): part is Extract<SaidPart, { kind: 'thinking' }> =>
  part.kind === 'thinking' && part.signature === null

/** The target said something that no client of another API could be told. */
export function unreadable(what: string, cause?: unknown): Fault {
  return new Fault('upstream_broke', `The target’s answer cannot be translated: ${what}.`, { cause })
}

/** Each call is looked for among those before it: as many as no model makes would hold up everything else. */
const MOST_CALLS = 1000

/** @throws Fault `upstream_broke` where an answer makes too many calls */
export function assertFew(calls: number): void {
  if (calls > MOST_CALLS) throw unreadable(`it makes over ${MOST_CALLS} calls`)
}

/** The target ended its answer with an error, in its own words. */
export const endedBy = (message: string): Fault =>
  new Fault('upstream_broke', `The target ended its answer with an error: ${message}`)

/** Of an answer whose target says nothing about tokens. */
export const NO_USAGE: AnswerUsage = { input: 0, cached: 0, cacheWritten: 0, output: 0, reasoning: null }

/** The part of an id behind the first `_` or `-`, which is its own in every API. */
export const ownPart = (id: string): string => id.replace(/^(?:chatcmpl|msg|resp)[-_]/, '')

/** For an answer that its target gave no id. */
export const newId = (): string => randomUUID().replaceAll('-', '')
