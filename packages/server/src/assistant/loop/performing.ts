import type { Attached } from '@freehold/contract/attachments.ts'
import { highestClass, isWithin } from '@freehold/contract/data-class.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { ContextPart, ToolCall, ToolOutcome } from '@freehold/contract/loop-events.ts'
import type { Citation } from '@freehold/contract/chat.ts'
import { Fault } from '../../kernel/fault.ts'
import type { ToolPart, ToolResult } from '../../skills/tool.ts'
import type { Ready } from './calling-tools.ts'
import { effectOf } from './guard.ts'
import type { ContextMessage } from './ports.ts'
import type { Run } from './run.ts'
import { within } from './time-limit.ts'

const TIMEOUT_MS = 30_000
const RESULT_CHARACTERS = 60_000

/** A word of the platform itself to the model. */
const word = (text: string): ContextPart => ({ origin: 'tool', integrity: 'trusted', class: 'public', text })

/** Tells how a call ended that came to nothing, in our words. */
export function ended(
  run: Run,
  { id, name }: ToolCall,
  { outcome, text }: { readonly outcome: ToolOutcome; readonly text: string },
): Promise<void> {
  return run.tell({ type: 'tool.ended', call: id, name, outcome, durationMs: 0, parts: [word(text)] })
}

/** Makes a call that may be made, at most once where it is not idempotent, and tells what it came to. */
export async function perform(run: Run, { call, tool, read }: Ready): Promise<void> {
  const { task, state, tell } = run
  if (state.wasBegun(call.id) && !tool.idempotent && effectOf(tool) !== 'read')
    return ended(run, call, UNKNOWN)
  const caller = task.caller()
  run.signal.throwIfAborted()
  const shown = { name: tool.name, effect: effectOf(tool), arguments: read.shown }
  if (!state.wasBegun(call.id)) await tell({ type: 'tool.called', call: call.id, ...shown })
  const timeoutMs = tool.timeoutMs ?? TIMEOUT_MS
  const patience = AbortSignal.any([AbortSignal.timeout(timeoutMs), run.time.signal])
  const signal = AbortSignal.any([run.signal, patience])
  const { conversation, collections } = task
  const fromMs = performance.now()
  const made = await attempt(async () =>
    within(
      tool.run(read.input, {
        caller,
        conversation,
        run: task.run,
        call: call.id,
        class: state.class,
        collections,
        attached: attachedIn(task.messages),
        signal,
      }),
      signal,
    ),
  )
  run.signal.throwIfAborted()
  const durationMs = Math.round(performance.now() - fromMs)
  const end = { type: 'tool.ended', call: call.id, name: tool.name, durationMs } as const
  if ('result' in made) {
    const bounds = { characters: tool.resultCharacters ?? RESULT_CHARACTERS, ceiling: caller.classCeiling }
    return tell(() => ({ ...end, outcome: 'done', parts: received(run, made.result, bounds) }))
  }
  if (patience.aborted) {
    const text = `It did not answer in time (${timeoutMs} ms at most). ${effectOf(tool) === 'read' ? '' : MAYBE}`
    return tell({ ...end, outcome: 'timed_out', parts: [word(text.trim())] })
  }
  if (made.error instanceof Fault)
    // What it says may be another's words.
    return tell({
      ...end,
      outcome: 'failed',
      parts: [
        {
          origin: 'tool',
          integrity: 'untrusted',
          class: highestClass(state.class, made.error.class ?? 'public'),
          text: made.error.message.slice(0, 2000),
        },
      ],
    })
  run.report(made.error, tool.name)
  return tell({
    ...end,
    outcome: 'failed',
    parts: [word(`The tool failed. ${effectOf(tool) === 'read' ? '' : MAYBE}`.trim())],
  })
}

const attachedIn = (messages: readonly ContextMessage[]): readonly Attached[] =>
  messages
    .flatMap((message) => (message.role === 'user' ? [message.attached ?? []] : []))
    .toReversed()
    .flat()

const MAYBE = 'Whether it was done is not known: do not repeat it, tell the user.'
const UNKNOWN = { outcome: 'unknown', text: `The server stopped during this call. ${MAYBE}` } as const

type Made = { readonly result: ToolResult } | { readonly error: unknown }

async function attempt(work: () => Promise<ToolResult>): Promise<Made> {
  try {
    return { result: await work() }
  } catch (error) {
    return { error }
  }
}

/** What came back as it goes into the context: numbered, no longer than allowed, and nothing above the caller's ceiling. */
function received(
  run: Run,
  { parts }: ToolResult,
  { characters, ceiling }: { readonly characters: number; readonly ceiling: DataClass },
): ContextPart[] {
  const number = numbering(run)
  const taken: ContextPart[] = []
  let left = characters
  for (const part of parts) {
    if (!isWithin(part.class, ceiling)) {
      taken.push(word('A part was left out: its class is above what the user may read.'))
      continue
    }
    if (left <= 0) {
      taken.push(word('The rest was left out: the result is too long.'))
      break
    }
    const text = part.text.slice(0, left).toWellFormed()
    left -= text.length
    taken.push({
      origin: part.origin,
      // Whatever a tool says of it, what others wrote is nobody's word.
      integrity: part.origin === 'tool' ? part.integrity : 'untrusted',
      class: part.class,
      text,
      ...(part.source && { source: number(part.source) }),
    })
    if (text.length < part.text.length)
      taken.push(word('The end of this part was left out: the result is too long.'))
  }
  return taken.length > 0 ? taken : [word('Done. It returned nothing.')]
}

/** The number of a source: the one it has in the context already, or the next. */
function numbering(run: Run): (source: NonNullable<ToolPart['source']>) => Citation {
  const key = ({ collectionId, documentId, span }: NonNullable<ToolPart['source']>): string =>
    `${collectionId} ${span.start} ${span.end} ${documentId}`
  const known = new Map<string, number>()
  for (const { parts } of run.state.context)
    for (const { source } of parts) if (source) known.set(key(source), source.n)
  let last = run.state.lastNumber
  return (source) => {
    const name = key(source)
    const n = known.get(name) ?? ++last
    known.set(name, n)
    return { type: 'freehold_citation', n, ...source }
  }
}
