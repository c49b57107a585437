import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tenantId } from '../../store/tenant-id.ts'
import type { EgressBatch } from './egress-batch.ts'
import { callIn } from './egress-batch.ts'
import { Egress } from './egress.ts'

const MIB = 1024 * 1024
const TENANT = tenantId('00000000-0000-4000-8000-000000000001')

/** A database that takes its time: each batch is written when `go` is called. */
function house() {
  const lost: string[] = []
  const open: { readonly batch: EgressBatch; readonly done: () => void }[] = []
  const egress = new Egress({
    isKept: () => true,
    write: (batch) => new Promise((done) => open.push({ batch, done })),
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
    open.map(({ batch }) => batch.calls.length),
    [1],
  )
  open[0]?.done()
  await turn()
  assert.equal(open.length, 2)
})

test('what is being written counts as waiting until it is, and what is too much is told as lost', async () => {
  const { egress, lost, open, leave, turn } = house()
  for (let at = 0; at < 8; at += 1) leave(4)
  await turn()
  leave(4)
  assert.deepEqual([lost, open.length], [['1 full'], 1])
  open[0]?.done()
  await turn()
  leave(4)
  assert.equal(lost.length, 1)
  const over = egress.close()
  for (let at = 1; at < 9; at += 1) {
    await turn()
    open[at]?.done()
  }
  await over
  assert.deepEqual([open.length, lost.length], [9, 1])
})

test('calls of two tenants, whole and streamed over many pages, come out of their batches as they went in', async () => {
  const written: { tenant: string; calls: ReturnType<typeof callIn>[] }[] = []
  const egress = new Egress({
    isKept: () => true,
    async write({ tenant, calls, pieces }) {
      const bytes = Buffer.concat(pieces)
      written.push({ tenant, calls: calls.map((call) => callIn(bytes, call)) })
    },
    nowMs: () => 0,
    lost: assert.fail,
  })
  const tenants = [TENANT, tenantId('00000000-0000-4000-8000-000000000002')]
  const texts = tenants.map((_, at) => Array.from({ length: 9 }, (__, n) => `${at}${n}é`.repeat(3000)))
  const streams = tenants.map((tenant, at) => {
    const leaving = egress.begin({
      tenant,
      principal: 'p',
      request: 'r',
      target: 't',
      path: '/v1',
      outbound: Buffer.from(`asked by ${at}`),
      surrogates: [['EMAIL', `${at}@example.org`]],
    })
    const pieces = (texts[at] ?? []).map((text) => Buffer.from(text))
    return leaving?.answered({
      watch: null,
      abort() {},
      forward: async (to) => pieces.forEach((one) => to.write(one)),
    })
  })
  for (const body of streams) {
    if (body === undefined || Buffer.isBuffer(body)) assert.fail()
    await body.forward({ write: () => true, onDrain() {}, end() {} })
  }
  await egress.close()
  assert.deepEqual(
    written,
    tenants.map((tenant, at) => ({
      tenant,
      calls: [
        {
          path: '/v1',
          surrogates: [['EMAIL', `${at}@example.org`]],
          outbound: `asked by ${at}`,
          inbound: texts[at]?.join(''),
        },
      ],
    })),
  )
})
