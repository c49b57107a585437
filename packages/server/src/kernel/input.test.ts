import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { Fault } from './fault.ts'
import { parseInput } from './input.ts'

const schema = z
  .strictObject({
    name: z.string().min(1).max(3),
    kind: z.enum(['a', 'b']),
    at: z.url().optional(),
    tags: z.array(z.string()).max(1).optional(),
    days: z.int().min(1).max(9).optional(),
    line: z.string().regex(/^x/, 'must begin with x').optional(),
    one: z.string().optional(),
  })
  .refine(({ one, tags }) => one === undefined || tags === undefined, {
    path: ['one'],
    message: 'goes without tags',
  })

function refused(value: unknown): unknown {
  try {
    parseInput(schema, value)
  } catch (error) {
    if (error instanceof Fault) return [error.param, error.remark?.code ?? null, error.remark?.params ?? {}]
  }
  return 'taken'
}

test('what is wrong with a field has a code, but where its schema says it in words of its own', () => {
  const good = { name: 'x', kind: 'a' }
  assert.deepEqual(
    [
      { ...good, more: 1 },
      { kind: 'a' },
      { ...good, name: '' },
      { ...good, name: 'long' },
      { ...good, name: 5 },
      { ...good, kind: 'c' },
      { ...good, at: 'here' },
      { ...good, tags: ['1', '2'] },
      { ...good, days: 10 },
      { ...good, line: 'y' },
      { ...good, one: '1', tags: [] },
      null,
    ].map(refused),
    [
      ['more', 'field_unknown', {}],
      ['name', 'field_missing', {}],
      ['name', 'field_empty', {}],
      ['name', 'field_long', { most: '3' }],
      ['name', 'field_kind', { kind: 'string' }],
      ['kind', 'field_choice', { choices: 'a, b' }],
      ['at', 'field_address', {}],
      ['tags', 'field_many', { most: '1' }],
      ['days', 'field_large', { most: '9' }],
      ['line', null, {}],
      ['one', null, {}],
      ['body', 'field_kind', { kind: 'object' }],
    ],
  )
})
