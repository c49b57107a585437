import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { threadEnvironment } from './thread-environment.ts'

test('a thread finds nothing of the environment of the server but where compiled code lies', async () => {
  process.env['FREEHOLD_MASTER_KEY'] = 'canary'
  const found = async (env?: Readonly<Record<string, string>>): Promise<readonly string[]> => {
    const thread = new Worker(
      `require('node:worker_threads').parentPort.postMessage(Object.keys(process.env))`,
      { eval: true, ...(env && { env }) },
    )
    const [names] = await once(thread, 'message')
    return names
  }
  try {
    assert.deepEqual(
      (await found(threadEnvironment())).filter((name) => name !== 'NODE_COMPILE_CACHE'),
      [],
    )
    assert.ok((await found()).includes('FREEHOLD_MASTER_KEY'))
  } finally {
    delete process.env['FREEHOLD_MASTER_KEY']
  }
})
