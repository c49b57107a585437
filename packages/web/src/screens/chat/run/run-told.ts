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
import type { ToldEvent, ToolOutcome } from './told-events.ts'

/** A person is asked, was asked, or nobody answered. */
export interface Asking {
  readonly id: string
  readonly because: AskedBecause
  readonly mayRemember: boolean
  readonly expiresAt: string
  readonly decision: 'once' | 'always' | 'deny' | 'expired' | null
}

/** One call of a tool, from the moment that somebody hears of it. */
export interface ToolUse {
  readonly call: string
  readonly name: string
  /** Null where only the kept message says that it was called. */
  readonly effect: ToolEffect | null
  readonly arguments: string
  readonly asking: Asking | null
  readonly outcome: ToolOutcome | null
  readonly durationMs: number | null
  readonly parts: readonly ContextPart[]
}

/** One call of the model, and what it called. */
export interface Step {
  readonly step: number
  readonly text: string
  readonly reasoning: string
  readonly tools: readonly ToolUse[]
}

export type RunEnd =
  | { readonly how: 'completed' | 'stopped' | 'interrupted' }
  | {
      readonly how: 'failed'
      readonly code: string
      readonly message: string
      /** Of the request that came to no answer; null where none was made. */
      readonly request: string | null
    }

/** What a run has told so far. */
export interface RunTold {
  readonly seq: number
  readonly model: string | null
  readonly steps: readonly Step[]
  readonly citations: readonly Citation[]
  readonly checked: AnswerChecked | null
  readonly class: DataClass | null
  readonly zone: Zone | null
  readonly limit: RunLimit | null
  readonly end: RunEnd | null
}

export const NOTHING_TOLD: RunTold = {
  seq: 0,
  model: null,
  steps: [],
  citations: [],
  checked: null,
  class: null,
  zone: null,
  limit: null,
  end: null,
}

const newStep = (step: number): Step => ({ step, text: '', reasoning: '', tools: [] })

function inLastStep(told: RunTold, change: (step: Step) => Step): RunTold {
  const last = told.steps.at(-1) ?? newStep(0)
  return { ...told, steps: [...told.steps.slice(0, -1), change(last)] }
}

/** The call wherever it stands; one that is new stands in the last step. */
function withTool(
  told: RunTold,
  call: string,
  change: (tool: ToolUse) => ToolUse,
  fresh: Pick<ToolUse, 'name' | 'effect' | 'arguments'>,
): RunTold {
  if (told.steps.some(({ tools }) => tools.some((tool) => tool.call === call)))
    return {
      ...told,
      steps: told.steps.map((step) =>
        step.tools.some((tool) => tool.call === call)
          ? { ...step, tools: step.tools.map((tool) => (tool.call === call ? change(tool) : tool)) }
          : step,
      ),
    }
  const { name, effect } = fresh
  const tool: ToolUse = {
    call,
    name,
    effect,
    arguments: fresh.arguments,
    asking: null,
    outcome: null,
    durationMs: null,
    parts: [],
  }
  return inLastStep(told, (step) => ({ ...step, tools: [...step.tools, change(tool)] }))
}

const UNNAMED = { name: '', effect: null, arguments: '' } as const

const decided = (told: RunTold, call: string, decision: NonNullable<Asking['decision']>): RunTold =>
  withTool(told, call, (tool) => ({ ...tool, asking: tool.asking && { ...tool.asking, decision } }), UNNAMED)

/** What is known after one more event; an event that was told before changes nothing. */
export function hear(told: RunTold, seq: number, event: ToldEvent): RunTold {
  if (seq <= told.seq) return told
  return { ...heard(told, event), seq }
}

function heard(told: RunTold, event: ToldEvent): RunTold {
  switch (event.type) {
    case 'run.started':
      return { ...told, model: event.model }
    case 'run.continued':
      return { ...told, end: null }
    case 'model.started':
      // What was streamed of the same step before is void; its calls were made.
      if (told.steps.at(-1)?.step === event.step)
        return inLastStep(told, (step) => ({ ...newStep(event.step), tools: step.tools }))
      return { ...told, steps: [...told.steps, newStep(event.step)] }
    case 'text':
      return inLastStep(told, (step) => ({ ...step, text: step.text + event.text }))
    case 'reasoning':
      return inLastStep(told, (step) => ({ ...step, reasoning: step.reasoning + event.text }))
    case 'model.ended':
      return inLastStep(
        { ...told, model: event.model, zone: event.zone, class: event.class, citations: event.citations },
        (step) => ({ ...step, text: event.text }),
      )
    case 'tool.called':
      return withTool(told, event.call, (tool) => tool, event)
    case 'tool.ended': {
      const { outcome, durationMs, parts, name } = event
      return withTool(told, event.call, (tool) => ({ ...tool, outcome, durationMs, parts }), {
        ...UNNAMED,
        name,
      })
    }
    case 'approval.asked': {
      const { approval, because, mayRemember, expiresAt } = event
      const asking: Asking = { id: approval, because, mayRemember, expiresAt, decision: null }
      return withTool(told, event.call, (tool) => ({ ...tool, asking }), event)
    }
    case 'approval.decided':
      return decided(told, event.call, event.decision)
    case 'approval.expired':
      return decided(told, event.call, 'expired')
    case 'class.raised':
      return { ...told, class: event.class }
    case 'limit.reached':
      return { ...told, limit: event.limit }
    case 'answer.checked': {
      const { type: _, ...checked } = event
      return { ...told, checked, citations: checked.citations }
    }
    case 'run.completed':
    case 'run.stopped':
      return { ...told, end: { how: event.type === 'run.stopped' ? 'stopped' : 'completed' } }
    case 'run.interrupted':
      return { ...told, end: { how: 'interrupted' } }
    case 'run.failed': {
      const { code, message } = event.error
      return { ...told, end: { how: 'failed', code, message, request: event.request ?? null } }
    }
    default:
      return told
  }
}

/** The call that a person is asked about now; null where nobody is. */
export const openAsking = (told: RunTold): (ToolUse & { readonly asking: Asking }) | null => {
  const open = told.steps
    .flatMap(({ tools }) => tools)
    .find(({ asking, outcome }) => asking?.decision === null && outcome === null)
  return open?.asking ? { ...open, asking: open.asking } : null
}
