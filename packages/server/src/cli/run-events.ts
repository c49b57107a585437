import type { IncomingMessage } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { z } from 'zod'
import type { Client } from './client.ts'
import { UnreachableError } from './client.ts'

const told = z.looseObject({ type: z.string() })
export type RunTold = z.infer<typeof told>

const ENDS: ReadonlySet<string> = new Set(['run.completed', 'run.stopped', 'run.failed', 'run.interrupted'])
const AGAIN_MS = 300
/** A server that is away for longer is not coming back by itself. */
const MOST_ATTEMPTS = 40

/** Every event of a run, once and in order, over however many connections that takes. */
export async function* runEvents(
  client: Pick<Client, 'follow'>,
  run: string,
  signal: AbortSignal,
): AsyncGenerator<RunTold> {
  const path = OPERATIONS['run.events'].path.replace('{id}', run)
  let after = 0
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
    if (attempt > 0) await pause(AGAIN_MS, undefined, { signal })
    try {
      const response = await client.follow(`${path}?after=${after}`, signal)
      if (response === null) return
      for await (const { seq, event } of numbered(response)) {
        after = seq
        attempt = 0
        yield event
        if (ENDS.has(event.type)) return
      }
    } catch (error) {
      const isAway =
        error instanceof UnreachableError ||
        (error instanceof Error && 'code' in error && error.code === 'ECONNRESET')
      if (!isAway) throw error
    }
  }
  throw new UnreachableError('The server does not answer any more. The run goes on without you.')
}

/** Server-sent events with their numbers (WHATWG HTML section 9.2). */
async function* numbered(
  response: IncomingMessage,
): AsyncGenerator<{ readonly seq: number; readonly event: RunTold }> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const part of response as AsyncIterable<Buffer>) {
    text += decoder.decode(part, { stream: true })
    const blocks = text.split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const seq = /^id: (\d+)$/m.exec(block)?.[1]
      const data = /^data: (.*)$/m.exec(block)?.[1]
      if (seq !== undefined && data !== undefined)
        yield { seq: Number(seq), event: told.parse(JSON.parse(data)) }
    }
  }
}
