import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ConversationHouse, Seen, Told } from './conversation-house.ts'
import { openConversations } from './conversation-house.ts'
import { managedModel, privateModel, settledRecord } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { captureServer, ordinary } from './gateway-upstream.ts'
import { calls } from './tool-scripts.ts'

/** A call of 11 tokens in and 7 out costs 81 millionths. */
const PRICE = { in: 1, out: 10 }
const CALL = 0.000081

let target: CaptureServer
let house: ConversationHouse
before(async () => {
  target = await captureServer()
  house = await openConversations(
    {
      targets: [
        privateModel(target.url, { price: PRICE }),
        managedModel(target.url),
        privateModel(target.url, { name: 'own' }),
      ],
      routes: [
        { when: { model: 'cloud', class: ['public', 'internal', 'confidential'] }, to: ['cloud'] },
        { when: { model: 'own' }, to: ['own'] },
        { to: ['house'] },
      ],
      conversations: { model: 'house', runCost: 0.0002 },
    },
    { target },
  )
})
after(async () => {
  await house.close()
  await target.close()
})

interface Costly extends Seen {
  readonly making: NonNullable<Seen['making']> & {
    readonly cost: number | null
    readonly limit: string | null
  }
}

async function runOf(wish: object): Promise<{ readonly events: readonly Told[]; readonly answer: Costly }> {
  const { me } = house
  const conversation = await me.begin()
  const { run, answer } = await me.say(conversation, 'Go on for ever.', wish)
  const events = await me.events(run)
  const messages = (await me.messages(conversation)) as readonly Costly[]
  const made = messages.find(({ id }) => id === answer)
  assert.ok(made, JSON.stringify(events))
  return { events, answer: made }
}
const ended = (events: readonly Told[]): readonly Told[] =>
  events.filter(({ type }) => type === 'model.ended')

test('a run ends when it has cost what it may, and says so', async () => {
  target.answer(calls('search_knowledge', { query: 'anything' }))
  const { events, answer } = await runOf({})
  assert.equal(ended(events).length, 3)
  assert.deepEqual(
    events.filter(({ type }) => type === 'limit.reached').map(({ limit }) => limit),
    ['cost'],
  )
  assert.deepEqual([events.at(-1)?.type, events.at(-1)?.['limit']], ['run.completed', 'cost'])
  assert.deepEqual([answer.making.cost, answer.making.limit], [3 * CALL, 'cost'])
})

test('whoever speaks may allow less than the operator, and no more', async () => {
  target.answer(calls('search_knowledge', { query: 'anything' }))
  const less = await runOf({ maxCost: 0.0001 })
  assert.deepEqual([ended(less.events).length, less.answer.making.limit], [2, 'cost'])
  const more = await runOf({ maxCost: 5 })
  assert.deepEqual([ended(more.events).length, more.answer.making.limit], [3, 'cost'])
})

test('where nothing has a price in the own zone only the other limits hold, and what it cost is not known', async () => {
  target.answer(calls('search_knowledge', { query: 'anything' }))
  const { events, answer } = await runOf({ model: 'own' })
  assert.deepEqual([ended(events).length, answer.making.limit, answer.making.cost], [16, 'steps', null])
})

test('a managed target without a price is asked once where a run has a limit', async () => {
  target.answer(calls('search_knowledge', { query: 'anything' }))
  const { events, answer } = await runOf({ model: 'cloud' })
  assert.deepEqual([ended(events).length, answer.making.limit], [1, 'cost'])
})

test('an answer within the limit says what it cost, which is what its requests cost', async () => {
  target.answer(ordinary)
  const { events, answer } = await runOf({})
  assert.deepEqual([answer.making.cost, answer.making.limit], [CALL, null])
  assert.equal(ended(events)[0]?.['costMicros'], 81)
  const [request = ''] = answer.making.requests
  const recorded = await settledRecord<{ cost: number }>(house, request, house.me.headers)
  assert.equal(recorded.cost, CALL)
})
