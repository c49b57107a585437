import type { Attached } from '@freehold/contract/attachments.ts'
import type { Citation } from '@freehold/contract/chat.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type {
  AnswerChecked,
  ApprovalDecision,
  AskedBecause,
  ContextPart,
  Integrity,
  LoopEvent,
  ToolCall,
  ToolEffect,
} from '@freehold/contract/loop-events.ts'
import type { Zone } from '@freehold/contract/zone.ts'
import type { Caller } from '../../identity/caller.ts'
import type { JsonSchema, Tool } from '../../skills/tool.ts'

/** A message of the context as it is kept. Parts are put into words for the model by the loop alone. */
export type ContextMessage =
  | {
      readonly role: 'system' | 'user'
      readonly parts: readonly ContextPart[]
      /** Files that came with it; what they say stands in its parts. */
      readonly attached?: readonly Attached[]
    }
  | {
      readonly role: 'assistant'
      readonly parts: readonly ContextPart[]
      readonly calls: readonly ToolCall[]
    }
  | {
      readonly role: 'tool'
      readonly call: string
      readonly name: string
      readonly parts: readonly ContextPart[]
    }

/** A message as a model reads it. */
export type ModelMessage =
  | { readonly role: 'system' | 'user'; readonly text: string; readonly attached?: readonly Attached[] }
  | { readonly role: 'assistant'; readonly text: string; readonly calls: readonly ToolCall[] }
  | { readonly role: 'tool'; readonly call: string; readonly text: string }

export interface ModelTool {
  readonly name: string
  readonly description: string
  readonly parameters: JsonSchema
}

export interface ModelCall {
  readonly step: number
  readonly messages: readonly ModelMessage[]
  /** Empty: it may call none. */
  readonly tools: readonly ModelTool[]
  /** The highest of the conversation and of every part of the context; the call is made with no lower one. */
  readonly class: DataClass
}

/** How a model call went through the data path, as its record says. */
export interface ModelEnd {
  readonly request: string
  readonly model: string
  readonly target: string
  readonly zone: Zone
  readonly class: DataClass
  /** By which it went there; null where none was needed. */
  readonly rule: string | null
  /** What made its class what it is, in the order in which it rose. */
  readonly because: readonly string[]
  readonly masked: number
  readonly usage: { readonly input: number; readonly output: number }
  /** Null: the target has no price. */
  readonly costMicros: number | null
  readonly finish: string
}

/** What comes out of a model call; `end` comes last, exactly once. */
export type ModelPiece =
  | { readonly type: 'text' | 'reasoning'; readonly text: string }
  /** Complete; its id is the model's and may be anything. */
  | { readonly type: 'call'; readonly call: ToolCall }
  | { readonly type: 'citations'; readonly citations: readonly Citation[] }
  | { readonly type: 'end'; readonly end: ModelEnd }

/** One model call of a run, through the whole data path. */
export interface Model {
  /** Aborting ends the upstream call. @throws Fault when it is refused or breaks off */
  call(call: ModelCall, signal: AbortSignal): AsyncIterable<ModelPiece>
}

export interface ApprovalQuestion {
  readonly caller: Caller
  readonly conversation: string
  readonly run: string
  /** With the run it names the question: who asks again, because it was killed, gets the same approval. */
  readonly call: string
  readonly tool: string
  readonly effect: ToolEffect
  /** Canonical JSON. */
  readonly arguments: string
  /** Of tool and canonical arguments: what is approved is this and nothing else. */
  readonly hash: string
  readonly class: DataClass
  readonly because: AskedBecause
  /** What `always` would cover; null: it is no answer here. */
  readonly grantScope: string | null
}

export interface ApprovalAsked {
  readonly id: string
  readonly expiresAt: string
}

export interface ApprovalAnswer {
  readonly decision: ApprovalDecision | 'expired'
  /** Principal that decided; null when it expired. */
  readonly by: string | null
  /** Of the call that was approved. */
  readonly hash: string
}

/** Where questions wait for people. What was asked and decided outlives the process. */
export interface Approvals {
  /** Durable when it resolves. */
  ask(question: ApprovalQuestion): Promise<ApprovalAsked>
  /** Resolves when somebody, anywhere, decided or its time is over. @throws what aborted `signal` */
  answer(caller: Caller, id: string, signal: AbortSignal): Promise<ApprovalAnswer>
  /** Whether the caller once said `always` to the tool in this scope, and has not taken it back. */
  isGranted(caller: Caller, tool: string, scope: string): Promise<boolean>
  /** The run is over: what it still asks is asked no more. For whoever ends it; a run that was killed asks on. */
  withdraw(caller: Caller, run: string): Promise<void>
}

export interface LoopLimits {
  /** Model calls. The last one is made without tools, so that it answers with what there is. */
  readonly steps: number
  /** Calls of tools. */
  readonly calls: number
  readonly tokens: number
  /** In millionths of the unit of the targets' prices; null: no limit. */
  readonly costMicros: number | null
  /** Without the time in which people were asked. */
  readonly timeMs: number
}

/** What one run is to do. */
export interface LoopTask {
  /**
   * Who asks, as of now: looked up before each model call and each tool, because a run may wait for hours.
   * @throws Fault when it may not go on
   */
  readonly caller: () => Caller
  readonly conversation: string
  readonly run: string
  /** The path to the user's message, it included. */
  readonly messages: readonly ContextMessage[]
  readonly tools: readonly Tool[]
  /** The conversation's before this run. */
  readonly class: DataClass
  readonly collections?: readonly string[] | undefined
  readonly limits: LoopLimits
  /** The stored events of this run, when it goes on after an interruption. */
  readonly done: readonly LoopEvent[]
}

/** Whom the loop tells and asks. */
export interface LoopPorts {
  readonly model: Model
  readonly approvals: Approvals
  /**
   * Resolves when an event that `isDurable` names is stored, any other when it was taken; until then the loop waits.
   * @throws when this process may not go on with the run, because another one does
   */
  tell(event: LoopEvent): Promise<void>
}

export interface LoopEnd {
  readonly outcome: 'answered' | 'limited'
  /** What the run added to the context, the answer last. */
  readonly messages: readonly ContextMessage[]
  readonly class: DataClass
  /** Of the answer: `untrusted` when untrusted text was in the context it was written in. */
  readonly integrity: Integrity
  readonly checked: AnswerChecked
}

/**
 * Runs until the model has answered or a limit is reached. Goes on after `task.done`.
 * @throws Fault of a model call that failed; what aborted `signal` when the run is stopped
 */
export type RunLoop = (task: LoopTask, ports: LoopPorts, signal: AbortSignal) => Promise<LoopEnd>
