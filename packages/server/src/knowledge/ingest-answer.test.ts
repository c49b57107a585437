import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../kernel/fault.ts'
import { readAnswer, UntrueAnswer } from './ingest-answer.ts'
import type { IngestJob } from './ingest.ts'
import { ingest } from './ingest.ts'
import { encodeSegment } from './segment-writing.ts'

const job: IngestJob = {
  kind: 'file',
  id: 'row-1',
  class: 'restricted',
  collection: 'ours',
  fileName: 'note.txt',
  bytes: Buffer.from('The cellar key hangs behind the door.'),
  textLimit: 1000,
}
const done = (result: object) => ({ kind: 'done', result })
const made = await ingest(job)

const segmentOf = (id: string, dataClass: 'public' | 'restricted', collection: string): Buffer =>
  encodeSegment([
    { id, class: dataClass, collection, titleTerms: [], passages: [{ start: 0, end: 5, terms: ['cellar'] }] },
  ])

test('what an honest reader made of a file, of texts and of a merge is taken', async () => {
  assert.deepEqual(readAnswer(done(made), job), made)
  const texts: IngestJob = {
    kind: 'texts',
    collection: 'ours',
    documents: [{ id: 'a', class: 'public', title: 'A', text: 'One sentence.' }],
  }
  const read = await ingest(texts)
  assert.deepEqual(readAnswer(done(read), texts), read)
  const merge: IngestJob = { kind: 'merge', segments: [made.segment, read.segment], live: ['a'] }
  const merged = await ingest(merge)
  assert.deepEqual(readAnswer(done(merged), merge), merged)
})

test('a reader cannot lower a class, move a document or speak of another one', () => {
  for (const segment of [
    segmentOf('row-1', 'public', 'ours'),
    segmentOf('row-1', 'restricted', 'theirs'),
    segmentOf('row-2', 'restricted', 'ours'),
    Buffer.from('no segment'),
  ])
    assert.throws(() => readAnswer(done({ ...made, segment }), job), UntrueAnswer)
  const merge: IngestJob = {
    kind: 'merge',
    segments: [segmentOf('row-1', 'restricted', 'ours')],
    live: ['row-1'],
  }
  const lowered = { kind: 'merge', segment: segmentOf('row-1', 'public', 'ours') }
  assert.throws(() => readAnswer(done(lowered), merge), UntrueAnswer)
  const back = { kind: 'merge', segment: segmentOf('row-1', 'restricted', 'ours') }
  assert.throws(() => readAnswer(done(back), { ...merge, live: [] }), UntrueAnswer)
})

test('an answer of another form, kind or size is not taken', () => {
  for (const message of [
    null,
    'done',
    { kind: 'ready' },
    done({ ...made, text: 7 }),
    done({ ...made, mediaType: 'text/x-shell' }),
    done({ ...made, text: 'x'.repeat(1001) }),
    done({ kind: 'merge', segment: made.segment }),
    { kind: 'refused', code: 'bug', message: 'no' },
    { kind: 'refused', code: 'unreadable_document', message: 'x'.repeat(5000) },
  ])
    assert.throws(() => readAnswer(message, job), UntrueAnswer)
})

test('a refusal of the reader stays a refusal', () => {
  const message = { kind: 'refused', code: 'unreadable_document', message: 'The file is empty (0 bytes).' }
  assert.throws(
    () => readAnswer(message, job),
    (error) => error instanceof Fault && error.code === 'unreadable_document',
  )
})
