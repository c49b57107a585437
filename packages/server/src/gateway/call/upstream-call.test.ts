import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { createDialler } from '../../kernel/dialler/dialler.ts'
import { Fault } from '../../kernel/fault.ts'
import { UpstreamCall } from './upstream-call.ts'
import { Watchdog } from './watchdog.ts'

test('a call that was ended, before it began or under way, is watched no longer', async (t) => {
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const line = createDialler().open({
    name: 'house',
    url: new URL(`http://127.0.0.1:${port}`),
    zone: 'private',
    connectMs: 1000,
  })
  t.after(async () => {
    await line.destroy()
    server.close()
  })
  const watchdog = new Watchdog()
  const begin = (): UpstreamCall =>
    new UpstreamCall(
      {
        line,
        path: '/',
        method: 'POST',
        headers: [],
        body: null,
        format: null,
        timeouts: { firstByteMs: 1000, idleMs: 1000, totalMs: 1000 },
      },
      watchdog,
    )
  const reason = new Fault('client_left', 'The client is gone.')
  const early = begin()
  early.abort(reason)
  await assert.rejects(early.answer(), reason)
  assert.deepEqual([watchdog.size, early.wasSent], [0, false])
  const late = begin()
  const answer = late.answer()
  assert.equal(watchdog.size, 1)
  late.abort(reason)
  await assert.rejects(answer, reason)
  assert.equal(watchdog.size, 0)
})
