import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Wire } from '../../gateway/socket/wire.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { RunSink } from '../../assistant/feed.ts'
import type { RunEvents } from './run-session.ts'
import { RunSession } from './run-session.ts'

const RUN = '00000000-0000-4000-8000-000000000001'
// The session only hands the caller on.
const caller = { principal: { kind: 'user', id: 'anna', name: null } } as Caller

/** Runs as they may be kept: what happened so far, and who watches. */
class Diary implements RunEvents {
  readonly past: string[]
  readonly sinks = new Map<string, RunSink>()

  constructor(past: readonly string[] = []) {
    this.past = [...past]
  }

  async follow(by: Caller, { run, after }: { readonly run: string; readonly after: number }, sink: RunSink) {
    if (by !== caller) throw new Fault('not_found', 'There is no such run.', { param: 'run' })
    this.past.slice(after).forEach((word, at) => sink.tell({ seq: after + at + 1, event: { word } }))
    this.sinks.set(run, sink)
    return () => void this.sinks.delete(run)
  }
}

function house(events: RunEvents) {
  const sent: { type: string; seq?: number; error?: { code: string } }[] = []
  const hands = { isFull: false, closed: [] as number[] }
  const wire: Wire = {
    door: 'network',
    headers: {},
    get isFull() {
      return hands.isFull
    },
    send: (text) => sent.push(JSON.parse(text)) > 0 && !hands.isFull,
    pause() {},
    resume() {},
    onDrain: () => {},
    close: (code) => void hands.closed.push(code),
  }
  const session = new RunSession(wire, { events, caller, onBug: (_, error) => assert.fail(String(error)) })
  const say = (message: object): void => session.message(Buffer.from(JSON.stringify(message)))
  return { session, say, sent, hands }
}

/** Whose a run is takes a moment to find out. */
const found = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('a run is followed from the event that is known already, its past first', async () => {
  const diary = new Diary(['a', 'b', 'c'])
  const { session, say, sent } = house(diary)
  say({ type: 'subscribe', run: RUN, after: 1 })
  await found()
  assert.equal(session.isBusy, true)
  diary.sinks.get(RUN)?.tell({ seq: 4, event: { word: 'd' } })
  diary.sinks.get(RUN)?.end()
  assert.deepEqual(
    sent.map(({ type, seq }) => [type, seq]),
    [
      ['subscribed', undefined],
      ['event', 2],
      ['event', 3],
      ['event', 4],
      ['ended', undefined],
    ],
  )
  assert.equal(session.isBusy, false)
})

test('whoever leaves, or wants no more, is told nothing any more', async () => {
  const diary = new Diary()
  const { session, say } = house(diary)
  say({ type: 'subscribe', run: RUN })
  say({ type: 'unsubscribe', run: RUN })
  await found()
  assert.equal(diary.sinks.size, 0)
  say({ type: 'subscribe', run: RUN })
  await found()
  session.left()
  assert.deepEqual([diary.sinks.size, session.isBusy], [0, false])
})

test('one connection follows twenty runs and not one more', async () => {
  const { say, sent } = house(new Diary())
  for (let at = 0; at < 21; at += 1) say({ type: 'subscribe', run: crypto.randomUUID() })
  await found()
  assert.deepEqual(
    [
      sent.filter(({ type }) => type === 'subscribed').length,
      sent.find(({ type }) => type === 'error')?.error?.code,
    ],
    [20, 'too_many'],
  )
})

test('a client that asks on without reading is sent away, and one that reads is not', () => {
  const { say, sent, hands } = house(new Diary())
  say({ type: 'ping' })
  hands.isFull = true
  say({ type: 'ping' })
  assert.deepEqual([sent.length, hands.closed], [1, [1008]])
})
