import type { ToolCall } from '@freehold/contract/loop-events.ts'
import type { Tool } from '../../skills/tool.ts'
import { askFor } from './asking.ts'
import type { ReadArguments } from './arguments.ts'
import { readArguments } from './arguments.ts'
import type { Verdict } from './guard.ts'
import { effectOf } from './guard.ts'
import type { Run } from './run.ts'
import { ended, perform } from './performing.ts'

const MOST_AT_ONCE = 8

/** A call that may be made, as far as its form goes. */
export interface Ready {
  readonly call: ToolCall
  readonly tool: Tool
  readonly read: Extract<ReadArguments, { isValid: true }>
  readonly verdict: Verdict
}

/** Makes the calls of a step: reads side by side, whatever changes something in the order in which it was called. */
export async function callTools(run: Run): Promise<void> {
  const { pending } = run.state
  if (pending === null) return
  const ready: Ready[] = []
  let left = run.state.callsLeft(run.task.limits)
  if (left < pending.calls.length && run.state.limit === null)
    await run.tell({ type: 'limit.reached', limit: 'calls' })
  for (const call of pending.calls) {
    const checked = left > 0 ? readyCall(run, call, pending.isTainted) : TOO_MANY
    left -= 1
    if (typeof checked === 'string') await ended(run, call, { outcome: 'invalid', text: checked })
    else ready.push(checked)
  }
  // Whoever is to decide sees everything that the step wants at once.
  const questions = new Map<Ready, () => Promise<boolean>>()
  for (const one of ready) questions.set(one, await askFor(run, one))
  for (const together of inTurns(ready)) {
    for (let at = 0; at < together.length; at += MOST_AT_ONCE)
      await allOf(together.slice(at, at + MOST_AT_ONCE), async (one) => {
        if (await questions.get(one)?.()) await perform(run, one)
      })
  }
}

const TOO_MANY = 'No more calls of tools are allowed in this run. Answer with what there is.'

/** The call, or what the model is told of why there is none. */
function readyCall(run: Run, call: ToolCall, isTainted: boolean): Ready | string {
  const tool = run.task.tools.find(({ name }) => name === call.name)
  if (tool === undefined) {
    const names = run.task.tools.map(({ name }) => name).join(', ')
    return `There is no tool of this name. There are: ${names}.`
  }
  const read = readArguments(tool, call.arguments)
  if (!read.isValid) return read.message
  return { call, tool, read, verdict: run.guard(tool, read.input, isTainted) }
}

/** Neighbours that only read go together, everything else alone. */
function inTurns(ready: readonly Ready[]): Ready[][] {
  const turns: Ready[][] = []
  let wasRead = false
  for (const one of ready) {
    const isRead = effectOf(one.tool) === 'read'
    if (isRead && wasRead) turns.at(-1)?.push(one)
    else turns.push([one])
    wasRead = isRead
  }
  return turns
}

/** All are waited for before the first failure is thrown: nothing of a step goes on behind its end. */
async function allOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const ends = await Promise.allSettled(items.map(work))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}
