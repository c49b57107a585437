import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RouteLimits } from '@freehold/contract/route-bounds.ts'
import { Fault } from '../../kernel/fault.ts'
import { ModelAsked } from '../model-asked.ts'
import type { ModelOperationId } from '../model-operations.ts'
import { MODEL_OPERATIONS } from '../model-operations.ts'
import type { Bounds } from '../routing/bounds.ts'
import { RuleLimits } from './rule-limits.ts'

function ruleOf(limits: RouteLimits) {
  let nowMs = 1000
  const told: string[] = []
  const book = new RuleLimits({ clock: { now: () => nowMs }, refused: (reason) => void told.push(reason) })
  const bounds: Bounds = { rule: 'file:1', key: 'k', timeouts: null, limits }
  return {
    book,
    bounds,
    told,
    later: (ms: number) => void (nowMs += ms),
    enter: (asked: Pick<ModelAsked, 'bytes' | 'outputOver'> = { bytes: 10, outputOver: () => null }) =>
      book.enter(bounds, asked),
  }
}

const refusal =
  (code: string, says: RegExp, param: string | null = null) =>
  (error: unknown) => {
    assert.ok(error instanceof Fault)
    assert.deepEqual([error.code, error.param], [code, param])
    assert.match(error.message, says)
    return true
  }

test('a rule lets in so many at a time, whoever asks, and a request that is over makes room once', () => {
  const { enter, told, book, bounds } = ruleOf({ concurrent: 2 })
  const first = enter()
  enter()
  assert.throws(
    () => enter(),
    refusal('over_limit', /concurrent=2 of rule file:1, of all its callers together/),
  )
  first?.leave()
  first?.leave()
  enter()
  assert.throws(() => enter())
  assert.deepEqual(told, ['rule_concurrent', 'rule_concurrent'])
  // The rule has moved, and its limit was raised.
  const asked = { bytes: 1, outputOver: () => null }
  assert.ok(book.enter({ ...bounds, rule: 'settings:4', limits: { concurrent: 3 } }, asked))
  assert.ok(book.enter({ ...bounds, key: 'another rule' }, asked))
})

test('a rule lets in so many within any minute, and says when there is room again', () => {
  const { enter, later, told } = ruleOf({ rpm: 2 })
  enter()?.leave()
  later(20_000)
  enter()?.leave()
  assert.throws(
    () => enter(),
    (error: unknown) => error instanceof Fault && error.retryAfterS === 40,
  )
  later(40_001)
  enter()
  assert.deepEqual(told, ['rule_rpm'])
})

test('what is too large for a rule is refused and counts nowhere', () => {
  const { enter, told } = ruleOf({ maxBodyBytes: 10, rpm: 1 })
  const asked = { bytes: 11, outputOver: () => null }
  assert.throws(() => enter(asked), refusal('too_large', /larger than the 10 bytes that rule file:1 takes/))
  enter()
  assert.deepEqual(told, ['rule_body'])
})

const MODEL: Readonly<Record<ModelOperationId, object>> = {
  'chat.complete': { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
  'messages.create': { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
  'responses.create': { model: 'm', input: 'hi' },
  'embeddings.create': { model: 'm', input: 'hi' },
}
const OUTPUT: readonly (readonly [ModelOperationId, object, string | null])[] = [
  ['chat.complete', { max_completion_tokens: 100 }, null],
  ['chat.complete', { max_tokens: 100, n: null }, null],
  ['chat.complete', { max_tokens: 101 }, 'max_tokens'],
  ['chat.complete', { max_completion_tokens: 10, max_tokens: 101 }, 'max_tokens'],
  ['chat.complete', { max_tokens: 50, n: 3 }, 'max_tokens'],
  ['responses.create', { max_output_tokens: 50, n: '3' }, 'n'],
  ['chat.complete', { max_tokens: '50' }, 'max_tokens'],
  ['chat.complete', { max_tokens: -1 }, 'max_tokens'],
  ['chat.complete', { max_tokens: 1e300 }, 'max_tokens'],
  ['chat.complete', {}, 'max_completion_tokens'],
  ['messages.create', { max_tokens: 100 }, null],
  ['messages.create', { max_tokens: 200 }, 'max_tokens'],
  ['responses.create', { max_output_tokens: 100 }, null],
  ['responses.create', {}, 'max_output_tokens'],
  ['embeddings.create', {}, null],
]
for (const [id, more, field] of OUTPUT) {
  test(`${id} with ${JSON.stringify(more)} is ${field === null ? 'within' : `refused for ${field}, not within`} 100 tokens`, () => {
    const body = Buffer.from(JSON.stringify({ ...MODEL[id], ...more }))
    const asked = new ModelAsked(MODEL_OPERATIONS[id], { headers: {} }, body)
    const { enter } = ruleOf({ maxOutputTokens: 100 })
    if (field === null) assert.equal(enter(asked), null)
    else assert.throws(() => enter(asked), refusal('invalid', /rule file:1 takes at most 100/, field))
  })
}
