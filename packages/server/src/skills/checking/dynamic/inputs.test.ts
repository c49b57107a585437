import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Schemas } from '../../manifest/schemas.ts'
import { inputsOf } from './inputs.ts'

const SCHEMA = {
  type: 'object',
  required: ['id', 'when', 'tags'],
  properties: {
    id: { type: 'string', minLength: 1, maxLength: 20 },
    when: { type: 'string', format: 'date' },
    tags: { type: 'array', items: { enum: ['a', 'b'] }, minItems: 1, maxItems: 2 },
    count: { type: 'integer', minimum: 3, maximum: 9 },
    either: { anyOf: [{ type: 'boolean' }, { type: 'null' }] },
  },
}

test('inputs are what the schema allows, differ, and are the same again', () => {
  const made = inputsOf(SCHEMA, 40, 'seed')
  const isValid = new Schemas().compile(SCHEMA)
  assert.ok(typeof isValid !== 'string')
  for (const one of made) assert.ok(isValid(one), JSON.stringify(one))
  assert.ok(new Set(made.map((one) => JSON.stringify(one))).size > 20)
  assert.deepEqual(inputsOf(SCHEMA, 40, 'seed'), made)
})
