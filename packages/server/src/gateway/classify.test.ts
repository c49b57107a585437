import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Caller } from '../identity/caller.ts'
import { Fault } from '../kernel/fault.ts'
import { classify, declaredClass } from './classify.ts'

const caller = (baseClass: Caller['baseClass'], classCeiling: Caller['classCeiling']) =>
  ({ baseClass, classCeiling }) as Caller

const raising = (declared: Caller['baseClass'] | null, conversation: Caller['baseClass'] | null = null) => ({
  declared,
  conversation,
})

test('several declared classes count as the highest', () => {
  assert.equal(declaredClass('public, confidential'), 'confidential')
  assert.equal(declaredClass(['internal', 'public']), 'internal')
  assert.equal(declaredClass(undefined), null)
})

test('an unknown class is refused, never ignored', () => {
  for (const word of ['secret', '', 'public,', 'internal;restricted', 'sealed']) {
    assert.throws(
      () => declaredClass(word),
      (error) => error instanceof Fault && error.param === 'x-freehold-class',
      word,
    )
  }
})

test('a declaration only ever raises', () => {
  assert.equal(classify(caller('confidential', 'restricted'), raising('public')).class, 'confidential')
  assert.equal(classify(caller('internal', 'restricted'), raising('restricted')).class, 'restricted')
})

test('nothing is sent above the ceiling', () => {
  assert.throws(
    () => classify(caller('public', 'internal'), raising('confidential')),
    (error) => error instanceof Fault && error.code === 'above_ceiling',
  )
})

test('a conversation never falls below what it has held', () => {
  assert.equal(
    classify(caller('public', 'restricted'), raising('internal', 'confidential')).class,
    'confidential',
  )
  assert.throws(
    () => classify(caller('public', 'internal'), raising(null, 'restricted')),
    (error) => error instanceof Fault && error.code === 'above_ceiling',
  )
})
