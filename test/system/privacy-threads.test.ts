import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { test } from 'node:test'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import { createDetection } from '../../packages/server/src/privacy/detect/detection.ts'
import { createEngine } from '../../packages/server/src/privacy/detect/engine.ts'

const CONTEXT = { language: 'zh', key: null } as const
const engine = createEngine()
const LONG = '电话 13800138000，在这里等我。'.repeat(1000)
const asFault = (code: string) => (error: unknown) => error instanceof Fault && error.code === code

test('a long text is searched in a thread, and finds what a short one finds', async () => {
  const scanned: number[] = []
  const detection = createDetection({
    engine,
    scanned: (spans) => void scanned.push(spans.length),
  })
  const [long, short] = await Promise.all([
    detection.detect(LONG, CONTEXT),
    detection.detect('a@b.org', CONTEXT),
  ])
  assert.deepEqual(long, engine.detect(LONG, CONTEXT))
  assert.equal(short.length, 1)
  assert.deepEqual(scanned, [1, 1000])
  await detection.close()
})

test('a long conversation is searched in two threads, and what is found in its texts stays in their order', async () => {
  let threads = 0
  const begun = (): void => void (threads += 1)
  subscribe('worker_threads', begun)
  const detection = createDetection({ engine, scanned: () => undefined, lanes: 2 })
  const texts = Array.from({ length: 90 }, (_, n) => ({
    text: `${'电话 13800138000，'.repeat(n % 7)}${'在这里等我。'.repeat(400)}`,
    context: CONTEXT,
  }))
  const alone = texts.map(({ text, context }) => engine.detect(text, context))
  assert.deepEqual(await detection.detectAll(texts, null), alone)
  assert.equal(threads, 2)
  assert.deepEqual(await detection.detectAll(texts.slice(0, 20), null), alone.slice(0, 20))
  const nothing = { text: '', context: CONTEXT }
  assert.deepEqual(await detection.detectAll([nothing, nothing], null), [[], []])
  assert.equal(threads, 2)
  unsubscribe('worker_threads', begun)
  await detection.close()
})

test('a text that takes too long is refused, and the next one is searched', async () => {
  const options = { engine, scanned: () => undefined }
  const hasty = createDetection({ ...options, timeoutMs: 0 })
  await assert.rejects(hasty.detect(LONG, CONTEXT), asFault('unavailable'))
  await assert.rejects(hasty.detect(LONG, CONTEXT), asFault('unavailable'))
  await hasty.close()
})

test('when too much waits already the next text is refused, and what waits at the end as well', async () => {
  const detection = createDetection({ engine, scanned: () => undefined, lanes: 1 })
  const waiting = Array.from({ length: 70 }, () => detection.detect(' '.repeat(17_000), CONTEXT))
  const settled = Promise.allSettled(waiting)
  await detection.close()
  const refused = (await settled).filter((result) => result.status === 'rejected')
  assert.equal(refused.filter(({ reason }) => asFault('too_many')(reason)).length, 70 - 65)
  assert.equal(refused.filter(({ reason }) => asFault('draining')(reason)).length, 65)
  await assert.rejects(detection.detect(LONG, CONTEXT), asFault('draining'))
})
