import assert from 'node:assert/strict'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import type { FileJob } from '../../packages/server/src/knowledge/ingest.ts'

/** A file as the document parser is given it. */
export const job = (fileName: string, bytes: Uint8Array, textLimit = 16_000_000): FileJob => ({
  kind: 'file',
  id: 'row',
  class: 'internal',
  collection: 'c',
  fileName,
  bytes,
  textLimit,
})

/** For `assert.rejects`: the document was refused as unreadable, in such words. */
export const refused = (message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Fault, String(error))
  assert.equal(error.code, 'unreadable_document')
  assert.match(error.message, message)
  return true
}
