import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { ACTIONS } from './actions.ts'
import { AUDIT_EVENTS } from './audit-events.ts'
import type { Operation } from './operation.ts'
import { OPERATIONS } from './operations.ts'

const row = {
  path: '/api/x',
  summary: 'x',
  surface: 'api',
  input: {},
  output: null,
  fields: {},
  limits: { bodyBytes: 0 },
} as const

test('a mutating operation without an action or without an audit event does not compile', () => {
  const good: Operation = { ...row, method: 'POST', action: 'key.write', audit: 'key.created' }
  // @ts-expect-error no audit event, and no reason why nothing changes
  const unrecorded: Operation = { ...row, method: 'POST', action: 'key.write' }
  // @ts-expect-error no action
  const unauthorised: Operation = { ...row, method: 'DELETE', audit: 'key.revoked' }
  // @ts-expect-error a DELETE is never read-only
  const disguised: Operation = { ...row, method: 'DELETE', action: 'key.write', readOnly: 'it only looks' }
  // @ts-expect-error an event that the table does not know
  const invented: Operation = { ...row, method: 'POST', action: 'key.write', audit: 'key.polished' }
  // @ts-expect-error who changes nothing stores nothing
  const hoarding: Operation = { ...row, method: 'GET', action: 'key.read', stores: true }
  assert.equal([good, unrecorded, unauthorised, disguised, invented, hoarding].length, 6)
})

test('every row names an action and an event of the tables, and no two rows share a place', () => {
  const rows: readonly Operation[] = Object.values(OPERATIONS)
  for (const { action, audit } of rows) {
    assert.ok(action in ACTIONS)
    assert.ok(audit === undefined || audit in AUDIT_EVENTS)
  }
  const places = rows.map(({ method, path }) => `${method} ${path.replaceAll(/\{\w+\}/g, '{}')}`)
  assert.deepEqual(places, [...new Set(places)])
})

test('only what adds to what is stored needs room, so that a full house can be cleared and left', () => {
  const rows: readonly (readonly [string, Operation])[] = Object.entries(OPERATIONS)
  const storing = rows.filter(([, { stores }]) => stores).map(([id]) => id)
  assert.deepEqual(storing, [
    'collection.create',
    'document.add',
    'question.create',
    'conversation.create',
    'conversation.fork',
    'message.send',
    'message.regenerate',
    'attachment.add',
    'artifact.create',
    'artifact.write',
    'project.create',
    'conversation.import',
    'share.create',
    'memory.create',
    'template.create',
    'source.create',
    'skill.install',
    'skill.update',
    'skill.secret',
    'upgrade.except',
    'dictionary.put',
  ])
})

test('every field that a row describes is in its input, and nothing else is described', () => {
  for (const [id, { input, fields }] of Object.entries<Operation>(OPERATIONS)) {
    const names = Object.keys(fields).map((path) => path.split(/[[.]/)[0] ?? '')
    const known = new Set(
      [input.params, input.query, input.body].flatMap((schema) =>
        schema instanceof z.ZodObject ? Object.keys(schema.shape) : [],
      ),
    )
    // A loose object passes unknown fields through and may describe one of them.
    const isLoose = input.body instanceof z.ZodObject && input.body.def.catchall instanceof z.ZodUnknown
    for (const name of names) assert.ok(isLoose || known.has(name), `${id} describes ${name}`)
  }
})
