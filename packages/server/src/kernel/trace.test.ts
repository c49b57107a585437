import assert from 'node:assert/strict'
import { test } from 'node:test'
import { traceOf } from './trace.ts'

const TRACE = '0af7651916cd43dd8448eb211c80319c'
const SPAN = 'b7ad6b7169203331'
const never = (): number => 1

test('a request goes on in the trace of its client, where that is sampled', () => {
  const trace = traceOf(`00-${TRACE}-${SPAN}-01`, 0)
  assert.deepEqual([trace?.traceId, trace?.parentId], [TRACE, SPAN])
  assert.match(trace?.spanId ?? '', /^[\da-f]{16}$/)
  assert.equal(traceOf(`00-${TRACE}-${SPAN}-00`, 1), null)
})

test('what is no trace context is passed over, and the share decides', () => {
  const wrong = [
    undefined,
    ['x'],
    '',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-01-more`,
    `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
  ]
  for (const header of wrong) {
    assert.equal(traceOf(header, 0.5, never), null)
    const own = traceOf(header, 0.5, () => 0.4)
    assert.equal(own?.parentId, null)
    assert.notEqual(own?.traceId, TRACE)
  }
})

test('a call has the id that its target was told, also where two are under way', () => {
  const trace = traceOf(undefined, 1)
  const call = { zone: 'private', outcome: 'ok', bytes: 1, firstByteMs: 2, startedMs: 3 } as const
  const told = ['a', 'b'].map((target) => trace?.callHeader(target))
  for (const target of ['b', 'a', 'c']) trace?.called({ ...call, target })
  const [ofB, ofA, ofC] = (trace?.calls ?? []).map(({ spanId }) => `00-${trace?.traceId}-${spanId}-01`)
  assert.deepEqual([ofA, ofB], told)
  assert.equal(new Set([ofA, ofB, ofC]).size, 3)
})
