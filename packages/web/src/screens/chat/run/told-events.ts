import type {
  AnswerChecked,
  AskedBecause,
  Citation,
  ContextPart,
  DataClass,
  RunLimit,
  ToolEffect,
  Zone,
} from '@freehold/sdk'

export type ToolOutcome = 'done' | 'failed' | 'invalid' | 'denied' | 'expired' | 'timed_out' | 'unknown'

interface Shown {
  readonly call: string
  readonly name: string
  readonly effect: ToolEffect
  readonly arguments: string
}

/** What a run tells, of which a page makes something. Whatever else it tells is passed over. */
export type ToldEvent =
  | {
      readonly type: 'run.started'
      readonly message: string
      readonly answer: string
      readonly model: string
    }
  | { readonly type: 'run.continued' }
  | { readonly type: 'model.started'; readonly step: number }
  | { readonly type: 'text' | 'reasoning'; readonly text: string }
  | {
      readonly type: 'model.ended'
      readonly step: number
      readonly request: string
      readonly model: string
      readonly target: string
      readonly zone: Zone
      readonly class: DataClass
      readonly masked: number
      readonly usage: { readonly input: number; readonly output: number }
      readonly text: string
      readonly citations: readonly Citation[]
    }
  | ({ readonly type: 'tool.called' } & Shown)
  | {
      readonly type: 'tool.ended'
      readonly call: string
      readonly name: string
      readonly outcome: ToolOutcome
      readonly durationMs: number
      readonly parts: readonly ContextPart[]
    }
  | ({
      readonly type: 'approval.asked'
      readonly approval: string
      readonly because: AskedBecause
      readonly mayRemember: boolean
      readonly expiresAt: string
    } & Shown)
  | {
      readonly type: 'approval.decided'
      readonly approval: string
      readonly call: string
      readonly decision: 'once' | 'always' | 'deny'
    }
  | { readonly type: 'approval.expired'; readonly approval: string; readonly call: string }
  | { readonly type: 'class.raised'; readonly class: DataClass }
  | { readonly type: 'limit.reached'; readonly limit: RunLimit }
  | ({ readonly type: 'answer.checked' } & AnswerChecked)
  | { readonly type: 'run.completed' | 'run.stopped'; readonly message: string | null }
  | {
      readonly type: 'run.failed'
      readonly error: { readonly code: string; readonly message: string; readonly param?: string | null }
      /** The one that came to no answer. */
      readonly request?: string
    }
  | { readonly type: 'run.interrupted' }
