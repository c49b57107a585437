import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EMPTY_TREE, grow } from '../run/branch.ts'
import { messageSample } from '../run/message-sample.ts'
import { NOTHING_TOLD } from '../run/run-told.ts'
import { stepsOf, turnsOf } from './turns.ts'

const message = (id: string, parent: string | null, role: 'user' | 'assistant') =>
  messageSample({ id, parent, role })
const tree = grow(EMPTY_TREE, [
  message('1', null, 'user'),
  message('2', '1', 'assistant'),
  message('3', '2', 'user'),
])
const live = {
  run: 'r',
  message: '3',
  answer: '4',
  isStopping: false,
  isCutOff: false,
  told: { ...NOTHING_TOLD, steps: [{ step: 0, text: 'so far', reasoning: '', tools: [] }] },
}
const idsOf = (state: Parameters<typeof turnsOf>[0]): readonly string[] =>
  turnsOf(state, () => null).map(({ id }) => id)

test('the answer that is being made stands at the end of its branch', () => {
  assert.deepEqual(idsOf({ leaf: '3', tree, live, sending: null }), ['1', '2', '3', '4'])
  assert.deepEqual(idsOf({ leaf: '2', tree, live, sending: null }), ['1', '2'])
})

test('an edited message takes the place of the first one while it is on its way', () => {
  const sending = { text: 'other', edits: '3' }
  assert.deepEqual(idsOf({ leaf: '3', tree, live: null, sending }), ['1', '2', 'sending'])
})

test('a turn is the same object as long as its message is', () => {
  const state = { leaf: '3', tree, live: null, sending: null }
  assert.equal(turnsOf(state, () => null)[0], turnsOf(state, () => null)[0])
})

test('a kept answer knows what was called and what came back', () => {
  const result = { origin: 'tool', integrity: 'untrusted', class: 'public', text: 'found' } as const
  const steps = stepsOf({
    steps: [
      { role: 'assistant', parts: [], calls: [{ id: 'c1', name: 'search_knowledge', arguments: '{}' }] },
      { role: 'tool', parts: [result], call: 'c1', name: 'search_knowledge' },
    ],
  })
  assert.deepEqual(
    steps.flatMap(({ tools }) => tools.map(({ name, outcome, parts }) => [name, outcome, parts.length])),
    [['search_knowledge', 'done', 1]],
  )
})
