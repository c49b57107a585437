import { parentPort, workerData } from 'node:worker_threads'
import { z } from 'zod'
import { checkSkill } from '../checking/check-skill.ts'
import { readSkill } from './judging.ts'

/** What the thread is given: a bundle, which it reads by itself. */
const job = z.object({ bundle: z.instanceof(Uint8Array), scanner: z.string() })

const { bundle, scanner } = job.parse(workerData)
parentPort?.postMessage(checkSkill(readSkill(Buffer.from(bundle)), { scanner }), [])
