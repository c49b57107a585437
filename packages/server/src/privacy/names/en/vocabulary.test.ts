import { test } from 'node:test'
import assert from 'node:assert/strict'
import { hashOf, tokenise } from './tokens.ts'
import { FIRST_NAME, phraseOf, Vocabulary } from './vocabulary.ts'

test('the longest phrase that begins at a word is known, also after packing', () => {
  const phrases = ['peach pie', 'peach pie with cream'].map((words) => {
    const { hash, count } = tokenise(words)
    return phraseOf(hash.subarray(0, count))
  })
  const made = Vocabulary.of([[hashOf('ana'), FIRST_NAME]], { phrases, common: [hashOf('pie')] })
  for (const vocabulary of [made, Vocabulary.unpacked(made.packed())]) {
    const lengthAt = (text: string, from: number) => {
      const { hash, count } = tokenise(text)
      return vocabulary.phraseAt(hash, from, count)
    }
    assert.equal(lengthAt('Peach Pie with Cream, please', 0), 4)
    assert.equal(lengthAt('Peach Pie with ice', 0), 2)
    assert.equal(lengthAt('A Peach Pie', 0), 0)
    assert.equal(lengthAt('A Peach Pie', 1), 2)
    assert.equal(vocabulary.flagsOf(hashOf('Ana')), FIRST_NAME)
    assert.ok(vocabulary.isCommon(hashOf('pie')))
  }
})
