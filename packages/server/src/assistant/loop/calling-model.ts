import type { Citation } from '@freehold/contract/chat.ts'
import type { ToolCall } from '@freehold/contract/loop-events.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Tool } from '../../skills/tool.ts'
import { worded } from './context.ts'
import type { Run } from './run.ts'
import type { ModelEnd, ModelPiece, ModelTool } from './ports.ts'
import { within } from './time-limit.ts'

/** Of what a model says in one call, thinking included. */
const MOST_CHARACTERS = 4_000_000
const MOST_CALLS = 64

const offered = ({ name, description, input }: Tool): ModelTool => ({ name, description, parameters: input })

/** One model call, told as it comes. What it said counts when it has ended. @throws Fault when it does not */
export async function callModel(run: Run, tools: readonly Tool[]): Promise<void> {
  const { task, state, ports, tell } = run
  const { step } = state
  // Whoever may not go on any more calls no model.
  task.caller()
  await tell({ type: 'model.started', step })
  const signal = AbortSignal.any([run.signal, run.time.signal])
  const pieces = ports.model.call(
    {
      step,
      messages: worded(state.context, {
        conversation: task.conversation,
        hasTools: task.tools.length > 0,
      }),
      tools: tools.map(offered),
      class: state.class,
    },
    signal,
  )
  const said = { text: '', characters: 0, calls: [] as ToolCall[], citations: [] as Citation[] }
  let end: ModelEnd | null = null
  for await (const piece of promptly(pieces, signal)) {
    if (end !== null) throw broken('It went on after its end.')
    if (piece.type === 'end') end = piece.end
    else if (piece.type === 'call') said.calls.push(piece.call)
    else if (piece.type === 'citations') said.citations.push(...piece.citations)
    else {
      said.characters += piece.text.length
      if (said.characters > MOST_CHARACTERS) throw broken(`It said more than ${MOST_CHARACTERS} characters.`)
      if (piece.type === 'text') said.text += piece.text
      await tell({ type: piece.type, text: piece.text })
    }
  }
  if (end === null) throw broken('It broke off.')
  // Whoever was offered nothing can call nothing: what it calls all the same is passed over.
  const calls = tools.length === 0 ? [] : said.calls.slice(0, MOST_CALLS)
  await tell({
    ...end,
    because: [...end.because],
    type: 'model.ended',
    step,
    text: said.text,
    calls: calls.map(({ name, arguments: text }, at) => ({
      id: callId(task.run, step, at),
      name,
      arguments: text,
    })),
    citations: said.citations,
  })
}

const broken = (what: string): Fault =>
  new Fault('upstream_broke', `The answer of the model cannot be used. ${what}`)

/** Ids of models come twice or are empty; ours name the run, the step and the place. */
const callId = (run: string, step: number, at: number): string =>
  `call_${run.replaceAll('-', '').slice(-12)}_${step}_${at}`

/** The same pieces; at an abort it ends at once, whether the model heeds the signal or not. */
async function* promptly(
  pieces: AsyncIterable<ModelPiece>,
  signal: AbortSignal,
): AsyncGenerator<ModelPiece, void, undefined> {
  const iterator = pieces[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await within(Promise.resolve(iterator.next()), signal)
      if (next.done) return
      yield next.value
    }
  } finally {
    // An iterator that hangs would never return, so nobody waits for it.
    void Promise.resolve(iterator.return?.()).catch(() => undefined)
  }
}
