import assert from 'node:assert/strict'
import { test } from 'node:test'
import { wholeSentences } from './sentences.ts'

test('a text is said by whole sentences, each once', () => {
  const text = 'It is **so** [1]. It is 3.5 times'
  const { said, next } = wholeSentences(text, 0)
  assert.equal(said, 'It is so .')
  assert.deepEqual(wholeSentences(text, next), { said: '', next })
  assert.equal(wholeSentences(`${text} more. `, next).said, 'It is 3.5 times more.')
})

test('Chinese sentences need no blank between them', () => {
  assert.equal(wholeSentences('第一句。第二', 0).said, '第一句。')
})
