import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEngine } from '../../packages/server/src/privacy/detect/engine.ts'

const PLAIN =
  'Please summarise the following shipment note for the operations team and list open questions at the end. '
const PERSONAL =
  'Contact Anna Schmidt, anna.schmidt@example.org, +49 30 901820345, card 4111 1111 1111 1111, IBAN DE89 3704 0044 0532 0130 00, host 10.20.30.40. '
/** Two thousand characters, a fifth of them somebody's. */
const TEXT = Array.from({ length: 18 }, (_, i) => (i % 4 === 3 ? PERSONAL : PLAIN)).join('')
const TEXTS = 100
const ROUNDS = 8
/** What a text may cost: so many steps of a loop that only hashes and counts, whatever the machine is. */
const MOST_STEPS = 800_000
const STEPS = 6_000_000

/** CPU of this thread, in microseconds. */
function cpuOf(work: () => void): number {
  const before = process.threadCpuUsage()
  work()
  const { user, system } = process.threadCpuUsage(before)
  return user + system
}

function loop(): void {
  const counts = new Int32Array(4096)
  let hash = 0
  for (let step = 0; step < STEPS; step += 1) {
    hash = Math.imul(hash ^ step, 0x01000193)
    counts[hash & 4095] = (counts[hash & 4095] ?? 0) + (hash >>> 7)
  }
}

test('a new text of 2 KB full of personal data is searched in the time of a short loop', (t) => {
  const engine = createEngine()
  let round = 0
  const search = (): void => {
    round += 1
    for (let i = 0; i < TEXTS; i += 1)
      engine.detect(`Note ${round * 1000 + i}. ${TEXT}`, { language: null, key: 'content' })
  }
  // Each round beside its own loop: the machine is not as fast all the time.
  const rounds = Array.from({ length: ROUNDS }, () => ({
    step: cpuOf(loop) / STEPS,
    micros: cpuOf(search) / TEXTS,
  }))
  // What else the machine does can only add to it.
  const steps = Math.min(...rounds.map(({ step, micros: took }) => took / step))
  const micros = Math.min(...rounds.map(({ micros: took }) => took))
  t.diagnostic(
    `${micros.toFixed(0)} µs, ${(TEXT.length / micros).toFixed(1)} M characters/s, ${Math.round(steps)} steps`,
  )
  assert.ok(steps <= MOST_STEPS, `as much as ${Math.round(steps)} steps`)
})
