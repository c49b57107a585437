import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FreeholdError } from './error.ts'
import type { Connect, NumberedEvent } from './follow.ts'
import { follow } from './follow.ts'

const told = (...numbers: readonly number[]): readonly NumberedEvent<string>[] =>
  numbers.map((seq) => ({ seq, event: `e${seq}` }))
const lost = new FreeholdError('unreachable', 'the network is gone')
const refused = new FreeholdError('not_found', 'no such run', { status: 404 })

const restMs = (): number => 0

type Said = NumberedEvent<string> | 'ended' | Error

/** Each connection tells what is written for it; an error at its end is how it breaks. */
function connections(...scripts: readonly (readonly Said[])[]): {
  readonly connect: Connect<string>
  readonly asked: readonly number[]
} {
  const asked: number[] = []
  return {
    asked,
    async *connect(after) {
      const script = scripts[asked.length] ?? []
      asked.push(after)
      for (const said of script) {
        if (said instanceof Error) throw said
        yield said
      }
    },
  }
}

async function followed(
  connect: Connect<string>,
  { isOver = true, ...options }: { isOver?: boolean; after?: number; signal?: AbortSignal } = {},
): Promise<readonly number[]> {
  const seen: number[] = []
  for await (const { seq } of follow({ connect, isOver: async () => isOver, restMs }, options)) seen.push(seq)
  return seen
}

test('events go on behind the last one after the connection broke', async () => {
  const { connect, asked } = connections([...told(1, 2), lost], [...told(3, 4), 'ended'])
  assert.deepEqual(await followed(connect), [1, 2, 3, 4])
  assert.deepEqual(asked, [0, 2])
})

test('events that are told twice are handed out once', async () => {
  const { connect } = connections([...told(1, 2, 2, 1), lost], [...told(1, 2, 3), 'ended'])
  assert.deepEqual(await followed(connect), [1, 2, 3])
})

test('a missing event is asked for again, and in the end said to be missing', async () => {
  const mended = connections([...told(1, 3)], [...told(2, 3), 'ended'])
  assert.deepEqual(await followed(mended.connect), [1, 2, 3])
  const broken = connections(...Array.from({ length: 6 }, () => told(2)))
  await assert.rejects(followed(broken.connect), { code: 'events_missing' })
})

test('a connection that ends while the run goes on is not the end of the run', async () => {
  const { connect, asked } = connections(told(1), [...told(2), 'ended'])
  let times = 0
  const seen: number[] = []
  const isOver = async (): Promise<boolean> => (times += 1) > 1
  for await (const { seq } of follow({ connect, isOver, restMs })) seen.push(seq)
  assert.deepEqual(
    [seen, asked],
    [
      [1, 2],
      [0, 1],
    ],
  )
})

test('a refusal that would be the same next time ends it', async () => {
  const { connect, asked } = connections([refused])
  await assert.rejects(followed(connect), refused)
  assert.equal(asked.length, 1)
})

test('who calls it off gets the reason, also while it waits to connect again', async () => {
  const caller = new AbortController()
  const { connect } = connections([...told(1), lost])
  const seen: number[] = []
  const reason = new Error('closed the tab')
  await assert.rejects(async () => {
    const options = {
      signal: caller.signal,
      onConnection: (state: string) => state === 'lost' && caller.abort(reason),
    }
    for await (const { seq } of follow({ connect, isOver: async () => true }, options)) seen.push(seq)
  }, reason)
  assert.deepEqual(seen, [1])
})

test('it starts behind the number that is known already', async () => {
  const { connect, asked } = connections([...told(8, 9), 'ended'])
  assert.deepEqual(await followed(connect, { after: 7 }), [8, 9])
  assert.deepEqual(asked, [7])
})
