import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { after, before, beforeEach, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer, Script } from './gateway-upstream.ts'
import {
  answered,
  captureServer,
  chatEvents,
  event,
  ordinary,
  responseEvents,
  silent,
  streamed,
} from './gateway-upstream.ts'

const NAMES = ['gpu-1', 'gpu-2', 'gpu-3'] as const
type Name = (typeof NAMES)[number]

let gpus: Record<Name, CaptureServer>
let spare: CaptureServer
let house: GatewayHouse
const config = (failures: number): object => ({
  targets: [
    ...NAMES.map((name) => privateModel(gpus[name].url, { name })),
    privateModel(spare.url, { name: 'spare' }),
    managedModel(spare.url),
  ],
  routes: [
    { when: { model: 'spread*' }, to: [[...NAMES], 'spare'], affinity: 'none' },
    { to: [[...NAMES], 'spare'] },
  ],
  circuit: { failures, openMs: 300 },
  balance: { slowStartMs: 0 },
})
before(async () => {
  gpus = { 'gpu-1': await captureServer(), 'gpu-2': await captureServer(), 'gpu-3': await captureServer() }
  spare = await captureServer()
  house = await openGateway(config(3))
})
after(async () => {
  await house.close()
  for (const one of [...Object.values(gpus), spare]) await one.close()
})
beforeEach(() => {
  for (const one of [...Object.values(gpus), spare]) {
    one.answer(ordinary)
    one.forget()
  }
})

const ask = (model: string, more: object = {}): Promise<Response> =>
  house.post('/v1/chat/completions', { model, messages: [{ role: 'user', content: 'hi' }], ...more })

/** Whoever answered each, in the order of asking. */
async function targets(asked: readonly Promise<Response>[]): Promise<readonly string[]> {
  return Promise.all(
    asked.map(async (one) => {
      const answer = await one
      await answer.text()
      assert.equal(answer.status, 200)
      return answer.headers.get('x-freehold-target') ?? ''
    }),
  )
}

const counts = (): readonly number[] => NAMES.map((name) => gpus[name].seen.length)
const late =
  (ms: number): Script =>
  async (seen, response) => {
    await pause(ms)
    return ordinary(seen, response)
  }

test('requests are spread over a group, a slow member gets less, and the spare gets none', async () => {
  for (const name of NAMES) gpus[name].answer(late(5))
  await targets(Array.from({ length: 60 }, () => ask('spread')))
  for (const count of counts()) assert.ok(count >= 10, String(counts()))
  for (const one of Object.values(gpus)) one.forget()
  const release = Promise.withResolvers<void>()
  gpus['gpu-1'].answer(async (seen, response) => {
    await release.promise
    return ordinary(seen, response)
  })
  const asked: Promise<readonly string[]>[] = []
  const answeredElsewhere = (): number => (counts()[1] ?? 0) + (counts()[2] ?? 0)
  while (answeredElsewhere() < 40) {
    asked.push(targets([ask('spread')]))
    await Promise.race([asked.at(-1), gpus['gpu-1'].next()])
  }
  const held = counts()[0] ?? 0
  const [listed] = JSON.parse((await house.cli('target', 'list', '--json')).stdout).data
  assert.deepEqual(
    [listed.name, listed.health, listed.load[0].model, listed.load[0].inFlight, listed.load[0].share],
    ['gpu-1', 'unprobed', '*', held, 1],
  )
  assert.ok(listed.load[0].firstByteMs.whole > 0)
  const metrics = await house.metrics()
  assert.match(metrics, new RegExp(`^freehold_target_in_flight\\{target="gpu-1"\\} ${held}$`, 'm'))
  release.resolve()
  await Promise.all(asked)
  assert.ok((counts()[0] ?? 0) < 20, String(counts()))
  assert.equal(spare.seen.length, 0)
})

test('a member that is killed leaves and comes back, and no request fails', async () => {
  const { port } = gpus['gpu-2']
  await gpus['gpu-2'].close()
  for (let n = 0; n < 20; n += 1) await targets([ask('spread-on'), ask('spread-on')])
  const listed = await house.cli('target', 'list')
  assert.match(listed.stdout, /gpu-2 .*left alone|gpu-2 .*tried again/)
  gpus['gpu-2'] = await captureServer(ordinary, port)
  const deadline = performance.now() + 60_000
  while (gpus['gpu-2'].seen.length < 5 && performance.now() < deadline) await targets([ask('spread-on')])
  assert.ok(gpus['gpu-2'].seen.length >= 5)
  assert.match(house.output(), /"event":"target\.closed","target":"gpu-2"/)
})

test('a member that fails six calls of ten, in a way that opens no circuit, leaves and comes back by itself', async () => {
  let calls = 0
  const failed = answered(500, { error: { message: 'no memory left' } })
  gpus['gpu-3'].answer((seen, response) => {
    calls += 1
    return (calls % 5 < 3 ? failed : ordinary)(seen, response)
  })
  const isOut = (): boolean => /"event":"target\.ejected","target":"gpu-3","percent":\d+/.test(house.output())
  while (!isOut()) await targets([ask('spread-six'), ask('spread-six'), ask('spread-six')])
  assert.match((await house.cli('target', 'list')).stdout, /gpu-3 .* (out of its groups for|ok)/)
  gpus['gpu-3'].answer(ordinary)
  gpus['gpu-3'].forget()
  while (gpus['gpu-3'].seen.length === 0) await targets([ask('spread-six')])
})

test('when all of a group fail, the rest of the rule is tried', async () => {
  for (const name of NAMES) gpus[name].answer((_, response) => void response.destroy())
  assert.deepEqual(await targets([ask('all-gone')]), ['spare'])
  assert.deepEqual(counts(), [1, 1, 1])
  const [last] = JSON.parse((await house.cli('request', 'list', '--json', '--limit', '1')).stdout).data
  assert.deepEqual([last.target, last.attempts], ['spare', 4])
})

test('a conversation stays with one member, which has read its beginning, until that one has too much to do', async () => {
  const talk = (turns: number): object => ({
    messages: Array.from({ length: turns }, (_, at) => ({
      role: at % 2 === 0 ? 'user' : 'assistant',
      content: `turn ${at}`,
    })),
  })
  const homes = new Set<string>()
  for (let turns = 1; turns < 12; turns += 2) homes.add((await targets([ask('chat', talk(turns))]))[0] ?? '')
  assert.equal(homes.size, 1)
  const others = await targets(
    Array.from({ length: 12 }, (_, n) =>
      ask('chat', { messages: [{ role: 'user', content: `other ${n}` }] }),
    ),
  )
  assert.ok(new Set(others).size > 1)
  for (const name of NAMES) gpus[name].answer(late(300))
  const many = await targets(Array.from({ length: 24 }, () => ask('chat', talk(3))))
  const [home = ''] = homes
  const kept = many.filter((name) => name === home).length
  assert.ok(kept > 8 && kept < 20, `${kept} of 24 stayed`)
})

test('an answer is continued where it was given, whatever the load says', async () => {
  const answer = (id: string) => streamed(responseEvents(['a'], id))
  for (const name of NAMES) gpus[name].answer(answer(`resp_${name}`))
  const begun = await house.post('/v1/responses', { model: 'spread', input: 'hi', stream: true })
  const id = /"id":"(resp_[\w-]+)"/.exec(await begun.text())?.[1] ?? ''
  const home = begun.headers.get('x-freehold-target')
  for (let n = 0; n < 8; n += 1) {
    const next = await house.post('/v1/responses', {
      model: 'spread',
      input: 'more',
      previous_response_id: id,
      stream: true,
    })
    await next.text()
    assert.equal(next.headers.get('x-freehold-target'), home)
  }
})

test('groups are shown, explained and taken by the settings, and wrong ones are refused by name', async () => {
  assert.match((await house.cli('route', 'list')).stdout, /\[gpu-1, gpu-2, gpu-3\], spare/)
  const explained = await house.cli('route', 'explain', 'hi')
  assert.match(explained.stdout, /gpu-3 \(private\).*in any order with the others of group 1/)
  const file = `${house.config}.routes.json`
  const put = async (...routes: readonly object[]): Promise<string> => {
    await writeFile(file, JSON.stringify({ routes }))
    const { status, stdout, stderr } = await house.cli('route', 'replace', file, '--json')
    return status === 0 ? stdout : stderr
  }
  const taken = JSON.parse(await put({ to: [['gpu-1', 'gpu-2']], affinity: 'none' }))
  assert.deepEqual(
    [taken.data.at(-1).to, taken.data.at(-1).affinity, taken.data.at(-1).problems],
    [[['gpu-1', 'gpu-2']], 'none', []],
  )
  assert.match(
    await put({ when: { class: ['public'] }, to: [['gpu-1', 'cloud']] }),
    /to\[0\]\[1\].* another zone/,
  )
})

test('whatever becomes of calls, none is counted as under way when it is over', async () => {
  const ends: readonly Script[] = [
    ordinary,
    answered(503, { error: { message: 'down' } }),
    answered(404, { error: { message: 'none' } }),
    (_, response) => void response.destroy(),
    streamed(chatEvents(['a', 'b', 'c']), { cutAfter: 2 }),
    streamed([event({ error: { message: 'full', type: 'overloaded_error' } })]),
    streamed(chatEvents(['a', 'b']), { stallAfter: 2 }),
    silent,
  ]
  let calls = 0
  for (const name of NAMES) {
    gpus[name].answer((seen, response) => {
      calls += 1
      return ends[calls % ends.length]?.(seen, response)
    })
  }
  const left = async (n: number): Promise<void> => {
    const controller = new AbortController()
    const answer = fetch(`${house.url}/v1/chat/completions`, {
      method: 'POST',
      signal: controller.signal,
      headers: { authorization: `Bearer ${house.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model: `spread-${n}`,
        stream: n % 2 === 0,
        messages: [{ role: 'user', content: 'hi' }],
      }),
    })
    const read = answer.then((one) => one.text()).catch(() => '')
    await Promise.race([read, pause(20 * (n % 8))])
    controller.abort()
    await read
  }
  await Promise.all(Array.from({ length: 200 }, (_, n) => left(n)))
  let underWay = -1
  while (underWay !== 0) {
    const { data } = JSON.parse((await house.cli('target', 'list', '--json')).stdout)
    const loads: { readonly inFlight: number }[] = data.flatMap(
      (one: { readonly load: object[] }) => one.load,
    )
    underWay = loads.reduce((sum, { inFlight }) => sum + inFlight, 0)
  }
})

test('when everything fails for long, the calls stay near the number of requests, thanks to the circuits', async () => {
  const REQUESTS = 100
  const storm = async (): Promise<number> => {
    for (const one of [...Object.values(gpus), spare]) {
      one.forget()
      one.answer(answered(503, { error: { message: 'down' } }))
    }
    for (let n = 0; n < REQUESTS; n += 1) assert.ok((await ask('spread-storm')).status >= 502)
    return [...counts(), spare.seen.length].reduce((sum, count) => sum + count)
  }
  const calls = await storm()
  assert.ok(calls <= 1.1 * REQUESTS + 10, `${calls} calls for ${REQUESTS} requests`)
  await house.rewrite(config(0))
  // The file is followed within a moment.
  let without = 0
  while (without < 4 * REQUESTS) without = await storm()
})
