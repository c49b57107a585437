import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunTold } from './run-told.ts'
import { hear, NOTHING_TOLD, openAsking } from './run-told.ts'
import type { ToldEvent } from './told-events.ts'

const heardAll = (...events: readonly ToldEvent[]): RunTold =>
  events.reduce((told, event, at) => hear(told, at + 1, event), NOTHING_TOLD)

const shown = { call: 'c1', name: 'search_knowledge', effect: 'read', arguments: '{}' } as const
const asked: ToldEvent = {
  type: 'approval.asked',
  approval: 'a1',
  ...shown,
  because: 'untrusted',
  mayRemember: false,
  expiresAt: '2026-12-01T00:00:00Z',
}

test('words come together in the order in which they are told', () => {
  const told = heardAll(
    { type: 'model.started', step: 0 },
    { type: 'reasoning', text: 'Hm' },
    { type: 'text', text: 'Hel' },
    { type: 'text', text: 'lo' },
  )
  assert.deepEqual(told.steps, [{ step: 0, text: 'Hello', reasoning: 'Hm', tools: [] }])
})

test('what was streamed of a step that begins again is void', () => {
  const told = heardAll(
    { type: 'model.started', step: 0 },
    { type: 'text', text: 'half an ans' },
    { type: 'run.interrupted' },
    { type: 'run.continued' },
    { type: 'model.started', step: 0 },
    { type: 'text', text: 'A whole one' },
  )
  assert.equal(told.steps.length, 1)
  assert.equal(told.steps[0]?.text, 'A whole one')
  assert.equal(told.end, null)
})

test('an event that was told before changes nothing', () => {
  const told = heardAll({ type: 'model.started', step: 0 }, { type: 'text', text: 'once' })
  assert.equal(hear(told, 2, { type: 'text', text: 'once' }), told)
})

test('a call keeps its place from the question to the result', () => {
  const before = heardAll({ type: 'model.started', step: 0 }, asked)
  assert.equal(openAsking(before)?.asking.id, 'a1')
  const told = heardAll(
    { type: 'model.started', step: 0 },
    asked,
    { type: 'approval.decided', approval: 'a1', call: 'c1', decision: 'once' },
    { type: 'tool.called', ...shown },
    { type: 'tool.ended', call: 'c1', name: shown.name, outcome: 'done', durationMs: 12, parts: [] },
    { type: 'model.started', step: 1 },
  )
  assert.equal(openAsking(told), null)
  assert.equal(told.steps[0]?.tools.length, 1)
  assert.equal(told.steps[0]?.tools[0]?.outcome, 'done')
  assert.equal(told.steps[0]?.tools[0]?.asking?.decision, 'once')
  assert.equal(told.steps[1]?.text, '')
})

test('a question that ran out is open no more', () => {
  const told = heardAll(asked, { type: 'approval.expired', approval: 'a1', call: 'c1' })
  assert.equal(openAsking(told), null)
})

test('a run that failed says why', () => {
  const error = { code: 'upstream_down', message: 'The target does not answer.' }
  assert.deepEqual(heardAll({ type: 'run.failed', error }).end, { how: 'failed', ...error, request: null })
  const request = 'req_0123456789abcdef01234567'
  assert.deepEqual(heardAll({ type: 'run.failed', error, request }).end, { how: 'failed', ...error, request })
})

test('what a run tells that nobody here knows is passed over', () => {
  // A later server may tell more.
  const told = hear(NOTHING_TOLD, 1, { type: 'run.sung' } as unknown as ToldEvent)
  assert.deepEqual(told, { ...NOTHING_TOLD, seq: 1 })
})
