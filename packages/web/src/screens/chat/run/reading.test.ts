import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Client } from '@freehold/sdk'
import { branchTo, EMPTY_TREE } from './branch.ts'
import { messageSample } from './message-sample.ts'
import { Reading } from './reading.ts'
import type { ThreadState } from './thread-state.ts'
import { EMPTY_THREAD } from './thread-state.ts'

const nameOf = (n: number): string => `m${String(n).padStart(3, '0')}`
const message = (n: number) =>
  messageSample({ id: nameOf(n), parent: n === 1 ? null : nameOf(n - 1), text: `${n}` })

interface Asked {
  readonly branch?: string
  readonly after?: string
  readonly limit: number
}

/** A conversation in a line that grows, told as the server tells a branch. */
function talk() {
  const said = Array.from({ length: 300 }, (_, at) => message(at + 1))
  const asked: Asked[] = []
  let state: Pick<ThreadState, 'conversation' | 'tree' | 'earlier'> = { ...EMPTY_THREAD, tree: EMPTY_TREE }
  const list = async (_: string, wish: Asked) => {
    asked.push(wish)
    const from = wish.after ?? wish.branch
    const end = from === 'current' ? said.length : said.findIndex(({ id }) => id === from) + 1
    const upwards = said.slice(0, wish.after === undefined ? end : end - 1).toReversed()
    const data = upwards.slice(0, wish.limit)
    return { data, next: upwards.length > data.length ? (data.at(-1)?.id ?? null) : null }
  }
  const reading = new Reading('c', {
    // Of what it asks for, what this test is about.
    server: { messages: { list } } as unknown as Pick<Client, 'messages'>,
    state: () => state,
    set: (change) => (state = { ...state, ...change }),
  })
  const here = (): readonly string[] => branchTo(state.tree, said.at(-1)?.id ?? null).map(({ text }) => text)
  return { said, asked, reading, here, all: () => state.tree.messages.size }
}

test('a conversation begins with its end, and what was said since is joined to it and nothing else', async () => {
  const { said, asked, reading, here, all } = talk()
  await reading.first()
  assert.deepEqual([here().length, here()[0], here().at(-1)], [50, '251', '300'])
  said.push(message(301), message(302))
  await reading.upTo('m302')
  assert.deepEqual([here()[0], here().at(-1), all(), asked.length], ['251', '302', 52, 2])
  await reading.upTo('m302')
  assert.equal(asked.length, 2)
})

test('much that was said meanwhile is fetched until it meets what is here', async () => {
  const { said, reading, here, all } = talk()
  await reading.first()
  for (let n = 301; n <= 430; n += 1) said.push(message(n))
  await reading.upTo('m430')
  assert.deepEqual([here()[0], here().at(-1), all()], ['251', '430', 180])
})
