import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import type { TestContext } from 'node:test'
import { routeInput, targetInput } from '@freehold/contract/routing.ts'
import { localOperator } from '../../identity/local-operator.ts'
import { createDialler } from '../../kernel/dialler/dialler.ts'
import { guardTarget } from '../../kernel/target-definition.ts'
import { tenantId } from '../../store/tenant-id.ts'
import { Watchdog } from '../call/watchdog.ts'
import { compileRouting } from '../routing/compile.ts'
import type { Place } from './neighbours.ts'
import { lookAround, PLACES } from './neighbours.ts'

const NOTHING = { targets: [], routes: [] }

/** A server on this machine that answers everything with this; where nobody listens, null. */
async function placeOf(context: TestContext, body: string | null): Promise<Place> {
  const server = createServer((_, response) => void response.end(body)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  // A TCP server's address is never a path.
  const { port } = server.address() as AddressInfo
  const close = () => new Promise((resolve) => server.close(resolve))
  if (body === null) await close()
  else context.after(close)
  return { program: 'ollama', name: 'ollama', native: 'ollama', url: `http://127.0.0.1:${port}/v1` }
}

const models = (...ids: readonly string[]): string => JSON.stringify({ data: ids.map((id) => ({ id })) })

function look(places: readonly Place[], more: Partial<typeof NOTHING> & { targets?: never[] } = {}) {
  const { routing } = compileRouting({ file: { ...NOTHING, ...more }, settings: NOTHING, privateOnly: [] })
  const parts = {
    dialler: createDialler(),
    tokens: { tokenFor: () => '' },
    watchdog: new Watchdog(),
    routing: () => routing,
  }
  const caller = localOperator(tenantId('018f0000-0000-7000-8000-000000000000'))
  return lookAround(parts, { caller, keys: ['OPENAI_API_KEY'], places })
}

test('a model server of this machine is found with its models and what would be written to use it', async (context) => {
  const { places } = await look([await placeOf(context, models('qwen3:8b', 'llama3.2:1b'))])
  const [found] = places
  assert.deepEqual([found?.state, found?.models], ['models', ['qwen3:8b', 'llama3.2:1b']])
  const { target, route } = found?.proposal ?? {}
  const file = { targets: [guardTarget(targetInput.parse(target))], routes: [routeInput.parse(route)] }
  const { routing } = compileRouting({ file, settings: NOTHING, privateOnly: [] })
  const asked = {
    kind: 'model',
    dialect: 'openai',
    local: true,
    portable: true,
    class: 'restricted',
  } as const
  const { rule, attempts } = routing.decide({ ...asked, model: 'qwen3:8b' })
  assert.deepEqual([rule, attempts.map(({ zone }) => zone)], ['file:1', ['private']])
})

test('what answers without models, with something else, or not at all is told apart and proposed to nobody', async (context) => {
  const bodies = [models(), '<html>', null]
  const places = await Promise.all(bodies.map((body) => placeOf(context, body)))
  const found = await look(places)
  assert.deepEqual(
    found.places.map(({ state, proposal }) => [state, proposal]),
    [
      ['empty', null],
      ['other', null],
      ['nothing', null],
    ],
  )
})

test('a place that a target leads to already is named, and not proposed again', async (context) => {
  const place = await placeOf(context, models('qwen3:8b'))
  const mine = { name: 'mine', kind: 'model', zone: 'private', dialect: 'openai', models: ['*'] }
  const target = guardTarget(targetInput.parse({ ...mine, url: place.url.replace('127.0.0.1', 'localhost') }))
  const { places } = await look([place], { targets: [target] as never[] })
  assert.deepEqual([places[0]?.inUse, places[0]?.proposal], ['mine', null])
})

test('a key in the environment is told by its name, with a rule that compiles and masks', async () => {
  const { keys } = await look([])
  const [found] = keys
  assert.deepEqual([found?.variable, found?.provider], ['OPENAI_API_KEY', 'OpenAI'])
  const target = { ...found?.proposal?.target, auth: { apiKey: 'sk-typed' } }
  const file = {
    targets: [guardTarget(targetInput.parse(target))],
    routes: [routeInput.parse(found?.proposal?.route)],
  }
  const { routing, problems } = compileRouting({ file, settings: NOTHING, privateOnly: [] })
  assert.deepEqual(problems, [])
  assert.equal(routing.leastFor('anybody'), null)
  assert.match(found?.yaml ?? '', /\$\{env:OPENAI_API_KEY\}/)
})

test('only fixed addresses of this machine are looked at', () => {
  for (const { url } of PLACES) assert.equal(new URL(url).hostname, '127.0.0.1')
})
