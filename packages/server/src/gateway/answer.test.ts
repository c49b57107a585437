import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Caller } from '../identity/caller.ts'
import { Fault } from '../kernel/fault.ts'
import type { Rooms } from './answer.ts'
import { createAnswer } from './answer.ts'
import type { Exchange, Outcome } from './exchange.ts'
import type { Reply } from './reply.ts'

const reply: Reply = {
  zone: 'local',
  target: 'local',
  model: 'extract-1',
  class: 'internal',
  masked: 0,
  usage: null,
  contentType: 'application/json',
  body: Buffer.from('{}'),
}

/** A house where everything goes well; a test changes the one room it is about. */
function house(changed: Partial<Rooms<string>> = {}) {
  const settled: (number | 'ok')[] = []
  const sent: Reply[] = []
  const caller = { baseClass: 'internal', classCeiling: 'restricted' } as Caller
  const rooms: Rooms<string> = {
    open: () => ({ settle: () => settled.push('ok'), fail: ({ status }) => settled.push(status) }),
    identify: () => caller,
    admit: () => ({ caller, bodyBytes: 1024 }),
    read: async () => 'chat',
    classify: () => ({ class: 'internal' }),
    decide: () => ({ zone: 'local', target: 'local', caller, class: 'internal' }),
    call: async () => reply,
    ...changed,
  }
  const refused: unknown[] = []
  const exchange = {
    signal: new AbortController().signal,
    respond: async (answer: Reply) => void sent.push(answer),
    refuse(error: unknown): Outcome {
      refused.push(error)
      return error instanceof Fault
        ? { status: error.status, code: error.code }
        : { status: 500, code: 'bug' }
    },
  } as unknown as Exchange
  return { answer: () => createAnswer(rooms)(exchange), settled, sent, refused }
}

test('a request that goes well is answered and settled once', async () => {
  const { answer, settled, sent } = house()
  await answer()
  assert.deepEqual([settled, sent], [['ok'], [reply]])
})

for (const room of ['identify', 'admit', 'read', 'classify', 'decide', 'call'] as const) {
  test(`a refusal while ${room} is reached ends the request and is recorded`, async () => {
    const no = (): never => {
      throw new Fault('not_allowed', 'Ask your administrator for this model.', { param: 'model' })
    }
    const { answer, settled, sent } = house({
      [room]: room === 'read' || room === 'call' ? async () => no() : no,
    })
    await answer()
    assert.deepEqual([settled, sent], [[403], []])
  })
}
