import assert from 'node:assert/strict'
import { test } from 'node:test'
import { StopWatch } from './stop-watch.ts'

function heard(stops: readonly string[], pieces: readonly string[]) {
  const watch = new StopWatch(stops)
  let text = ''
  for (const piece of pieces) {
    const seen = watch.push(piece)
    text += seen.text
    if (seen.found !== null) return { text, found: seen.found }
  }
  return { text: text + watch.rest(), found: null }
}

test('a stop is found however the text is cut, and nothing of it was passed on', () => {
  const text = 'one <tool <tool_call> two'
  for (let at = 0; at <= text.length; at += 1) {
    for (let next = at; next <= text.length; next += 1) {
      const pieces = [text.slice(0, at), text.slice(at, next), text.slice(next)]
      assert.deepEqual(heard(['<tool_call>'], pieces), { text: 'one <tool ', found: '<tool_call>' })
    }
  }
})

test('of several stops the one that comes first counts, and without any all is passed on', () => {
  assert.deepEqual(heard(['two', 'one'], ['zero ', 'one two']), { text: 'zero ', found: 'one' })
  assert.deepEqual(heard([], ['zero ', 'one']), { text: 'zero one', found: null })
  assert.deepEqual(heard(['ones'], ['zero ', 'one']), { text: 'zero one', found: null })
})

test('what cannot become a stop is not held back', () => {
  const watch = new StopWatch(['end.'])
  assert.deepEqual(watch.push('at the en'), { text: 'at the ', found: null })
  assert.deepEqual(watch.push('emy'), { text: 'enemy', found: null })
})
