import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import Anthropic, { BadRequestError, NotFoundError as NoSuchClaude } from '@anthropic-ai/sdk'
import OpenAI, { NotFoundError, PermissionDeniedError } from 'openai'
import type { GatewayHouse } from './gateway-house.ts'
import { managedModel, openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { captureServer } from './gateway-upstream.ts'

let target: CaptureServer
let house: GatewayHouse
const keys: Record<string, string> = {}
before(async () => {
  target = await captureServer()
  const price = { in: 1, out: 2 }
  house = await openGateway({
    targets: [
      privateModel(target.url, { models: ['qwen', 'org/mistral'] }),
      privateModel(target.url, { name: 'claude', dialect: 'anthropic', models: ['opus', 'qwen', 'lab-*'] }),
      managedModel(target.url, { models: ['gpt', 'qwen'], price }),
      managedModel(target.url, { name: 'unpriced', models: ['free'] }),
    ],
    routes: [
      { when: { model: 'lab-*', class: ['public'] }, to: ['claude'] },
      { when: { model: ['gpt', 'free'], class: ['public', 'internal'] }, to: ['cloud', 'unpriced'] },
      { when: { model: ['qwen', 'org/*', 'opus'] }, to: ['house', 'claude'] },
    ],
  })
  const open = ['--class', 'public', '--ceiling', 'public']
  keys['public'] = await house.key(...open)
  keys['frugal'] = await house.key(...open, '--limit', 'moneyPerDay=5')
  keys['internal'] = await house.key('--ceiling', 'internal')
  keys['high'] = await house.key()
  keys['services'] = await house.key('--scope', 'service')
})
after(async () => {
  await house.close()
  await target.close()
})

const openai = (key: string): OpenAI =>
  new OpenAI({ baseURL: `${house.url}/v1`, apiKey: keys[key] ?? '', maxRetries: 0 })
const anthropic = (key: string): Anthropic =>
  new Anthropic({ baseURL: house.url, apiKey: keys[key] ?? '', maxRetries: 0 })

async function namesOf(models: AsyncIterable<{ readonly id: string }>): Promise<readonly string[]> {
  const names: string[] = []
  for await (const { id } of models) names.push(id)
  return names
}

const PRIVATE = ['qwen', 'org/mistral', 'opus']

test('a client sees each model once that it may ask for, whatever target has it, in its own dialect', async () => {
  assert.deepEqual(await namesOf(openai('public').models.list()), ['extract-1', ...PRIVATE, 'gpt', 'free'])
  assert.deepEqual(await namesOf(anthropic('public').models.list()), [...PRIVATE, 'gpt', 'free'])
  const [first] = (await anthropic('public').models.list()).data
  assert.deepEqual(first, {
    type: 'model',
    id: 'qwen',
    display_name: 'qwen',
    created_at: '1970-01-01T00:00:00Z',
  })
  assert.deepEqual(target.seen, [], 'nobody was asked')
})

test('what content of this class may not reach is not listed, nor what a limit of money forbids', async () => {
  // Rules let internal content go to the cloud, but not to the laboratory.
  assert.deepEqual(await namesOf(anthropic('internal').models.list()), [...PRIVATE, 'gpt', 'free'])
  const confidential = { headers: { 'x-freehold-class': 'confidential' } }
  assert.deepEqual(await namesOf(openai('high').models.list(confidential)), ['extract-1', ...PRIVATE])
  assert.deepEqual(await namesOf(anthropic('frugal').models.list()), [...PRIVATE, 'gpt'])
  const raised = { headers: { 'x-freehold-class': 'internal' } }
  await assert.rejects(openai('public').models.list(raised), PermissionDeniedError)
  await assert.rejects(openai('services').models.list(), PermissionDeniedError)
})

test('a list in the Anthropic dialect comes in pages, forwards and backwards', async () => {
  const client = anthropic('public')
  const all = [...PRIVATE, 'gpt', 'free']
  assert.deepEqual(await namesOf(client.models.list({ limit: 2 })), all)
  const first = await client.models.list({ limit: 2 })
  assert.deepEqual([first.has_more, first.first_id, first.last_id], [true, 'qwen', 'org/mistral'])
  const before = await client.models.list({ limit: 2, before_id: 'gpt' })
  assert.deepEqual([before.has_more, before.data.map(({ id }) => id)], [true, ['org/mistral', 'opus']])
  const last = await client.models.list({ after_id: 'gpt' })
  assert.deepEqual([last.has_more, last.data.map(({ id }) => id)], [false, ['free']])
  const nothing = await client.models.list({ after_id: 'free' })
  assert.deepEqual([nothing.data, nothing.first_id, nothing.last_id], [[], null, null])
})

for (const query of [
  { limit: 0 },
  { limit: 1001 },
  { after_id: 'no-such' },
  { after_id: 'qwen', before_id: 'gpt' },
]) {
  test(`a page of ${JSON.stringify(query)} is refused`, async () => {
    await assert.rejects(anthropic('public').models.list(query), (error) => {
      assert.ok(error instanceof BadRequestError)
      assert.equal(error.type, 'invalid_request_error')
      return true
    })
  })
}

test('one model is found by its name, also behind a pattern and with a slash in it', async () => {
  const { id, object, created, owned_by: owner } = await openai('public').models.retrieve('org/mistral')
  assert.deepEqual([id, object, created, owner], ['org/mistral', 'model', 0, 'target'])
  assert.equal((await openai('public').models.retrieve('extract-1')).owned_by, 'freehold')
  assert.equal((await anthropic('public').models.retrieve('lab-9')).display_name, 'lab-9')
  const raw = await house.get('/v1/models/org/mistral')
  assert.equal(raw.status, 200)
})

test('a model that the caller may not ask for is not there, in the dialect of the client', async () => {
  for (const [key, model] of [
    ['internal', 'lab-9'],
    ['frugal', 'free'],
    ['public', 'no-such'],
    ['public', 'a b'],
    ['public', 'x'.repeat(257)],
  ] as const) {
    await assert.rejects(openai(key).models.retrieve(model), (error) => {
      assert.ok(error instanceof NotFoundError, model)
      assert.deepEqual([error.code, error.param], ['not_found', 'model'])
      return true
    })
    await assert.rejects(anthropic(key).models.retrieve(model), (error) => {
      assert.ok(error instanceof NoSuchClaude, model)
      assert.equal(error.type, 'not_found_error')
      return true
    })
  }
  await assert.rejects(anthropic('public').models.retrieve('extract-1'), NoSuchClaude)
  assert.equal((await house.get('/v1/models/%zz')).status, 404)
})
