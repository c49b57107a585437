import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ExporterOptions, Sent } from './exporter.ts'
import { Exporter } from './exporter.ts'

const TAKEN: Sent = { kind: 'taken', refused: 0 }
const FAILED: Sent = { kind: 'failed', why: { status: 503, code: 'status' }, retryAfterMs: null }

function house(send: ExporterOptions<number>['send']) {
  const seen = { taken: 0, dropped: {} as Record<string, number>, turned: [] as (number | null)[] }
  const exporter = new Exporter<number>({
    send,
    taken: (count) => (seen.taken += count),
    dropped: (count, reason) => (seen.dropped[reason] = (seen.dropped[reason] ?? 0) + count),
    turned: (trouble) => seen.turned.push(trouble?.status ?? null),
    everyMs: 1,
    backoffMs: 1,
  })
  return { exporter, seen }
}

test('everything is sent once and in order, in batches', async () => {
  const sent: number[] = []
  const { exporter, seen } = house(async (batch) => {
    sent.push(...batch)
    return TAKEN
  })
  for (let n = 0; n < 1000; n += 1) exporter.add(n)
  await exporter.close(1000)
  assert.deepEqual(
    sent,
    Array.from({ length: 1000 }, (_, n) => n),
  )
  assert.deepEqual(seen, { taken: 1000, dropped: {}, turned: [] })
})

test('an endpoint that hangs costs a bounded queue, and what is lost is counted', async () => {
  const { exporter, seen } = house(() => new Promise(() => {}))
  for (let n = 0; n < 10_000; n += 1) exporter.add(n)
  await exporter.close(5)
  exporter.add(1)
  // One batch was on its way, and nobody will ever know.
  assert.deepEqual(seen.dropped, { full: 10_000 - 256 - 4096, stopped: 4096 + 1 })
})

test('a batch that cannot be written down is lost, and the process goes on', async () => {
  const { exporter, seen } = house(async () => {
    throw new TypeError('a bug')
  })
  exporter.add(1)
  await exporter.close(1000)
  assert.deepEqual(seen, { taken: 0, dropped: { refused: 1 }, turned: [0] })
})

test('what may pass is sent again, what stays is dropped, and the turn is told once', async () => {
  const answers: Sent[] = [
    FAILED,
    TAKEN,
    FAILED,
    FAILED,
    FAILED,
    { kind: 'refused', why: { status: 400, code: 'status' } },
    { kind: 'taken', refused: 1 },
  ]
  const sizes: number[] = []
  const { exporter, seen } = house(async (batch) => {
    sizes.push(batch.length)
    return answers.shift() ?? TAKEN
  })
  for (let n = 0; n < 256 * 4; n += 1) exporter.add(n)
  while (answers.length > 0) await new Promise((resolve) => setImmediate(resolve))
  await exporter.close(1000)
  assert.deepEqual(
    sizes,
    Array.from({ length: 7 }, () => 256),
  )
  assert.deepEqual(seen, {
    taken: 256 + 255,
    dropped: { failed: 256, refused: 256 + 1 },
    turned: [503, null],
  })
})
