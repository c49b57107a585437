import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../../kernel/fault.ts'
import { literal, SchemaGrammar } from './schema-grammar.ts'

function grammarOf(schema: unknown, strict = false): string {
  const grammar = new SchemaGrammar()
  return grammar.text(grammar.add(schema, { param: 'tools[0].function.parameters', strict }))
}

const refusedAt = (schema: unknown, strict = false): string | null => {
  try {
    grammarOf(schema, strict)
    return null
  } catch (error) {
    assert.ok(error instanceof Fault)
    assert.equal(error.code, 'invalid')
    return error.param
  }
}

/** Every rule that is used is there, once. */
function assertWhole(text: string): void {
  const names = text.split('\n').map((line) => line.split(' ::= ')[0] ?? '')
  assert.equal(new Set(names).size, names.length)
  for (const [used] of text.matchAll(/\br\d+\b/g)) assert.ok(names.includes(used), used)
}

test('a key that is not required may be left out, wherever it stands', () => {
  const text = grammarOf({
    type: 'object',
    properties: { a: { type: 'null' }, b: { type: 'null' } },
    required: ['b'],
  })
  assertWhole(text)
  assert.match(text, /^r\d+ ::= "\\"a\\"" colon null r\d+ \| r\d+$/m)
  assert.match(text, /^r\d+ ::= "\\"b\\"" colon null ""$/m)
})

test('a schema that refers to itself becomes rules that do', () => {
  const text = grammarOf({
    $ref: '#/$defs/tree',
    $defs: {
      tree: { type: 'object', properties: { more: { type: 'array', items: { $ref: '#/$defs/tree' } } } },
    },
  })
  assertWhole(text)
  const [, tree] = /^root ::= (r\d+)$/m.exec(text) ?? []
  assert.equal(text.match(new RegExp(`\\b${tree}\\b`, 'g'))?.length, 4)
})

test('text of a schema cannot break out of its rule', () => {
  assert.equal(literal('a"b\\c\nd'), '"a\\"b\\\\c\\nd"')
  const text = grammarOf({ enum: ['"\nroot ::= "x"'] })
  assert.equal(text.match(/^root ::=/gm)?.length, 1)
})

test('what no grammar is made of is refused by its place', () => {
  const at = 'tools[0].function.parameters'
  let deep: object = { type: 'string' }
  for (let n = 0; n < 40; n += 1) deep = { type: 'array', items: deep }
  assert.ok(refusedAt(deep)?.startsWith(`${at}.items.items`))
  assert.equal(refusedAt({ type: 'strange' }), `${at}.type`)
  assert.equal(refusedAt({ $ref: '#/$defs/none' }), at)
  assert.equal(refusedAt({ $ref: 'https://example.org/schema' }), at)
  assert.equal(refusedAt(false), at)
  assert.equal(refusedAt({ enum: [] }), `${at}.enum`)
  assert.equal(refusedAt({ type: 'integer', minimum: 3, maximum: 2 }), at)
  assert.equal(refusedAt({ type: 'array', minItems: 5000 }), `${at}.minItems`)
  assert.equal(refusedAt({ type: 'object', properties: {}, required: ['x'] }), `${at}.required`)
  const many = Object.fromEntries(Array.from({ length: 501 }, (_, n) => [`p${n}`, {}]))
  assert.equal(refusedAt({ type: 'object', properties: many }), at)
})

test('schemas that grow without end are refused', () => {
  const $defs: Record<string, object> = { d0: { type: 'boolean' } }
  const wide = Array.from({ length: 400 }, (_, n) => ({ type: 'integer', minimum: n }))
  const schema = {
    type: 'object',
    properties: Object.fromEntries('abcdefghijkl'.split('').map((k) => [k, { anyOf: wide }])),
  }
  assert.equal(refusedAt({ ...schema, $defs }), 'tools')
})

test('schemas that repeat without end are refused', () => {
  const text = { type: 'string', maxLength: 1000 }
  const properties = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`p${n}`, text]))
  assert.equal(refusedAt({ type: 'object', properties }), 'tools')
})

test('what a grammar cannot promise is refused only where it must be promised', () => {
  const schema = { type: 'object', properties: { code: { type: 'string', pattern: '^A' } } }
  assert.equal(refusedAt(schema), null)
  assert.equal(refusedAt(schema, true), 'tools[0].function.parameters.properties.code.pattern')
  const uuid = { type: 'string', format: 'uuid', pattern: '^[0-9a-f-]{36}$' }
  assert.equal(refusedAt(uuid, true), null, 'the format says more')
})
