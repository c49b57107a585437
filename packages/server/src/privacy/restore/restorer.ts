import type { Dialect } from './answer-layouts.ts'
import { SERVICE_LAYOUT, WHOLE_LAYOUT } from './answer-layouts.ts'
import type { StreamRestorer } from './answer-stream.ts'
import { AnswerStream } from './answer-stream.ts'
import type { Minted } from './automaton.ts'
import { Automaton } from './automaton.ts'
import type { AnswerShape } from './whole-texts.ts'
import { restoreWhole } from './whole-answer.ts'

export type { Minted } from './automaton.ts'
export type { StreamRestorer } from './answer-stream.ts'

/** Puts back what was masked in one request, in the answer as the target gives it. */
export interface Restorer {
  /** A whole answer or error; the same buffer where there is nothing to restore. */
  whole(dialect: Dialect, body: Buffer, shape?: AnswerShape): Buffer
  /** For one streamed answer. */
  stream(dialect: Exclude<Dialect, 'service'>, shape?: AnswerShape): StreamRestorer
  /** Values that were put back, and placeholders of this conversation's form that stand for nothing and stay. */
  readonly restored: number
  readonly unknown: number
}

const AS_IT_COMES: StreamRestorer = { push: (events) => events, end: () => null }
const NOTHING_MASKED: Restorer = {
  whole: (_, body) => body,
  stream: () => AS_IT_COMES,
  restored: 0,
  unknown: 0,
}
const PLAIN: AnswerShape = { isStructured: false }

/** @param minted all placeholders that the request may hold @throws TypeError for one that is not of our form */
export function createRestorer(minted: readonly Minted[]): Restorer {
  if (minted.length === 0) return NOTHING_MASKED
  const automaton = new Automaton(minted)
  const tally = { restored: 0, unknown: 0 }
  // Embeddings are masked for good.
  return {
    whole: (dialect, body, shape = PLAIN) =>
      dialect === 'embeddings'
        ? body
        : restoreWhole(body, dialect === 'service' ? SERVICE_LAYOUT : WHOLE_LAYOUT, {
            automaton,
            tally,
            shape,
          }),
    stream: (dialect, shape = PLAIN) =>
      dialect === 'embeddings' ? AS_IT_COMES : new AnswerStream(dialect, { automaton, tally, shape }),
    get restored() {
      return tally.restored
    },
    get unknown() {
      return tally.unknown
    },
  }
}
