import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Caller } from '../identity/caller.ts'
import { agedBytes } from '../kernel/aged-bytes.ts'
import { Fault } from '../kernel/fault.ts'
import type { FaultCode } from '../kernel/fault.ts'
import { OpenRequests } from './open-requests.ts'

/** Requests of two callers, told apart by a header; what each may is changed by the test. */
function house() {
  const hands: Record<string, { refusal: FaultCode | null; classCeiling: Caller['classCeiling'] }> = {
    anna: { refusal: null, classCeiling: 'restricted' },
    ben: { refusal: null, classCeiling: 'restricted' },
  }
  const ended: (readonly [string, string, string | undefined])[] = []
  let counted = 0
  const requests = new OpenRequests({
    recognise({ headers }) {
      const { refusal = 'bug', classCeiling = 'public' } = hands[headers.from ?? ''] ?? {}
      if (refusal !== null) throw new Fault(refusal, 'No.')
      // Nothing else of a caller is looked at.
      return { classCeiling } as Caller
    },
    authorise() {},
    revoked: () => (counted += 1),
    onBug: (_, error) => assert.fail(String(error)),
  })
  const enter = (from: string) =>
    requests.enter(
      {
        door: 'network',
        headers: { from },
        method: 'POST',
        callOff: (reason) => {
          const { cause } = reason
          ended.push([from, reason.code, cause instanceof Fault ? cause.code : undefined])
        },
      },
      'model.use',
    )
  return { hands, ended, requests, enter, counted: () => counted }
}

test('whoever may not come in any more is shown out once, and all others stay', () => {
  const { hands, ended, requests, enter, counted } = house()
  const stays = enter('anna')
  enter('ben')
  requests.review()
  assert.deepEqual(ended, [])
  Object.assign(hands['ben'] ?? {}, { refusal: 'unidentified' })
  requests.review()
  requests.review()
  assert.deepEqual([ended, counted(), requests.size], [[['ben', 'revoked', 'unidentified']], 1, 1])
  requests.leave(stays)
  assert.equal(requests.size, 0)
})

test('a ceiling that was lowered ends what is above it, and nothing below', () => {
  const { hands, ended, requests, enter } = house()
  enter('anna').class = 'confidential'
  enter('anna').class = 'internal'
  enter('anna')
  Object.assign(hands['anna'] ?? {}, { classCeiling: 'internal' })
  requests.review()
  assert.deepEqual([ended, requests.size], [[['anna', 'revoked', 'above_ceiling']], 2])
})

test('while nobody can tell who may come in, what is open stays open', () => {
  const { hands, ended, requests, enter } = house()
  enter('anna')
  Object.assign(hands['anna'] ?? {}, { refusal: 'unavailable' })
  requests.review()
  assert.deepEqual(ended, [])
})

test('a request that is over does not wait for a full collection', () => {
  const { requests } = house()
  const aged = agedBytes((headers) => {
    const entrance = { door: 'network' as const, headers: { ...headers }, method: 'POST', callOff() {} }
    requests.leave(requests.enter(entrance, 'model.use'))
  })
  assert.ok(aged < 100_000, `${aged} bytes`)
})
