import type { FaultCode } from '../kernel/fault.ts'
import { Fault } from '../kernel/fault.ts'
import type { IngestJob, IngestResult } from './ingest.ts'
import { ingest } from './ingest.ts'
import type { Recognisable, Recognition } from './reading.ts'
import { HasPictures } from './reading.ts'

/** What the parent says: the file of the next job in pieces when it is large, the job, and what it read for us. */
export type IngestMessage =
  | IngestJob
  | { readonly kind: 'piece'; readonly bytes: Uint8Array }
  | { readonly kind: 'recognised'; readonly text: string }
  | { readonly kind: 'unrecognised'; readonly message: string }

/** What the child process says to its parent. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'recognise'; readonly what: Recognisable }
  /** Reading the pictures takes long and is done by another one of us. */
  | { readonly kind: 'pictures' }
  | { readonly kind: 'done'; readonly result: IngestResult }
  | { readonly kind: 'refused'; readonly code: FaultCode; readonly message: string }
  /** A bug. Its message may quote the document, so only the error's name and place are told. */
  | { readonly kind: 'broken'; readonly name: string; readonly place: string }

function failure(error: unknown): WorkerMessage {
  if (error instanceof HasPictures) return { kind: 'pictures' }
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

/** Who waits for what the parent reads; one at a time. */
const waiting: { readonly resolve: (text: string) => void; readonly reject: (error: Fault) => void }[] = []

function read(what: Recognisable): Promise<string> {
  say({ kind: 'recognise', what })
  return new Promise((resolve, reject) => {
    waiting.push({ resolve, reject })
  })
}

function recognitionOf(job: IngestJob): Recognition | undefined {
  const order = job.kind === 'file' ? job.recognition : undefined
  return order?.kind === 'here' ? { ...order, read } : order
}

process.on('message', (message: IngestMessage) => {
  if (message.kind === 'piece') pieces.push(message.bytes)
  else if (message.kind === 'recognised') waiting.shift()?.resolve(message.text)
  else if (message.kind === 'unrecognised')
    waiting.shift()?.reject(new Fault('unreadable_document', message.message))
  else
    ingest(whole(message), recognitionOf(message))
      .then((result) => say({ kind: 'done', result }))
      .catch((error: unknown) => say(failure(error)))
})
// The parent is gone: nobody waits for the answer.
process.on('disconnect', () => process.exit(0))
say({ kind: 'ready' })
