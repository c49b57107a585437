import assert from 'node:assert/strict'
import { test } from 'node:test'
import { assert as check, nat, property } from 'fast-check'
import { cutIntoPieces, PieceText, piecesOver } from './text-pieces.ts'

function opened(text: string): PieceText {
  const pieces = cutIntoPieces(text)
  const sizes = pieces.map((piece) => ({ characters: piece.length, bytes: piece.length + 30 }))
  const held = new PieceText(sizes)
  for (const [number, piece] of pieces.entries()) held.put(number, piece)
  return held
}

test('pieces joined are the text, none splits a character, and any slice is as of the text', () => {
  const long = 'x'.repeat(16_383) + '𠀀'.repeat(20_000) + 'y'.repeat(20_000)
  const pieces = cutIntoPieces(long)
  assert.equal(pieces.join(''), long)
  assert.ok(pieces.every((piece) => piece.isWellFormed()))
  assert.ok(pieces.length > 3)
  const held = opened(long)
  const offset = nat({ max: long.length + 10 })
  check(
    property(offset, nat({ max: 40_000 }), (start, length) => {
      assert.equal(held.slice(start, start + length), long.slice(start, start + length))
    }),
    { numRuns: 100 },
  )
})

test('only the pieces around a passage are asked for, and once opened none is missing', () => {
  const sizes = Array.from({ length: 10 }, () => ({ characters: 100, bytes: 130 }))
  const numbers = piecesOver(sizes, { start: 290, end: 310 }).map(({ number, first }) => [number, first])
  assert.deepEqual(numbers, [
    [2, 260],
    [3, 390],
  ])
  const held = new PieceText(sizes)
  held.put(2, 'a'.repeat(100))
  assert.deepEqual(
    held.missing({ start: 290, end: 310 }).map((piece) => piece.number),
    [3],
  )
  held.put(3, 'b'.repeat(100))
  assert.deepEqual(held.missing({ start: 290, end: 310 }), [])
  assert.deepEqual(piecesOver(sizes, { start: 1000, end: 1080 }), [])
})
