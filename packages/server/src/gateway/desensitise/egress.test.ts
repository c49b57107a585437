import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tenantId } from '../../store/tenant-id.ts'
import type { Left } from './egress.ts'
import { Egress } from './egress.ts'

const MIB = 1024 * 1024
const TENANT = tenantId('00000000-0000-4000-8000-000000000001')

/** A database that takes its time: each batch is written when `go` is called. */
function house() {
  const lost: string[] = []
  const open: { readonly calls: readonly Left[]; readonly done: () => void }[] = []
  const egress = new Egress({
    isKept: () => true,
    write: (calls) => new Promise((done) => open.push({ calls, done })),
    nowMs: () => 0,
    lost: (calls, reason) => lost.push(`${calls} ${reason}`),
  })
  const leave = (mib: number): void => {
    const call = {
      tenant: TENANT,
      principal: 'p',
      request: 'r',
      target: 't',
      path: '/',
      outbound: Buffer.alloc(mib * MIB),
      surrogates: [],
    }
    egress.begin(call)?.over()
  }
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
  return { egress, lost, open, leave, turn }
}

test('what is much is written at once, and what is little waits for more', async () => {
  const { open, leave, turn } = house()
  leave(1)
  await turn()
  assert.equal(open.length, 0)
  leave(3)
  await turn()
  assert.deepEqual(
    open.map(({ calls }) => calls.length),
    [1],
  )
  open[0]?.done()
  await turn()
  assert.equal(open.length, 2)
})

test('what is being written counts as waiting until it is, and what is too much is told as lost', async () => {
  const { egress, lost, open, leave, turn } = house()
  for (let at = 0; at < 16; at += 1) leave(4)
  await turn()
  leave(4)
  assert.deepEqual([lost, open.length], [['1 full'], 1])
  open[0]?.done()
  await turn()
  leave(4)
  assert.equal(lost.length, 1)
  const over = egress.close()
  for (let at = 1; at < 17; at += 1) {
    await turn()
    open[at]?.done()
  }
  await over
  assert.deepEqual([open.length, lost.length], [17, 1])
})
