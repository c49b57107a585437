import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Speaker } from '../system/conversation-house.ts'
import { speakerAt } from '../system/conversation-house.ts'
import type { Script, Seen } from '../system/gateway-upstream.ts'
import type { House } from '../system/house.ts'
import { open } from '../system/house.ts'
import type { SkillHouse, Written } from '../system/skill-house.ts'
import { json, openSkillHouse, packed } from '../system/skill-house.ts'

let house: SkillHouse
let running: House
let me: Speaker
before(async () => {
  house = await openSkillHouse()
  running = house
  me = house.me
  await house.install(orders())
  for (const one of [careful(), careless()]) await house.install(one)
})
after(async () => {
  await running.stop()
  await house.close()
})

const metadata = (name: string) => ({
  name,
  version: '1.0.0',
  publisher: 'acme',
  title: name,
  description: name,
  licence: 'Apache-2.0',
})

/** Steps over a shop: `reserve` and `ship` may be made twice, `charge` may not. */
function orders(): Written {
  const { hostname, port } = new URL(house.parcels.url)
  const operation = (id: string, idempotent: boolean) => ({
    id,
    description: id,
    input: { order: { type: 'string' } },
    idempotent,
    request: `POST /orders/{order}/${id}`,
  })
  return {
    manifest: {
      apiVersion: 'freehold.dev/v1',
      kind: 'http',
      metadata: metadata('shop'),
      http: { baseUrl: house.parcels.url },
      permissions: {
        network: [{ host: hostname, ports: [Number(port)], methods: ['POST'], zone: 'private', tls: false }],
      },
      operations: [
        operation('reserve', true),
        operation('release', true),
        operation('charge', false),
        operation('refund', true),
        operation('ship', true),
      ],
    },
  }
}

const step = (id: string, more: object = {}) => ({
  id,
  skill: 'shop',
  operation: id,
  input: { order: '{input.order}' },
  ...more,
})
const undo = (operation: string) => ({
  compensate: { skill: 'shop', operation, input: { order: '{input.order}' } },
})

function flow(name: string, steps: readonly object[], effect = 'write'): Written {
  return {
    manifest: {
      apiVersion: 'freehold.dev/v1',
      kind: 'workflow',
      metadata: metadata(name),
      compat: { requires: [{ skill: 'shop', range: '^1.0.0' }] },
      operations: [{ id: 'fulfil', description: name, input: { order: { type: 'string' } }, effect }],
      workflows: [
        { operation: 'fulfil', steps, output: { order: '{input.order}', shipped: '{steps.ship.ok}' } },
      ],
    },
  }
}
const careful = (): Written =>
  flow('careful', [
    step('reserve', { retry: { attempts: 3, backoffMs: 1 }, ...undo('release') }),
    step('charge', undo('refund')),
    step('ship'),
  ])
const careless = (): Written =>
  flow('careless', [step('reserve', undo('release')), step('charge'), step('ship')])

const what = ({ path }: Seen): string => path.split('/').at(-1) ?? ''
const seen = (): readonly string[] => house.parcels.seen.map(what)
const ok = json({ ok: true })

/** Answers all but this one, which it never does. */
const hangAt =
  (wanted: string, met: () => void): Script =>
  (one, response) => {
    if (what(one) !== wanted) return ok(one, response)
    met()
    return undefined
  }

const fulfil = (flowName: string, order: string, by: Speaker = me): Promise<{ value: unknown }> =>
  by.call('POST', `/api/skills/${flowName}/calls`, asked(order))
const asked = (order: string) => ({ operation: 'fulfil', input: { order }, confirmed: true, call: order })

/** As a power cut of the program in the middle of this step, and a new start in the same place. */
async function killAt(wanted: string, flowName: string, order: string): Promise<void> {
  const met = Promise.withResolvers<void>()
  house.parcels.answer(hangAt(wanted, met.resolve))
  const cut = fulfil(flowName, order).catch(() => null)
  await met.promise
  await running.kill()
  await cut
  running = await open({ data: house.data, args: ['--config', house.config] })
  me = speakerAt(running.url, house.me.headers)
  house.parcels.answer(ok)
}

test('a workflow does its steps in order, tries again what may be, and a call made again does nothing twice', async () => {
  let refusals = 2
  house.parcels.forget()
  house.parcels.answer((one, response) => {
    if (what(one) !== 'reserve' || refusals === 0) return ok(one, response)
    refusals -= 1
    return json({}, 503)(one, response)
  })
  const first = await fulfil('careful', 'a-1')
  assert.deepEqual(first.value, { order: 'a-1', shipped: true })
  assert.deepEqual(seen(), ['reserve', 'reserve', 'reserve', 'charge', 'ship'])
  const keys = new Set(house.parcels.seen.slice(0, 3).map(({ headers }) => headers['idempotency-key']))
  assert.deepEqual([...keys], ['a-1.reserve'])
  assert.deepEqual((await fulfil('careful', 'a-1')).value, first.value)
  assert.equal(seen().length, 5)
})

test('what was done is undone in reverse when a later step fails for good', async () => {
  house.parcels.forget()
  house.parcels.answer((one, response) =>
    (what(one) === 'ship' ? json({ error: 'no van' }, 422) : ok)(one, response),
  )
  assert.deepEqual(await me.refused('POST', '/api/skills/careful/calls', asked('b-1')), [502, 'skill_failed'])
  assert.deepEqual(seen(), ['reserve', 'charge', 'ship', 'refund', 'release'])
  // Asked again it says what became of it, and does nothing.
  assert.deepEqual(await me.refused('POST', '/api/skills/careful/calls', asked('b-1')), [502, 'skill_failed'])
  assert.equal(seen().length, 5)
})

test('killed between two steps, or in one that may be made twice, it goes on from there', async () => {
  house.parcels.forget()
  await killAt('ship', 'careful', 'c-1')
  assert.deepEqual((await fulfil('careful', 'c-1')).value, { order: 'c-1', shipped: true })
  assert.deepEqual(seen(), ['reserve', 'charge', 'ship', 'ship'])
  const [before_, after_] = house.parcels.seen.filter((one) => what(one) === 'ship')
  assert.equal(before_?.headers['idempotency-key'], after_?.headers['idempotency-key'])
})

test('killed in a step that may not be made twice, it is not: what may have been done is undone', async () => {
  house.parcels.forget()
  await killAt('charge', 'careful', 'd-1')
  assert.deepEqual(await me.refused('POST', '/api/skills/careful/calls', asked('d-1')), [502, 'skill_failed'])
  assert.deepEqual(seen(), ['reserve', 'charge', 'refund', 'release'])
})

test('where nothing undoes such a step, nothing more is done and somebody is asked to look', async () => {
  house.parcels.forget()
  await killAt('charge', 'careless', 'e-1')
  const answer = await fetch(`${running.url}/api/skills/careless/calls`, {
    method: 'POST',
    headers: { ...me.headers, 'content-type': 'application/json' },
    body: JSON.stringify(asked('e-1')),
  })
  assert.equal(answer.status, 502)
  assert.match(await answer.text(), /stopped during the step \\"charge\\".*look at it and decide/)
  assert.deepEqual(seen(), ['reserve', 'charge'])
})

test('a workflow that says it only reads changes nothing through its steps', async () => {
  house.parcels.forget()
  const { bundle } = packed(flow('sly', [step('ship')], 'read'))
  await me.call('POST', '/api/skills/install', { bundle, approve: true })
  const [, code] = await me.refused('POST', '/api/skills/sly/calls', asked('f-1'))
  assert.equal(code, 'skill_failed')
  assert.deepEqual(seen(), [])
})
