import type { FaultCode } from '../kernel/fault.ts'
import { Fault } from '../kernel/fault.ts'
import type { IngestJob, IngestResult } from './ingest.ts'
import { ingest } from './ingest.ts'

/** What the parent says: the file of the next job in pieces when it is large, then the job. */
export type IngestMessage = IngestJob | { readonly kind: 'piece'; readonly bytes: Uint8Array }

/** What the child process says to its parent. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'done'; readonly result: IngestResult }
  | { readonly kind: 'refused'; readonly code: FaultCode; readonly message: string }
  /** A bug. Its message may quote the document, so only the error's name and place are told. */
  | { readonly kind: 'broken'; readonly name: string; readonly place: string }

function failure(error: unknown): WorkerMessage {
  if (error instanceof Fault) return { kind: 'refused', code: error.code, message: error.message }
  const name = error instanceof Error ? error.name : 'unknown'
  const place = error instanceof Error ? (/\bat [^\n]*/.exec(error.stack ?? '')?.[0] ?? '') : ''
  return { kind: 'broken', name, place }
}

function say(message: WorkerMessage): void {
  process.send?.(message)
}

const pieces: Uint8Array[] = []

/** The job with the file that came in pieces before it. */
function whole(job: IngestJob): IngestJob {
  const before = pieces.splice(0)
  return job.kind === 'file' && before.length > 0 ? { ...job, bytes: Buffer.concat(before) } : job
}

process.on('message', (message: IngestMessage) => {
  if (message.kind === 'piece') {
    pieces.push(message.bytes)
    return
  }
  ingest(whole(message))
    .then((result) => say({ kind: 'done', result }))
    .catch((error: unknown) => say(failure(error)))
})
// The parent is gone: nobody waits for the answer.
process.on('disconnect', () => process.exit(0))
say({ kind: 'ready' })
