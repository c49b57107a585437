import type { LoopEvent } from '@freehold/contract/loop-events.ts'
import { LOCAL_MODEL } from '../../gateway/local-engine.ts'
import { callModel } from './calling-model.ts'
import { callTools } from './calling-tools.ts'
import type { LookUp } from './checking.ts'
import { checkAnswer } from './checking.ts'
import type { Guard } from './guard.ts'
import { LoopState } from './loop-state.ts'
import type { LoopEnd, LoopPorts, RunLoop } from './ports.ts'
import type { Run } from './run.ts'
import { TimeLimit } from './time-limit.ts'

interface LoopRooms {
  readonly guard: Guard
  /** Texts of what a model cites that was not in the context. */
  readonly lookUp: LookUp
  readonly report: (error: unknown, tool: string) => void
}

/** The loop: the model is called, what it calls is judged, approved and done, until it answers. */
export const createLoop =
  ({ guard, lookUp, report }: LoopRooms): RunLoop =>
  async (task, ports, signal) => {
    const state = new LoopState(task)
    const time = new TimeLimit(task.limits.timeMs)
    const run: Run = { task, ports, guard, state, time, signal, report, tell: teller(ports, state) }
    try {
      await untilAnswered(run)
      return await concluded(run, lookUp)
    } finally {
      time.close()
    }
  }

async function untilAnswered(run: Run): Promise<void> {
  const { state, task, signal, time } = run
  for (;;) {
    signal.throwIfAborted()
    if (state.pending) await callTools(run)
    else if (state.answer) return
    else {
      const over = time.signal.aborted ? 'time' : state.over(task.limits)
      if (over !== null) return limited(run, over)
      const isLast = state.step >= task.limits.steps - 1
      const mayCall = !isLast && state.callsLeft(task.limits) > 0
      if (!mayCall && task.tools.length > 0) await limited(run, isLast ? 'steps' : 'calls')
      try {
        await callModel(run, mayCall ? task.tools : [])
      } catch (error) {
        if (signal.aborted || !time.signal.aborted) throw error
        return limited(run, 'time')
      }
    }
  }
}

async function limited({ state, tell }: Run, limit: NonNullable<LoopState['limit']>): Promise<void> {
  if (state.limit === null) await tell({ type: 'limit.reached', limit })
}

async function concluded(run: Run, lookUp: LookUp): Promise<LoopEnd> {
  const { state, task, tell } = run
  const text = state.answer?.text ?? ''
  const citations = state.answer?.citations ?? []
  if (state.checked === null) {
    const spans = await lookUp(task.caller(), citations)
    const answer = {
      text,
      citations,
      isQuoting: state.answer?.target === 'local' && state.answer.model === LOCAL_MODEL,
    }
    const checked = await checkAnswer(answer, state.context, spans)
    await tell({ type: 'answer.checked', ...checked })
  }
  const { checked, added } = state
  if (checked === null) throw new Error('an answer was checked without a trace')
  return {
    outcome: state.limit === null ? 'answered' : 'limited',
    messages: added,
    class: state.class,
    integrity: added.at(-1)?.parts.some(({ integrity }) => integrity === 'untrusted')
      ? 'untrusted'
      : 'trusted',
    checked,
  }
}

/** Parallel calls tell one after the other; once one could not be told, nothing more is. */
function teller(ports: Pick<LoopPorts, 'tell'>, state: LoopState): Run['tell'] {
  let last: Promise<void> = Promise.resolve()
  const tell = async (event: LoopEvent): Promise<void> => {
    const before = state.class
    await ports.tell(event)
    state.add(event)
    if (state.class !== before && event.type !== 'class.raised')
      await tell({ type: 'class.raised', class: state.class })
  }
  return (event) => {
    last = last.then(() => tell(typeof event === 'function' ? event() : event))
    // Whoever told it hears of it.
    last.catch(() => undefined)
    return last
  }
}
