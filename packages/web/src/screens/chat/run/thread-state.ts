import type { ConversationView } from '@freehold/sdk'
import type { Tree } from './branch.ts'
import { EMPTY_TREE } from './branch.ts'
import type { Queued } from './queue.ts'
import type { RunTold } from './run-told.ts'
import type { Wording } from './wording.ts'

/** An answer that is being made, or was not made to its end. */
export interface Live {
  readonly run: string
  /** The message that is answered, and the id that the answer will have. */
  readonly message: string
  readonly answer: string
  readonly told: RunTold
  /** Somebody wants it to end, and the server has not said yet that it did. */
  readonly isStopping: boolean
  /** The network is gone, or the server; it is tried again. */
  readonly isCutOff: boolean
}

export interface Earlier {
  readonly isLoading: boolean
  /** Why it could not be loaded. */
  readonly error: unknown
}

/** What is known of a conversation in this tab. */
export interface ThreadState {
  readonly conversation: ConversationView | null
  /** What was asked for so far: the end of a branch, and what lies before it as far as somebody read. */
  readonly tree: Tree
  /** The end of its branch is here. */
  readonly isHere: boolean
  /** What became of asking for what was said before. */
  readonly earlier: Earlier
  /** Why it could not be loaded. */
  readonly error: unknown
  /** The message whose branch somebody went to last; whoever did reads there, and not at its end. */
  readonly chosen: { readonly message: string } | null
  readonly live: Live | null
  /** What is on its way to the server. */
  readonly sending: Wording | null
  /** Why the last thing that was wanted did not come about. */
  readonly refusal: unknown
  readonly queue: readonly Queued[]
}

export const EMPTY_THREAD: ThreadState = {
  conversation: null,
  tree: EMPTY_TREE,
  isHere: false,
  earlier: { isLoading: false, error: null },
  chosen: null,
  error: null,
  live: null,
  sending: null,
  refusal: null,
  queue: [],
}

/** Whether an answer is being made, so that the next message has to wait. */
export const isBusy = ({ live, sending }: Pick<ThreadState, 'live' | 'sending'>): boolean =>
  sending !== null || (live !== null && live.told.end === null)
