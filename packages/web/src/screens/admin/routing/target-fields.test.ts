import assert from 'node:assert/strict'
import { test } from 'node:test'
import { modelsOf, NOTHING_TYPED, targetOf, typedOf } from './target-fields.ts'
import type { Listed } from './targets.ts'

const MODEL = { ...NOTHING_TYPED, name: 'house', url: 'http://10.0.0.5/v1', models: 'qwen\nllama' }

test('models are names, or names and what they are called there', () => {
  assert.deepEqual(modelsOf('qwen, llama\n qwen'), ['qwen', 'llama'])
  assert.deepEqual(modelsOf('small = gpt-mini\nbig'), { small: 'gpt-mini', big: 'big' })
})

test('what is left empty is not said', () => {
  assert.deepEqual(targetOf(MODEL), {
    kind: 'model',
    name: 'house',
    zone: 'private',
    dialect: 'openai',
    url: 'http://10.0.0.5/v1',
    models: ['qwen', 'llama'],
  })
})

test('a service has nothing of a model, and what is no number is left to the server to refuse', () => {
  const service = targetOf({ ...MODEL, kind: 'service', priceIn: '1', retries: 'two' })
  assert.ok(!('models' in service) && !('price' in service))
  assert.ok(Number.isNaN(service.retries))
})

test('an edited target keeps what the form does not ask for, and forgets it where the zone changes', () => {
  const view: Listed = {
    name: 'cloud',
    kind: 'model',
    zone: 'managed',
    dialect: 'openai',
    url: 'https://example.org/v1',
    models: { small: 'gpt-mini' },
    auth: { kind: 'apiKey', name: null },
    tls: { ownCa: false, clientCertificate: false },
    price: { in: 1, out: 2 },
    maxOutput: null,
    responses: 'translated',
    maxTokensField: 'max_tokens',
    images: true,
    realtime: false,
    streamUsage: false,
    headers: { request: [], response: ['x-left'] },
    limits: { moneyPerDay: 5 },
    record: 'strict',
    desensitise: 'gdpr',
    drained: false,
    discover: false,
    native: null,
    retries: 0,
    origin: 'settings',
    problems: [],
    inFlight: 0,
    circuits: [],
    health: 'unprobed',
    load: [],
    discovery: null,
  }
  const typed = { ...typedOf(view), secret: 'sk-1' }
  assert.deepEqual(targetOf(typed, view), {
    record: 'strict',
    headers: { request: [], response: ['x-left'] },
    streamUsage: false,
    responses: 'translated',
    maxTokensField: 'max_tokens',
    name: 'cloud',
    zone: 'managed',
    url: 'https://example.org/v1',
    auth: { apiKey: 'sk-1' },
    desensitise: 'gdpr',
    retries: 0,
    kind: 'model',
    dialect: 'openai',
    models: { small: 'gpt-mini' },
    price: { in: 1, out: 2 },
    images: true,
    limits: { moneyPerDay: 5 },
  })
  const moved = targetOf({ ...typed, zone: 'private' }, view)
  assert.ok(!('record' in moved) && !('headers' in moved) && !('desensitise' in moved))
})
