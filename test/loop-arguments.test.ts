import assert from 'node:assert/strict'
import { test } from 'node:test'
import { doing } from './loop/loop-house.ts'
import type { Tool } from '../packages/server/src/skills/tool.ts'
import { readArguments } from '../packages/server/src/assistant/loop/arguments.ts'

const tool = (more: Partial<Tool> = {}): Tool =>
  doing({ name: 't', input: { type: 'object' }, effect: 'write', ...more }, [])

function valid(text: string, of = tool()) {
  const read = readArguments(of, text)
  assert.ok(read.isValid)
  return read
}

test('the same call in another order of names is the same call, any other is another', () => {
  assert.equal(valid('{"a":1,"b":2}').hash, valid('{ "b": 2, "a": 1.0 }').hash)
  assert.notEqual(valid('{"a":1}').hash, valid('{"a":2}').hash)
  assert.notEqual(valid('{"a":1}').hash, valid('{"a":"1"}').hash)
})

test('what was approved of a tool does not hold for the tool that it became', () => {
  const hash = valid('{}').hash
  for (const more of [
    { name: 'u' },
    { description: 'other' },
    { dials: 'anywhere' },
    { effect: 'destructive' },
  ] as const)
    assert.notEqual(valid('{}', tool(more)).hash, hash)
})

test('whoever approves a call sees every character of its arguments', () => {
  const { shown, input } = valid('{"to":"a\u200b\u202eb@x","tag":"\u{e0041}"}')
  assert.equal(shown, String.raw`{"tag":"\udb40\udc41","to":"a\u200b\u202eb@x"}`)
  assert.deepEqual(JSON.parse(shown), input)
})

test('no arguments are an empty object, and what is none is refused', () => {
  assert.deepEqual(valid('').input, {})
  for (const text of ['null', '1', '[]', '"x"', '{', `{"a":"${'x'.repeat(300_000)}"}`])
    assert.equal(readArguments(tool(), text).isValid, false)
})
