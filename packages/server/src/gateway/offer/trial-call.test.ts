import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { targetInput } from '@freehold/contract/routing.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { localOperator } from '../../identity/local-operator.ts'
import { createDialler } from '../../kernel/dialler/dialler.ts'
import { Fault } from '../../kernel/fault.ts'
import { guardTarget } from '../../kernel/target-definition.ts'
import { tenantId } from '../../store/tenant-id.ts'
import { Watchdog } from '../call/watchdog.ts'
import type { Admitted, Ledger, Settled } from '../records/ledger.ts'
import { compileRouting, targetOf } from '../routing/compile.ts'
import { openWay } from '../targets.ts'
import { recordedCall } from './trial-call.ts'

const full = (): Promise<void> => Promise.reject(new Fault('storage_full', 'The disk is full.'))

/** A managed target of this machine, and what arrived there while `ledger` kept the record. */
async function called(ledger: Partial<Ledger>, privateOnly: readonly DataClass[] = []) {
  const arrived: string[] = []
  const server = createServer((request, response) => {
    arrived.push(request.url ?? '')
    request.resume().on('end', () => response.end('{}'))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server's address is never a path.
  const { port } = server.address() as AddressInfo
  const definition = guardTarget(
    targetInput.parse({
      name: 'cloud',
      kind: 'model',
      zone: 'managed',
      dialect: 'openai',
      url: `http://127.0.0.1:${port}`,
      models: ['*'],
    }),
  )
  assert.ok(definition.kind === 'model')
  const target = targetOf(definition, 'settings')
  const open = openWay(createDialler(), target)
  const nothing = { targets: [], routes: [] }
  const routing = compileRouting({ file: nothing, settings: nothing, privateOnly }).routing
  const lines: (Admitted | Settled)[] = []
  const left: string[] = []
  const outcome = await recordedCall(
    {
      tokens: { tokenFor: () => '' },
      watchdog: new Watchdog(),
      figures: { attempt() {} },
      nowMs: () => 0,
      routing: () => routing,
      enter: () => ({
        atMs: null,
        charged: null,
        spending: null,
        reserve: () => null,
        settle() {},
        leave: () => void left.push('left'),
      }),
      spending: () => null,
      ledger: {
        admit: async (line) => void lines.push(line),
        durable: async () => {},
        settle: (line) => void lines.push(line),
        ...ledger,
      },
    },
    {
      caller: localOperator(tenantId('018f0000-0000-7000-8000-000000000000')),
      request: 'req_1',
      target,
      definition,
      open,
      model: 'm',
    },
  ).then(
    ({ status }) => status,
    (error: unknown) => (error instanceof Fault ? error.code : error),
  )
  await open.line.destroy()
  server.closeAllConnections()
  server.close()
  return { outcome, arrived, lines, left }
}

test('a call that tries a managed target leaves once its record is on the disk', async () => {
  const { outcome, arrived, lines, left } = await called({})
  assert.deepEqual([outcome, arrived, left], [200, ['/v1/chat/completions'], ['left']])
  const [admitted, settled] = lines
  assert.ok(admitted && 'mode' in admitted && settled && 'bytesManaged' in settled)
  assert.deepEqual([admitted.mode, admitted.class, settled.state], ['strict', 'public', 'settled'])
  assert.ok(settled.bytesManaged > 0)
})

test('without a record nothing leaves', async () => {
  const refused = await called({ admit: full })
  assert.deepEqual([refused.outcome, refused.arrived, refused.left], ['storage_full', [], ['left']])
  const notOnDisk = await called({ durable: full })
  assert.deepEqual([notOnDisk.outcome, notOnDisk.arrived], ['storage_full', []])
  const settled = notOnDisk.lines[1]
  assert.ok(settled && 'bytesManaged' in settled)
  assert.deepEqual([settled.state, settled.code, settled.bytesManaged], ['failed', 'storage_full', 0])
})

test('where not even public content leaves, no test does', async () => {
  const { outcome, arrived, lines } = await called({}, ['public'])
  assert.deepEqual([outcome, arrived, lines], ['stays_home', [], []])
})
