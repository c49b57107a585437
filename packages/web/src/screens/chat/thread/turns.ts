import type {
  AnswerChecked,
  Citation,
  ContextPart,
  DataClass,
  MessageMaking,
  MessageView,
  RunLimit,
  Zone,
} from '@freehold/sdk'
import { branchTo } from '../run/branch.ts'
import type { RunTold, Step, ToolUse } from '../run/run-told.ts'
import type { Live, ThreadState } from '../run/thread-state.ts'
import type { Wording } from '../run/wording.ts'

/** An answer as it is shown, whether it is being made or was kept. */
export interface ShownAnswer {
  readonly kind: 'answer'
  readonly id: string
  readonly text: string
  readonly steps: readonly Step[]
  readonly citations: readonly Citation[]
  readonly checked: AnswerChecked | null
  readonly zone: Zone | null
  readonly model: string | null
  readonly class: DataClass | null
  readonly limit: RunLimit | null
  readonly making: MessageMaking | null
  /** Null while it is being made. */
  readonly message: MessageView | null
  /** While it is being made, and where it came to no message. */
  readonly live: Live | null
}

export interface ShownQuestion {
  readonly kind: 'question'
  readonly id: string
  readonly message: MessageView | null
  readonly text: string
}

export type Turn = ShownQuestion | ShownAnswer

interface Shown extends Pick<ThreadState, 'tree' | 'live' | 'sending'> {
  /** The last message of the branch. */
  readonly leaf: string | null
}

/** The turns of the branch that is shown, with the answer that is being made and the words on their way at its end. */
export function turnsOf(
  { leaf, tree, live, sending }: Shown,
  toldOf: (answer: string) => RunTold | null,
): readonly Turn[] {
  const branch = branchTo(tree, leaf)
  const shown = sending?.edits === undefined ? branch : upTo(branch, sending.edits)
  const turns: Turn[] = shown.map((message) => turnOf(message, toldOf))
  const isHere = live !== null && leaf === live.message && !tree.messages.has(live.answer)
  if (isHere && sending === null) turns.push(liveTurn(live))
  if (sending !== null) turns.push(sendingTurn(sending))
  return turns
}

const upTo = (branch: readonly MessageView[], edited: string): readonly MessageView[] => {
  const at = branch.findIndex(({ id }) => id === edited)
  return at === -1 ? branch : branch.slice(0, at)
}

const sendingTurn = ({ text }: Wording): ShownQuestion => ({
  kind: 'question',
  id: 'sending',
  message: null,
  text,
})

const kept = new WeakMap<MessageView, Turn>()

/** The same object for the same message, so that a turn is drawn once. */
function turnOf(message: MessageView, toldOf: (answer: string) => RunTold | null): Turn {
  const known = kept.get(message)
  if (known !== undefined) return known
  const turn = message.role === 'user' ? questionOf(message) : answerOf(message, toldOf(message.id))
  kept.set(message, turn)
  return turn
}

const questionOf = (message: MessageView): ShownQuestion => ({
  kind: 'question',
  id: message.id,
  message,
  text: message.text,
})

const answerOf = (message: MessageView, told: RunTold | null): ShownAnswer => ({
  kind: 'answer',
  id: message.id,
  text: message.text,
  steps: told === null || told.end === null ? stepsOf(message) : told.steps,
  citations: message.citations,
  checked: message.checked,
  zone: message.making?.zone ?? null,
  model: message.making?.model ?? null,
  class: message.class,
  limit: message.making?.limit ?? null,
  making: message.making,
  message,
  live: null,
})

const liveTurn = (live: Live): ShownAnswer => ({
  kind: 'answer',
  id: live.answer,
  text: live.told.steps.at(-1)?.text ?? '',
  steps: live.told.steps,
  citations: live.told.citations,
  checked: live.told.checked,
  zone: live.told.zone,
  model: live.told.model,
  class: live.told.class,
  limit: live.told.limit,
  making: null,
  message: null,
  live,
})

/** What came before the words of a kept answer; how long it took is not kept with it. */
export function stepsOf({ steps }: Pick<MessageView, 'steps'>): readonly Step[] {
  const results = new Map(steps.flatMap((one) => (one.call === undefined ? [] : [[one.call, one.parts]])))
  return steps
    .filter(({ role }) => role === 'assistant')
    .map(({ parts, calls = [] }, step) => ({
      step,
      text: textOf(parts),
      reasoning: '',
      tools: calls.map(({ id, name, arguments: asked }): ToolUse => {
        const result = results.get(id)
        return {
          call: id,
          name,
          effect: null,
          arguments: asked,
          asking: null,
          durationMs: null,
          outcome: result === undefined ? 'unknown' : 'done',
          parts: result ?? [],
        }
      }),
    }))
}

const textOf = (parts: readonly ContextPart[]): string => parts.map(({ text }) => text).join('')
