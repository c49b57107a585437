import { parentPort } from 'node:worker_threads'
import { createEngine } from './engine.ts'
import type { ScanContext } from './recogniser.ts'
import type { Span } from './span.ts'

/** What the thread is given. */
export interface ScanJob {
  readonly text: string
  readonly context: ScanContext
}

/** What it answers; of a bug only that there was one, since its message may quote the text. */
export type ScanAnswer = { readonly spans: readonly Span[] } | { readonly broken: string }

const engine = createEngine()

parentPort?.on('message', ({ text, context }: ScanJob) => {
  parentPort?.postMessage(answer(text, context), [])
})

function answer(text: string, context: ScanContext): ScanAnswer {
  try {
    return { spans: engine.detect(text, context) }
  } catch (error) {
    return { broken: error instanceof Error ? error.name : 'unknown' }
  }
}
