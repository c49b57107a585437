import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { Client, FollowRunOptions, FreeholdError, NumberedEvent, RunEvent } from '@freehold/sdk'
import { createClient } from '@freehold/sdk'
import type { CuttingProxy } from './cutting-proxy.ts'
import { cuttingProxy } from './cutting-proxy.ts'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { captureServer, chatEvents } from './gateway-upstream.ts'

const skip = 'run.events' in OPERATIONS ? false : 'there are no runs yet'
const WORDS = Array.from({ length: 60 }, (_, at) => `word${at} `)
const ROUNDS = 4

let house: GatewayHouse
let target: CaptureServer
let proxy: CuttingProxy
let key: string
let client: Client

before(async () => {
  if (skip) return
  target = await captureServer()
  house = await openGateway({ targets: [privateModel(target.url)], routes: [{ to: ['house'] }] })
  proxy = await cuttingProxy(house.url)
  key = await house.key('--scope', '*')
  client = createClient({ url: house.url, key })
})
after(async () => {
  if (skip) return
  await proxy.close()
  await house.close()
  await target.close()
})

/** Says one word after the other, each when the event loop has turned. */
function speaking(): void {
  target.answer(async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const event of chatEvents(WORDS)) {
      await new Promise((resolve) => setTimeout(resolve, 4))
      response.write(event)
    }
    response.end()
  })
}

/** A run that answers word by word. */
async function begin(): Promise<string> {
  speaking()
  const { id } = (await client.call('conversation.create' as never, { body: {} } as never)) as { id: string }
  const said = await client.call(
    'message.send' as never,
    { params: { id }, body: { text: 'Speak.', model: 'm' } } as never,
  )
  return (said as { run: string }).run
}

async function heard(
  run: string,
  by: Client,
  options: FollowRunOptions,
): Promise<readonly NumberedEvent<RunEvent>[]> {
  const events: NumberedEvent<RunEvent>[] = []
  for await (const event of by.follow(run, options)) events.push(event)
  return events
}

for (const over of ['events', 'websocket'] as const)
  test(
    `no event of a run is lost or doubled over ${over} when the network breaks again and again`,
    { skip },
    async (t) => {
      let losses = 0
      for (let round = 0; round < ROUNDS; round += 1) {
        // Each connection passes some bytes of answers, by chance, and breaks.
        proxy.cutAll()
        const most = new Map<number, number>()
        proxy.judge((from, piece, { number, answeredBytes }) => {
          if (from === 'client') return 'pass'
          const limit = most.get(number) ?? Math.floor(500 + Math.random() * 1200)
          most.set(number, limit)
          return answeredBytes + piece.length < limit ? 'pass' : Math.max(0, limit - answeredBytes)
        })
        const run = await begin()
        const shaky = createClient({ url: proxy.url, key })
        const onConnection = (state: string): void => void (losses += state === 'lost' ? 1 : 0)
        const events = await heard(run, shaky, { over, onConnection })
        const whole = await heard(run, client, { over })
        assert.deepEqual(events, whole)
        assert.deepEqual(
          events.map(({ seq }) => seq),
          events.map((_, at) => at + 1),
        )
        assert.equal(events.at(-1)?.event.type, 'run.completed')
        assert.deepEqual(await heard(run, client, { over, after: 3 }), whole.slice(3))
      }
      t.diagnostic(`${losses} connections lost in ${ROUNDS} runs`)
      assert.ok(losses >= ROUNDS)
    },
  )

test('a run of nobody is said not to be there', { skip }, async () => {
  for (const over of ['events', 'websocket'] as const)
    await assert.rejects(
      heard(crypto.randomUUID(), client, { over }),
      (error: FreeholdError) => error.code === 'not_found',
    )
})

test('who leaves the loop leaves the run alone', { skip }, async () => {
  const run = await begin()
  for await (const { seq } of client.follow(run)) if (seq === 2) break
  const whole = await heard(run, client, {})
  assert.equal(whole.at(-1)?.event.type, 'run.completed')
})
