import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseExact } from '../../packages/server/src/gateway/translation/exact-json.ts'
import { translate } from '../../packages/server/src/gateway/translation/translation.ts'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import { checkEntries, entriesOfCsv } from '../../packages/server/src/privacy/dictionary/entries.ts'
import { buildPatterns } from '../../packages/server/src/privacy/dictionary/pattern-machine.ts'
import { readPattern } from '../../packages/server/src/privacy/dictionary/pattern-syntax.ts'

test('how many terms, patterns and characters a dictionary takes is bounded by name', () => {
  const tooMany: readonly (readonly [string, RegExp])[] = [
    [`value\n${'ab\n'.repeat(200_001)}`, /more than 200000 terms/],
    [`pattern\n${'ab\n'.repeat(201)}`, /more than 200 patterns/],
    [`value\n${`${'ab'.repeat(120)}\n`.repeat(17_000)}`, /more than 4000000 characters/],
  ]
  for (const [csv, reason] of tooMany)
    assert.throws(() => checkEntries(entriesOfCsv(Buffer.from(csv))), reason)
})

const asked = () =>
  translate(Buffer.from('{"model":"m","messages":[{"role":"user","content":"hi"}]}'), {
    from: 'chat',
    to: 'messages',
    model: 'm',
    nowS: 1,
    maxTokens: 9,
    leftOut: [],
    maxTokensField: 'max_tokens',
  })

test('an answer that is too large or too deep is refused, and not a bug', () => {
  const deep = `${'['.repeat(1e5)}${']'.repeat(1e5)}`
  const bodies = [
    `{"content":[{"type":"tool_use","id":"x","name":"f","input":{"a":${deep}}}]}`,
    `{"content":[],"x":[1.0${',0'.repeat(300_000)}]}`,
    `{"content":[{"type":"text","text":"${'x'.repeat(9e6)}"}]}`,
  ]
  for (const body of bodies) {
    assert.throws(
      () => asked().answer(Buffer.from(body)),
      (error) => error instanceof Fault && error.code === 'upstream_broke',
    )
  }
})

test('an answer that would hold up everybody else while it is read is given up', () => {
  assert.throws(() => parseExact(`[1.0${',0'.repeat(300_000)}]`), RangeError)
  assert.throws(() => parseExact(`${'['.repeat(1e5)}1.0${']'.repeat(1e5)}`), RangeError)
  assert.equal(Object(parseExact(`[1${',0'.repeat(300_000)}]`)).length, 300_001)
})

test('patterns whose machine would be too large are refused', () => {
  const machine = (patterns: readonly string[]) =>
    buildPatterns(
      patterns.map((text) => ({ pattern: readPattern(text), type: 0, isCased: false, isWhole: true })),
    )
  const many = Array.from({ length: 100 }, (_, at) => `X${at}.{0,20}Y${at}`)
  assert.throws(() => machine(many), /too complex/)
  assert.throws(() => machine(['(?:a|b){0,60}a(?:a|b){12}']), /too complex/)
  assert.ok(machine(many.slice(0, 5)))
})
