import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import { editMembers } from './json-edit.ts'

const edited = (json: string, changes: Readonly<Record<string, string | null>>): string =>
  editMembers(Buffer.from(json), changes).toString()

test('a model name is exchanged and every other byte stays as it came', () => {
  const json =
    '{ "seed":12345678901234567890,\n "model" : "a\\"b" , "messages":[{"model":"inner"}],"x":1.0e0}'
  assert.equal(
    edited(json, { model: '"gpt"' }),
    '{ "seed":12345678901234567890,\n "model" : "gpt" , "messages":[{"model":"inner"}],"x":1.0e0}',
  )
})

test('a name that was escaped, or stands there twice, is found each time', () => {
  assert.equal(edited('{"\\u006dodel":"a","model":"b"}', { model: '"c"' }), '{"\\u006dodel":"c","model":"c"}')
})

for (const [from, to] of [
  ['{"freehold":{"a":[1]},"model":"m"}', '{"model":"m"}'],
  ['{"model":"m", "freehold":{}}', '{"model":"m"}'],
  ['{"freehold":1}', '{}'],
  ['{"a":1,"freehold":{"collections":["}"]},"b":2}', '{"a":1,"b":2}'],
  ['{"freehold":1,"freehold":2,"a":3}', '{"a":3}'],
] as const) {
  test(`a member is taken out of ${from}`, () => {
    assert.deepEqual(JSON.parse(edited(from, { freehold: null })), JSON.parse(to))
  })
}

test('whatever the object holds, the edit is what parsing and writing would give', () => {
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.oneof(fc.constantFrom('model', 'freehold'), fc.string()),
        fc.jsonValue({ maxDepth: 3 }),
        { noNullPrototype: true },
      ),
      fc.constantFrom(undefined, 1, '\t'),
      (object, space) => {
        const { freehold: _, ...rest } = object
        const expected = 'model' in object ? { ...rest, model: 'new' } : rest
        const json = JSON.stringify(object, null, space)
        assert.deepEqual(
          JSON.parse(edited(json, { model: '"new"', freehold: null })),
          JSON.parse(JSON.stringify(expected)),
        )
      },
    ),
    { numRuns: 10 * Number(process.env['LONG_ROUNDS'] ?? 12) },
  )
})

test('an object that needs no edit is handed back as the same bytes', () => {
  const json = Buffer.from('{"a":1}')
  assert.equal(editMembers(json, { model: '"x"' }), json)
})
