import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { captureServer, chatEvents, ordinary, streamed } from './gateway-upstream.ts'

let cloud: CaptureServer
let house: GatewayHouse

before(async () => {
  cloud = await captureServer()
  house = await openGateway(
    {
      targets: [managedModel(cloud.url)],
      routes: [{ when: { class: ['public'] }, to: ['cloud'], desensitise: 'real' }],
      classes: { found: { default: 'public' } },
      desensitise: { real: { default: 'surrogate', SECRET: 'block' } },
    },
    { key: ['--class', 'public'] },
  )
})
after(async () => {
  await house.close()
  await cloud.close()
})

const VALUES = /anna@canary\.example|110105 ?19491231|4539 1488|138 1234 5678|Lieselotte|王建国/
const SAID =
  'I am Mrs. Lieselotte Hofmann, mail anna@canary.example, phone 138 1234 5678, card 4539 1488 0343 6467, 身份证 11010519491231002X, 我的同事王建国先生。'
const chat = (messages: readonly object[], more: object = {}): object => ({ model: 'm', messages, ...more })
const read = async (response: Response) => JSON.parse(await response.text())
const sent = (): { content: string }[] =>
  JSON.parse(cloud.seen.at(-1)?.body.toString() ?? '{"messages":[]}').messages

/** Says again what the last message was, in pieces of so many characters. */
const echoing = (size: number) =>
  cloud.answer((seen, response) => {
    const { messages } = JSON.parse(seen.body.toString())
    const last: string = messages.at(-1).content
    const pieces = Array.from({ length: Math.ceil(last.length / size) }, (_, at) =>
      last.slice(at * size, (at + 1) * size),
    )
    return streamed(chatEvents(pieces))(seen, response)
  })

const heard = (stream: string): string =>
  Array.from(stream.matchAll(/^data: (\{.*)$/gm), ([, data = '']) => {
    const { choices } = JSON.parse(data)
    return choices[0]?.delta.content ?? ''
  }).join('')

test('real-looking values leave in the place of real ones, and the answer has the real ones again', async () => {
  for (const size of [1, 3, 50]) {
    echoing(size)
    const response = await house.post(
      '/v1/chat/completions',
      chat([{ role: 'user', content: SAID }], { stream: true }),
    )
    assert.equal(heard(await response.text()), SAID)
    const [message] = sent()
    assert.doesNotMatch(message?.content ?? '', VALUES)
    assert.doesNotMatch(message?.content ?? '', /\[[A-Z]+_/)
    assert.match(message?.content ?? '', /mail [a-z.]+\d\d@example\.(?:com|org|net), phone 154 \d{4} \d{4}/)
  }
})

test('they are shown in the ledger, and counted as what they are', async () => {
  cloud.answer(ordinary)
  const response = await house.post('/v1/chat/completions', chat([{ role: 'user', content: SAID }]))
  await response.text()
  const id = response.headers.get('x-freehold-request')
  const { attempts } = await read(await house.get(`/api/requests/${id}/egress`))
  const [one] = attempts
  assert.equal(one.path, '/v1/chat/completions')
  const shown: string[] = one.spans.map(
    ({ start, end, type }: { start: number; end: number; type: string }) =>
      `${type} ${one.outbound.slice(start, end)}`,
  )
  assert.ok(shown.some((text) => /^EMAIL [a-z.]+\d\d@example\.\w{3}$/.test(text)))
  assert.ok(shown.some((text) => /^PHONE 154 \d{4} \d{4}$/.test(text)))
  const metrics = await house.metrics()
  assert.match(metrics, /freehold_privacy_values_total\{type="EMAIL",action="surrogate"\} \d+/)
  assert.doesNotMatch(metrics, /canary|example\.(?:com|org|net)/)
})

test('later turns are masked alike, with and without a name of the conversation', async () => {
  cloud.answer(ordinary)
  for (const headers of [{}, { 'x-freehold-conversation': 'one' }]) {
    const question = { role: 'user', content: SAID }
    const ask = async (messages: readonly object[]) => {
      const response = await house.post('/v1/chat/completions', chat(messages), headers)
      assert.equal(response.status, 200, await response.text())
      return sent()
    }
    const [first] = await ask([question])
    const masked = first?.content ?? ''
    const [again, restored] = await ask([question, { role: 'assistant', content: SAID }, question])
    assert.deepEqual([again?.content, restored?.content], [masked, masked])
    const [, unrestored] = await ask([question, { role: 'assistant', content: masked }, question])
    assert.equal(unrestored?.content, masked)
    // One with a name knows them also where nothing of it is repeated.
    const [alone] = await ask([{ role: 'user', content: 'Again to anna@canary.example.' }])
    const address = /[a-z.]+\d\d@example\.(?:com|org|net)/.exec(alone?.content ?? '')?.[0] ?? ''
    assert.equal(masked.includes(address), 'x-freehold-conversation' in headers)
  }
})
