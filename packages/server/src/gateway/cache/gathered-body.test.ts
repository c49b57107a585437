import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LiveBody, Sink } from '../call/upstream-call.ts'
import { GatheredBody } from './gathered-body.ts'

const sinkTo = (pieces: string[]): Sink => ({
  write(piece) {
    pieces.push(piece.toString())
    return pieces.length % 2 === 0
  },
  onDrain: () => {},
  end: () => {},
})

/** A stream of these pieces, which breaks after them where an error is given. */
const streamOf = (pieces: readonly string[], error: Error | null = null): LiveBody => ({
  watch: null,
  abort() {},
  async forward(sink) {
    for (const piece of pieces) sink.write(Buffer.from(piece))
    if (error) throw error
    sink.end()
  },
})

async function gathered(inner: LiveBody, { mostBytes = 100_000, roomBytes = 100_000 } = {}) {
  const held = { now: 0, most: 0 }
  const wholes: string[] = []
  const sent: string[] = []
  const body = new GatheredBody(inner, {
    mostBytes,
    room: {
      hold(bytes) {
        if (held.now + bytes > roomBytes) return false
        held.now += bytes
        held.most = Math.max(held.most, held.now)
        return true
      },
      letGo: (bytes) => void (held.now -= bytes),
    },
    whole: (bytes) => void wholes.push(bytes.toString()),
  })
  const error = await body.forward(sinkTo(sent)).then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return { wholes, sent, held, error }
}

test('what passes by is gathered, however it is cut, and its room is given back', async () => {
  const pieces = Array.from({ length: 500 }, (_, n) => `piece ${n} `.repeat(n % 7))
  const { wholes, sent, held } = await gathered(streamOf(pieces))
  assert.deepEqual([wholes, sent], [[pieces.join('')], pieces])
  assert.deepEqual([held.now, held.most >= pieces.join('').length], [0, true])
})

test('a stream that breaks is gathered by nobody, and breaks for its reader', async () => {
  const broke = new Error('broke')
  const { wholes, sent, held, error } = await gathered(streamOf(['a', 'b'], broke))
  assert.deepEqual([wholes, sent, held.now, error], [[], ['a', 'b'], 0, broke])
})

test('a stream that is too long, or for which there is no room, passes by all the same', async () => {
  const pieces = ['x'.repeat(3000), 'y'.repeat(3000), 'z'.repeat(3000)]
  for (const bounds of [{ mostBytes: 8999 }, { roomBytes: 5000 }]) {
    const { wholes, sent, held, error } = await gathered(streamOf(pieces), bounds)
    assert.deepEqual([wholes, sent, held.now, error], [[], pieces, 0, null])
    assert.ok(held.most <= Math.min(bounds.mostBytes ?? 1e9, bounds.roomBytes ?? 1e9))
  }
  assert.equal((await gathered(streamOf(pieces), { mostBytes: 9000 })).wholes.length, 1)
})
