import { parentPort } from 'node:worker_threads'
import { createEngine } from './engine.ts'
import type { ScanContext } from './recogniser.ts'
import type { Span } from './span.ts'

/** What the thread is given. */
export interface ScanJob {
  readonly texts: readonly { readonly text: string; readonly context: ScanContext }[]
}

/** What it answers; of a bug only that there was one, since its message may quote the text. */
export type ScanAnswer = { readonly spans: readonly (readonly Span[])[] } | { readonly broken: string }

const engine = createEngine()

parentPort?.on('message', (job: ScanJob) => {
  parentPort?.postMessage(answer(job), [])
})

function answer({ texts }: ScanJob): ScanAnswer {
  try {
    return { spans: texts.map(({ text, context }) => engine.detect(text, context)) }
  } catch (error) {
    return { broken: error instanceof Error ? error.name : 'unknown' }
  }
}
