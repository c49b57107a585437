import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assert as check, constantFrom, integer, pre, property, record } from 'fast-check'
import { mintKey, readKey } from './key-format.ts'

test('a fresh key is recognised and names its id', () => {
  const { id, key } = mintKey()
  assert.match(key, /^fh_[\dA-Za-z]{12}_[\dA-Za-z]{49}$/)
  assert.deepEqual(readKey(key), { kind: 'key', id })
})

test('the checksum is CRC-32 in base62, so that anybody can recompute it', () => {
  const body = `fh_${'0'.repeat(12)}_${'0'.repeat(43)}`
  assert.equal(readKey(`${body}3Rt43h`).kind, 'key')
})

test('one wrong character anywhere is told from an unknown key', () => {
  const { key } = mintKey()
  const slips = record({
    at: integer({ min: 3, max: key.length - 1 }),
    to: constantFrom('0', '9', 'A', 'Z', 'a', 'z', '_', '-'),
  })
  check(
    property(slips, ({ at, to }) => {
      pre(key[at] !== to)
      assert.equal(readKey(key.slice(0, at) + to + key.slice(at + 1)).kind, 'mistyped')
    }),
  )
})

test('a key cut short, doubled or with a space is mistyped', () => {
  const { key } = mintKey()
  for (const text of [key.slice(0, -1), key + key, `${key} `, `${key}\n`, 'fh_']) {
    assert.equal(readKey(text).kind, 'mistyped')
  }
})

test("another vendor's key is called that", () => {
  for (const text of ['', 'sk-proj-abc', 'FH_x', 'Bearer']) assert.equal(readKey(text).kind, 'foreign')
})

test('every character of the alphabet turns up about equally often', () => {
  const counts = new Map<string, number>()
  for (let n = 0; n < 400; n += 1) {
    for (const letter of mintKey().key.slice(16, 59)) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  }
  // 17,200 draws, 277 expected of each; six standard deviations are 100.
  assert.equal(counts.size, 62)
  assert.deepEqual(
    [...counts].filter(([, count]) => Math.abs(count - 277) > 100),
    [],
  )
})
