import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as fc from 'fast-check'
import type { Placed } from './ring.ts'
import { Ring } from './ring.ts'

interface Word extends Placed<Word> {
  readonly text: string
}

function ringOf(sizeBytes: number) {
  const gone: string[] = []
  const ring = new Ring<Word>(sizeBytes, ({ text }) => void gone.push(text))
  const put = (text: string): Word => {
    const word = { text, at: 0, length: 0, wasRead: false, newer: null, older: null }
    assert.ok(ring.put(word, Buffer.from(text)))
    return word
  }
  const texts = (): string[] => [...ring].map(({ text }) => text)
  return { ring, gone, put, texts }
}

test('the newcomer takes the place of the oldest, and of as many as it needs', () => {
  const { gone, put, texts } = ringOf(10)
  for (const text of ['aaa', 'bbb', 'ccc', 'ddd']) put(text)
  assert.deepEqual([texts(), gone], [['bbb', 'ccc', 'ddd'], ['aaa']])
  put('eeeeeeee')
  assert.deepEqual([texts(), gone], [['eeeeeeee'], ['aaa', 'bbb', 'ccc', 'ddd']])
})

test('what was read since it came stays once more', () => {
  const { ring, gone, put, texts } = ringOf(9)
  const first = put('aaa')
  for (const text of ['bbb', 'ccc']) put(text)
  assert.equal(ring.read(first).toString(), 'aaa')
  put('ddd')
  assert.deepEqual([texts(), gone], [['ccc', 'aaa', 'ddd'], ['bbb']])
  for (const text of ['eee', 'fff']) put(text)
  assert.deepEqual(gone, ['bbb', 'ccc', 'aaa'])
})

test('what has no room at all moves nobody', () => {
  const { ring, put, texts } = ringOf(5)
  put('aaa')
  const word = { text: '', at: 0, length: 0, wasRead: false, newer: null, older: null }
  assert.ok(!ring.put(word, Buffer.alloc(6)))
  assert.deepEqual(texts(), ['aaa'])
})

test('what was removed holds nothing of the others', () => {
  const { ring, put, texts } = ringOf(20)
  const words = ['a', 'b', 'c', 'd'].map(put)
  for (const one of ring) if (one.text === 'a' || one.text === 'c') ring.remove(one)
  assert.deepEqual(texts(), ['b', 'd'])
  for (const one of ring) ring.remove(one)
  assert.equal(ring.oldest, null)
  assert.ok(words.every(({ newer, older }) => newer === null && older === null))
})

test('whatever comes, is read and goes, what lies in the ring is what was put there', () => {
  const acts = fc.array(fc.tuple(fc.nat(40), fc.constantFrom('put', 'put', 'put', 'read', 'remove')), {
    minLength: 50,
    maxLength: 150,
  })
  const property = fc.property(acts, fc.integer({ min: 40, max: 200 }), (course, sizeBytes) => {
    const { ring, put } = ringOf(sizeBytes)
    for (const [step, [number, act]] of course.entries()) {
      const some = [...ring][number % 7]
      if (act === 'put') put(String.fromCodePoint(65 + (step % 60)).repeat(number))
      else if (some && act === 'read') ring.read(some)
      else if (some) ring.remove(some)
      for (const { at, length } of ring) assert.ok(at >= 0 && at + length <= sizeBytes)
    }
    for (const word of ring) assert.equal(ring.read(word).toString(), word.text)
  })
  fc.assert(property, { numRuns: 60 })
})
