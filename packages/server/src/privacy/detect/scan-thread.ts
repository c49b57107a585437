import { parentPort } from 'node:worker_threads'
import type { Dictionary } from '../dictionary/dictionary.ts'
import { findIn } from '../dictionary/dictionary.ts'
import { createEngine } from './engine.ts'
import type { ScanContext } from './recogniser.ts'
import type { Span } from './span.ts'

/** What the thread is given. */
export interface ScanJob {
  readonly texts: readonly { readonly text: string; readonly context: ScanContext }[]
  readonly dictionary: Dictionary | null
}

/** What it answers; of a bug only that there was one, since its message may quote the text. */
export type ScanAnswer = { readonly spans: readonly (readonly Span[])[] } | { readonly broken: string }

const engine = createEngine()
const IDLE_MS = 1000

parentPort?.on('message', (job: ScanJob) => {
  parentPort?.postMessage(answer(job), [])
  idle.refresh()
})

/** What searching left behind is given back, so that the thread can stay: to compile it all anew takes a second. */
const idle = setTimeout(() => globalThis.gc?.({ type: 'major', flavor: 'last-resort' }), IDLE_MS).unref()

function answer({ texts, dictionary }: ScanJob): ScanAnswer {
  try {
    return { spans: texts.map((one) => findIn(engine, { ...one, dictionary })) }
  } catch (error) {
    return { broken: error instanceof Error ? error.name : 'unknown' }
  }
}
