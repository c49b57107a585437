import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Paced } from './paced.ts'

const turns = async (count: number): Promise<void> => {
  for (let at = 0; at < count; at += 1) await new Promise((resolve) => setImmediate(resolve))
}

test('what is asked for a thousand times is done at once, and once more for those who came later', async () => {
  let done = 0
  const twice = Promise.withResolvers<void>()
  const paced = new Paced(() => {
    done += 1
    if (done === 2) twice.resolve()
  }, 5)
  paced.ask()
  assert.equal(done, 1)
  for (let at = 0; at < 1000; at += 1) paced.ask()
  assert.equal(done, 1)
  const alive = setInterval(() => {}, 1000)
  await twice.promise
  clearInterval(alive)
  await paced.close()
  assert.equal(done, 2)
})

test('after it was closed nothing is done any more, and what is under way is waited for', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  let done = 0
  const paced = new Paced(() => {
    done += 1
    return promise
  }, 60_000)
  paced.ask()
  paced.ask()
  let isClosed = false
  const closed = paced.close().then(() => (isClosed = true))
  await turns(3)
  assert.equal(isClosed, false)
  resolve()
  await closed
  paced.ask()
  await turns(3)
  assert.equal(done, 1)
})
