import type { DataClass } from '@freehold/contract/data-class.ts'
import { Fault } from '../kernel/fault.ts'
import type { Departing } from '../privacy/mask/desensitiser.ts'
import type { StreamFormat } from './call/stream-format.ts'
import type { Attempt, Ask } from './routing/routing.ts'
import type { Translation } from './translation/translation.ts'

/** An attempt at a target, and not at the built-in engine. */
export type OutsideAttempt = Exclude<Attempt, { readonly target: 'local' }>

/** What a target is sent, apart from who is asking. */
export interface Dialled {
  readonly path: string
  readonly method: string
  /** Flat; only what may be handed on. */
  readonly headers: string[]
  readonly body: Buffer
  /** The API of the target that the body is written in; null for services. */
  readonly shape: Departing['shape']
  readonly format: StreamFormat | null
  /** The way back for the answer of a target that speaks another API; null where the client speaks its own. */
  readonly translation: Translation | null
}

/** A request as it was read from the wire, for models and services alike. */
export interface Asked {
  readonly declared: DataClass | null
  /** The caller's own name of the conversation. */
  readonly conversation: string | null
  /** The answer that this request continues. */
  readonly previous: string | null
  /** A later request can name the answer to this one and go on from it. */
  readonly continued: boolean
  readonly bytes: number
  /** The model name that was asked for; null for services. */
  readonly model: string | null
  /** Most tokens that one answer may have; null where the request does not say. */
  readonly mostTokens: number | null
  /**
   * The field that asks for more output than this, all answers together, or that should say how much; null where the
   * request stays within it.
   */
  outputOver(most: number): string | null
  /** How many answers are asked for at once. */
  readonly answers: number
  /** What stays the same while a conversation without a name grows. */
  beginning(): string
  /** The answer is asked for piece by piece. */
  readonly streams: boolean
  /** Two targets may work on it at once: nothing that a model could set going comes twice. */
  readonly mayHedge: boolean
  /** The same number for the same beginning of a conversation; null where there is none. */
  start(): number | null
  ask(dataClass: DataClass): Ask
  /**
   * `base`: the target's configured address. `isCharged`: somebody pays for what the target says that it took. @throws Fault `invalid` for a path that leads out of it, and for what the
   * target's API has no word for
   */
  dial(attempt: OutsideAttempt, base: URL, isCharged: boolean): Dialled
  /** All of it that a person may have written, as the client sent it. */
  departing(): Departing
  /** What of the body cannot be read; null when all of it is text. */
  opaque(): string | null
  /** Whether a call that failed may be made again elsewhere. `wasSent`: the target may have seen it. */
  mayRepeat(failed: { readonly status: number | null; readonly wasSent: boolean }): boolean
}

/** Tokens of an answer when neither the request nor the target sets a maximum. */
export const UNSAID_OUTPUT = 4096

/** Four bytes are about one token, in English; in Chinese it is about three, which errs on the caller's side. */
export const estimatedTokens = (bytes: number): number => Math.ceil(bytes / 4)

const CONVERSATION = /^[\x21-\x7e]{1,200}$/

/** `x-freehold-conversation`. @throws Fault `invalid` */
export function conversationOf(header: string | readonly string[] | undefined): string | null {
  if (header === undefined) return null
  if (typeof header === 'string' && CONVERSATION.test(header)) return header
  throw new Fault(
    'invalid',
    'x-freehold-conversation must be 1 to 200 printable characters without spaces.',
    {
      param: 'x-freehold-conversation',
    },
  )
}

const TRACE_PARENT = /^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/

/** W3C Trace Context; only the private zone learns which trace a call belongs to. */
export function addTrace(
  headers: string[],
  sent: string | readonly string[] | undefined,
  attempt: OutsideAttempt,
): void {
  if (attempt.zone === 'private' && typeof sent === 'string' && TRACE_PARENT.test(sent))
    headers.push('traceparent', sent)
}
