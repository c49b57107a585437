import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inputOf, schemaFields } from './schema-fields.ts'

const fields = schemaFields({
  type: 'object',
  required: ['id'],
  properties: {
    limit: { type: 'integer', description: 'How many' },
    id: { type: 'string' },
    state: { type: 'string', enum: ['open', 'done'] },
    tags: { type: 'array', items: { type: 'string' } },
    deep: { type: 'boolean' },
    table: { type: 'string', maxLength: 5000 },
  },
})

test('a form asks for what an operation takes, needed things first', () => {
  assert.deepEqual(
    fields.map(({ name, kind, isRequired }) => [name, kind, isRequired]),
    [
      ['id', 'text', true],
      ['limit', 'number', false],
      ['state', 'choice', false],
      ['tags', 'json', false],
      ['deep', 'flag', false],
      ['table', 'long', false],
    ],
  )
})

test('what was filled in is sent in its own type, and what was left empty is not', () => {
  const input = inputOf(fields, { id: '42', limit: '3', state: '', tags: '["a"]', deep: true })
  assert.deepEqual(input, { id: '42', limit: 3, tags: ['a'], deep: true })
  assert.throws(() => inputOf(fields, { tags: '[' }), { name: 'SyntaxError', message: 'tags' })
})
