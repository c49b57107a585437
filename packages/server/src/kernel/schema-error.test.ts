import { test } from 'node:test'
import assert from 'node:assert/strict'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { schemaError } from './schema-error.ts'

test('what does not fit is named with what would be right, and never with its value', () => {
  const isFitting = new Ajv2020().compile({
    type: 'object',
    required: ['id'],
    additionalProperties: false,
    properties: {
      id: { type: 'string' },
      state: { enum: ['free', 'rented', 3] },
      kind: { const: 'car' },
      many: { enum: Array.from({ length: 31 }, (_, n) => n) },
      lines: { type: 'array', items: { type: 'integer' } },
    },
  })
  const said = (value: object): string => {
    isFitting(value)
    const { field, what } = schemaError(isFitting.errors?.[0])
    return `${field} ${what}`
  }
  assert.equal(said({}), 'id is missing')
  assert.equal(said({ id: 'a', colour: 'red' }), 'colour is not known here')
  assert.equal(said({ id: 'a', state: 'secret' }), 'state must be one of free, rented, 3')
  assert.equal(said({ id: 'a', kind: 'secret' }), 'kind must be "car"')
  assert.equal(said({ id: 'a', many: 77 }), 'many must be equal to one of the allowed values')
  assert.equal(said({ id: 'a', lines: [1, 'secret'] }), 'lines.1 must be integer')
  assert.deepEqual(schemaError(null), { field: '', what: 'is not valid' })
})
