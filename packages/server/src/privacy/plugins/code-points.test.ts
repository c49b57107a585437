import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codePointsOf } from './code-points.ts'

test('an offset in code points is the place of the same character, whatever stands before it', () => {
  for (const text of ['', 'Anna', '你好 Anna', '😀 Anna 👩‍👩‍👧 𠮷田', '\ud83d lone \ude00', '𝔄𝔫𝔫𝔞']) {
    const characters = Array.from(text)
    const codePoints = codePointsOf(text)
    const { count } = codePoints
    assert.equal(count, characters.length, text)
    for (let at = 0; at <= count; at += 1) {
      assert.equal(codePoints.offsetOf(at), characters.slice(0, at).join('').length, `${text} ${at}`)
    }
  }
})
