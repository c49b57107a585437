import { parentPort, workerData } from 'node:worker_threads'
import { skillDraftInput } from '@freehold/contract/skill-drafts.ts'
import { z } from 'zod'
import { Fault } from '../../kernel/fault.ts'
import { refusedAs } from '../installed/in-thread.ts'
import { draftOf } from './draft.ts'

const job = z.object({ input: skillDraftInput, scanner: z.string() })

function answer(): object {
  const { input, scanner } = job.parse(workerData)
  try {
    return draftOf(input, scanner)
  } catch (error) {
    if (error instanceof Fault) return refusedAs(error)
    throw error
  }
}

parentPort?.postMessage(answer(), [])
