import { parentPort } from 'node:worker_threads'
import { CedarEngine } from './cedar-engine.ts'
import type { CedarAnswer, CedarQuestion, ReadText } from './cedar-engine.ts'
import type { StoredPolicy } from './compiled.ts'

/** What the thread is given. */
export type CedarJob =
  | { readonly read: string }
  | {
      readonly policies: readonly StoredPolicy[]
      /** Policies as text, besides. */
      readonly baseline: string
      readonly questions: readonly CedarQuestion[]
    }

export type CedarResult =
  | { readonly text: ReadText }
  | { readonly answers: readonly CedarAnswer[] }
  | { readonly broken: string }

const engine = new CedarEngine()

parentPort?.on('message', (job: CedarJob) => parentPort?.postMessage(result(job), []))

function result(job: CedarJob): CedarResult {
  try {
    if ('read' in job) return { text: engine.read(job.read) }
    return { answers: engine.decide(job.policies, job.baseline, job.questions) }
  } catch (error) {
    // What trapped in WebAssembly cannot be used again: whoever asked ends the thread.
    return { broken: error instanceof Error ? error.message : 'unknown' }
  }
}
