import assert from 'node:assert/strict'
import { test } from 'node:test'
import { HELD_OF_PEOPLE } from '@freehold/contract/keeping.ts'
import { i18n } from '../../../language/language.ts'
import { fateOf, HELD_KINDS, heldOf } from './held-kinds.ts'

test('whatever the server holds of a person has a name, and is said to go or to stay as it does', () => {
  assert.deepEqual(Object.fromEntries(HELD_KINDS.map((kind) => [kind, fateOf(kind)])), HELD_OF_PEOPLE)
})

test('what an erasure counts is named in Chinese; a kind of a newer server by its own name', () => {
  i18n.activate('zh-CN')
  const counts = { 'audit.event': 3, 'assistant.message': 12, 'assistant.project': 0, 'new.kind': 1 }
  assert.deepEqual(
    heldOf(counts, 'goes').map(({ name, count }) => `${name} ${count}`),
    ['消息 12', 'new.kind 1'],
  )
  assert.deepEqual(
    heldOf(counts, 'stays').map(({ name }) => name),
    ['审计事件'],
  )
})
