import type { Citation, ChatRequest, GivenText, Usage } from '@freehold/contract/chat.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Caller } from '../identity/caller.ts'

export const LOCAL_MODEL = 'extract-1'

export interface LocalQuestion {
  readonly caller: Caller
  readonly messages: ChatRequest['messages']
  /** Only these collections; undefined: all that the caller may see. */
  readonly collections?: readonly string[]
  /** Texts that came with the question; they stand in its messages as well, between the marks of material. */
  readonly given?: readonly GivenText[]
  /** Names of the tools that may be called. */
  readonly tools?: readonly string[]
}

/** An answer made of quotations. `pieces` joined are the whole text; a stream sends one piece per event. */
export interface LocalAnswer {
  readonly pieces: readonly string[]
  readonly citations: readonly Citation[]
  /** The highest class among the quoted passages; `public` when nothing was quoted. */
  readonly class: DataClass
  readonly usage: Usage
  /** Tools that it calls instead of answering. */
  readonly calls?: readonly LocalCall[]
}

/** A call of a tool; `arguments` is JSON. */
export interface LocalCall {
  readonly name: string
  readonly arguments: string
}

/** What answers in zone `local`. The entry point hands one in; the gateway does not know who made it. */
export interface LocalEngine {
  answer(question: LocalQuestion, signal: AbortSignal): Promise<LocalAnswer>
}
