import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { Fault } from '../kernel/fault.ts'
import { BodyBudget } from './body-budget.ts'

const MIB = 1024 * 1024

/** The part of a response that the budget looks at: when it is over. */
const response = (): ServerResponse =>
  Object.assign(new EventEmitter(), { destroyed: false }) as ServerResponse
const declares = (bytes: number) => ({ headers: { 'content-length': String(bytes) } })
const CHUNKED = { headers: { 'transfer-encoding': 'chunked' } }

const refused = (error: unknown): boolean =>
  error instanceof Fault && error.code === 'too_many' && error.retryAfterS !== null

test('large bodies come in until together they would be too large, and again when one is answered', () => {
  const bodies = new BodyBudget(10 * MIB)
  const first = response()
  bodies.hold(declares(6 * MIB), first, 8 * MIB)
  assert.throws(() => bodies.hold(declares(5 * MIB), response(), 8 * MIB), refused)
  bodies.hold(declares(4 * MIB), response(), 8 * MIB)
  first.emit('close')
  bodies.hold(declares(6 * MIB), response(), 8 * MIB)
})

test('a body of unknown length counts as the longest that is taken, a boast as no more than that', () => {
  const bodies = new BodyBudget(10 * MIB)
  bodies.hold(CHUNKED, response(), 8 * MIB)
  assert.throws(() => bodies.hold(declares(1e12), response(), 3 * MIB), refused)
  bodies.hold(declares(1e12), response(), 2 * MIB)
})

test('small bodies and requests without one always come in', () => {
  const bodies = new BodyBudget(1)
  for (let n = 0; n < 100; n += 1) bodies.hold(declares(64 * 1024), response(), 8 * MIB)
  bodies.hold({ headers: {} }, response(), 8 * MIB)
})

test('what comes outside a body counts until it is given back, and is given back once', () => {
  const bodies = new BodyBudget(2 * MIB)
  const give = bodies.take(2 * MIB)
  assert.throws(() => bodies.take(MIB), refused)
  bodies.take(64 * 1024)
  give()
  give()
  bodies.take(2 * MIB)
  assert.throws(() => bodies.take(MIB), refused)
})
