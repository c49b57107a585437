import type { Dialect } from './answer-layouts.ts'
import { SERVICE_LAYOUT, WHOLE_LAYOUT } from './answer-layouts.ts'
import type { StreamRestorer } from './answer-stream.ts'
import { AnswerStream } from './answer-stream.ts'
import type { Minted } from './automaton.ts'
import { Automaton } from './automaton.ts'
import { Nesting } from './nesting.ts'
import { TextChannel } from './text-channel.ts'
import { TextStream } from './text-stream.ts'
import { mayHold } from './trace.ts'
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
  /** For one text of a service, too long to be there as a whole. */
  text(isJson: boolean): StreamRestorer
  /** An address, in which values stand encoded. */
  address(address: string): string
  /** Values that were put back, and placeholders of this conversation's form that stand for nothing and stay. */
  readonly restored: number
  readonly unknown: number
}

const AS_IT_COMES: StreamRestorer = { push: (events) => events, end: () => null }
const NOTHING_MASKED: Restorer = {
  whole: (_, body) => body,
  stream: () => AS_IT_COMES,
  text: () => AS_IT_COMES,
  address: (address) => address,
  restored: 0,
  unknown: 0,
}
const PLAIN: AnswerShape = { isStructured: false }

/** False: nothing in this answer can be put back or is unknown. @throws TypeError as `createRestorer` does */
export function mayRestore(minted: readonly Minted[], body: Buffer): boolean {
  if (minted.length === 0) return false
  const { nonces } = preparedFor(minted)
  return nonces === null || mayHold(body, nonces)
}

/** @param minted all placeholders that the request may hold @throws TypeError for one that is not of our form */
export function createRestorer(minted: readonly Minted[]): Restorer {
  if (minted.length === 0) return NOTHING_MASKED
  const prepared = preparedFor(minted)
  const { nonces } = prepared
  const tally = { restored: 0, unknown: 0 }
  const words = (shape: AnswerShape) => ({ automaton: prepared.automaton(), tally, shape })
  // Embeddings are masked for good.
  return {
    whole: (dialect, body, shape = PLAIN) =>
      dialect === 'embeddings' || (nonces !== null && !mayHold(body, nonces))
        ? body
        : restoreWhole(body, dialect === 'service' ? SERVICE_LAYOUT : WHOLE_LAYOUT, words(shape)),
    stream: (dialect, shape = PLAIN) =>
      dialect === 'embeddings' ? AS_IT_COMES : new AnswerStream(dialect, words(shape)),
    text(isJson) {
      const { automaton } = words(PLAIN)
      return new TextStream(
        new TextChannel(automaton, { nesting: new Nesting(isJson), tally, isCited: false }),
      )
    },
    address(address) {
      const { automaton } = words(PLAIN)
      const channel = new TextChannel(automaton, { nesting: null, tally, isCited: false })
      return channel.push(address.replaceAll(PLAIN_PLACEHOLDER, '%5B$1%5D'), true)
    },
    get restored() {
      return tally.restored
    },
    get unknown() {
      return tally.unknown
    },
  }
}

/** Not as an address has brackets. */
const PLAIN_PLACEHOLDER = /\[([A-Z][A-Z0-9_]{0,40}_[a-z0-9]{1,16}_[1-9]\d{0,8})\]/gi

/** What is the same for every answer to the same request, which may be asked many times. */
interface Prepared {
  readonly size: number
  readonly nonces: readonly string[] | null
  /** Built when it is first needed: most answers say nothing of what was masked. */
  readonly automaton: () => Automaton
}

const PREPARED = new WeakMap<readonly Minted[], Prepared>()

function preparedFor(minted: readonly Minted[]): Prepared {
  const known = PREPARED.get(minted)
  // A conversation that goes on has more.
  if (known?.size === minted.length) return known
  const nonces = noncesOf(minted)
  let built = nonces === null ? new Automaton(minted) : null
  const prepared = { size: minted.length, nonces, automaton: () => (built ??= new Automaton(minted)) }
  PREPARED.set(minted, prepared)
  return prepared
}

const NONCE = /^\[[A-Z][A-Z0-9_]*_([a-z0-9]+)_[1-9]\d{0,8}\]$/

/** Null where not all are of our form. */
function noncesOf(minted: readonly Minted[]): readonly string[] | null {
  const nonces = new Set<string>()
  for (const { placeholder } of minted) {
    const nonce = NONCE.exec(placeholder)?.[1]
    if (nonce === undefined) return null
    nonces.add(nonce)
  }
  return [...nonces]
}
