import assert from 'node:assert/strict'
import { test } from 'node:test'
import { targetInput } from '@freehold/contract/routing.ts'
import { Fault } from '../../kernel/fault.ts'
import { guardTarget } from '../../kernel/target-definition.ts'
import type { Enquire } from './enquiry.ts'
import type { ModelDefinition } from './listing.ts'
import { listModels, NoListing } from './listing.ts'
import { modelsNow } from './target-models.ts'

/** Answers by path, with JSON or a status; everything else is out of reach. */
function answering(answers: Readonly<Record<string, object | number>>) {
  const asked: string[] = []
  const enquire: Enquire = async ({ path }) => {
    asked.push(path)
    const answer = answers[path]
    if (answer === undefined) throw new Fault('upstream_down', 'The target cannot be reached.')
    const isStatus = typeof answer === 'number'
    return {
      status: isStatus ? answer : 200,
      headers: {},
      body: Buffer.from(isStatus ? '' : JSON.stringify(answer)),
      firstByteMs: 1,
    }
  }
  return { enquire, asked }
}

function target(more: object = {}): ModelDefinition {
  const parsed = targetInput.parse({
    name: 'house',
    kind: 'model',
    zone: 'private',
    dialect: 'openai',
    url: 'http://127.0.0.1:11434/v1',
    models: ['*'],
    ...more,
  })
  const definition = guardTarget(parsed)
  if (definition.kind !== 'model') throw new Error('this is a model')
  return definition
}
const ollama = target({ native: 'ollama' })

test('what an Ollama cannot tell beside its list is shown as not known', async () => {
  const { enquire } = answering({
    '/api/tags': {
      models: [
        { name: 'a:1', digest: 'x', size: 5 },
        { name: 'b:1', digest: 'y' },
      ],
    },
    '/api/ps': 404,
  })
  const { data, version } = await modelsNow(enquire, ollama, new Map())
  assert.equal(version, null)
  assert.deepEqual(
    data.map(({ id, sizeBytes, loaded, contextTokens }) => [id, sizeBytes, loaded, contextTokens]),
    [
      ['a:1', 5, null, null],
      ['b:1', null, null, null],
    ],
  )
})

test('strange answers of an Ollama are cut to what can be shown', async () => {
  const { enquire } = answering({
    '/api/tags': {
      models: [
        { name: 'a:1', digest: 'x', size: -1, modified_at: 'yesterday', details: { family: 'x\u202E' } },
        { name: 'a:1', digest: 'x' },
        { name: 'b c' },
        { name: 7 },
        null,
      ],
    },
    '/api/ps': { models: [{ name: 'a:1', size_vram: 'much', expires_at: 3 }, null] },
    '/api/version': { version: '<script>' },
    '/api/show': { model_info: { 'general.architecture': {}, 'x.context_length': 9 }, capabilities: ['a b'] },
  })
  const { data, version, leftOut } = await modelsNow(enquire, ollama, new Map())
  assert.deepEqual([version, leftOut, data.length], [null, 4, 1])
  const [one] = data
  assert.deepEqual([one?.sizeBytes, one?.created, one?.family], [null, null, null])
  assert.deepEqual([one?.contextTokens, one?.capabilities], [null, []])
  assert.deepEqual(one?.loaded, { vramBytes: null, until: null })
})

test('a list without its envelope is a list too, and anything else is none', async () => {
  const bare = answering({ '/v1/models': [{ id: 'a' }, { id: 'b', created: 1.5, owned_by: 7 }] })
  const { models } = await listModels(bare.enquire, target())
  assert.deepEqual(models, [
    { id: 'a', ownedBy: null, createdS: null },
    { id: 'b', ownedBy: null, createdS: null },
  ])
  for (const answer of [{ data: 'x' }, {}, 404, 500])
    await assert.rejects(listModels(answering({ '/v1/models': answer }).enquire, target()), NoListing)
})

test('a list whose pages never end is left after a while', async () => {
  const asked: string[] = []
  const enquire: Enquire = async ({ path }) => {
    asked.push(path)
    const id = `m${asked.length}`
    const body = Buffer.from(JSON.stringify({ data: [{ id }], has_more: true, last_id: id }))
    return { status: 200, headers: {}, body, firstByteMs: 1 }
  }
  const { models } = await listModels(enquire, target({ dialect: 'anthropic' }))
  assert.deepEqual([models.length, asked.length], [10, 10])
  assert.equal(asked[1], '/v1/models?limit=1000&after_id=m1')
})
