import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ToolUse } from '../run/run-told.ts'
import { writtenBy } from './written.ts'

const ID = '01a22d84-e84c-702c-9002-3d2f05ae21c4'

const use = (name: string, asked: string, result: string): ToolUse => ({
  call: result,
  name,
  effect: null,
  arguments: asked,
  asking: null,
  outcome: 'done',
  durationMs: null,
  parts: [{ origin: 'tool', integrity: 'trusted', class: 'public', text: result }],
})
const step = (...tools: readonly ToolUse[]) => ({ step: 0, text: '', reasoning: '', tools })

test('what an answer wrote beside the conversation is named once, as its newest version', () => {
  const first = use('write_artifact', '{"title":"Plan","text":"a"}', `Kept as artifact ${ID}, version 1.`)
  const second = use(
    'write_artifact',
    `{"artifact":"${ID}","text":"b"}`,
    `Kept as artifact ${ID}, version 2.`,
  )
  assert.deepEqual(writtenBy([step(first), step(second)]), [{ id: ID, title: 'Plan', version: 2 }])
})

test('another tool, a refusal and half an argument open nothing', () => {
  const other = use('read_artifact', '{}', `Kept as artifact ${ID}, version 1.`)
  const refused = use('write_artifact', '{"title":"Plan"}', 'The text is too long.')
  assert.deepEqual(writtenBy([step(other, refused)]), [])
  const half = use('write_artifact', '{"title":"Pl', `Kept as artifact ${ID}, version 1.`)
  assert.deepEqual(writtenBy([step(half)]), [{ id: ID, title: '', version: 1 }])
})
