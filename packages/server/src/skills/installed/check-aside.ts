import { once } from 'node:events'
import { extname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { SkillReport } from '@freehold/contract/skill-report.ts'
import { skillReport } from '@freehold/contract/skill-report.ts'
import { Fault } from '../../kernel/fault.ts'
import { threadEnvironment } from '../../kernel/thread-environment.ts'

const MOST_MS = 60_000
const THREAD_MB = 512
const THREAD = join(import.meta.dirname, `check-thread${extname(import.meta.filename)}`)

/** Certifies a bundle by its files, in a thread of its own: nobody waits for it. @throws Fault where it takes too long */
export async function checkAside(bundle: Buffer, scanner: string): Promise<SkillReport> {
  const thread = new Worker(THREAD, {
    env: threadEnvironment(),
    workerData: { bundle, scanner },
    resourceLimits: { maxOldGenerationSizeMb: THREAD_MB },
    stdout: false,
  })
  try {
    const [report] = await once(thread, 'message', { signal: AbortSignal.timeout(MOST_MS) })
    return skillReport.parse(report)
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
}
