import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { z } from 'zod'
import { FAULT_CODES, Fault } from '../../kernel/fault.ts'
import { threadEnvironment } from '../../kernel/thread-environment.ts'

const MOST_MS = 60_000
const THREAD_MB = 512

const refusal = z.object({
  refused: z.object({ code: z.literal(FAULT_CODES), message: z.string(), param: z.string().nullable() }),
})

/** A refusal as a thread hands it out. */
export const refusedAs = ({ code, message, param }: Fault): z.output<typeof refusal> => ({
  refused: { code, message, param },
})

/**
 * What a thread of its own makes of something that may take long: nobody else waits for it.
 * @throws Fault as the thread refuses, `skill_failed` where it takes too long
 */
export async function inThread(file: string, workerData: object): Promise<unknown> {
  const thread = new Worker(file, {
    env: threadEnvironment(),
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: THREAD_MB },
    stdout: false,
  })
  let message: unknown
  try {
    ;[message] = await once(thread, 'message', { signal: AbortSignal.timeout(MOST_MS) })
  } catch (cause) {
    throw new Fault(
      'skill_failed',
      'This skill could not be checked: it takes too long, or too much memory.',
      {
        param: 'bundle',
        cause,
      },
    )
  } finally {
    await thread.terminate()
  }
  const read = refusal.safeParse(message)
  if (!read.success) return message
  const { code, message: words, param } = read.data.refused
  throw new Fault(code, words, param === null ? {} : { param })
}
