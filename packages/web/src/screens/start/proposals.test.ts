import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Provider } from './proposals.ts'
import { modelsIn, proposalOf, PROVIDERS, targetOf } from './proposals.ts'

const [openai] = PROVIDERS as [Provider, ...Provider[]]
const typed = {
  provider: openai,
  name: 'openai',
  url: openai.url,
  key: 'sk-1',
  models: 'gpt-5, gpt-5-mini gpt-5',
  isOwn: false,
}

test('models are named between commas or spaces, each once', () => {
  assert.deepEqual(modelsIn(' gpt-5,gpt-5-mini，a  gpt-5 '), ['gpt-5', 'gpt-5-mini', 'a'])
  assert.deepEqual(modelsIn(' , '), [])
})

test('what goes to a provider is masked, and what is restricted never goes there', () => {
  const { target, route } = proposalOf(typed)
  assert.equal(target.zone, 'managed')
  assert.deepEqual(route.when.class, ['public', 'internal', 'confidential'])
  assert.equal(route.desensitise, 'strict')
  assert.deepEqual(route.when.model, ['gpt-5', 'gpt-5-mini'])
})

test('a server of one’s own may get every class as it is', () => {
  const { target, route } = proposalOf({ ...typed, isOwn: true })
  assert.equal(target.zone, 'private')
  assert.equal(route.when.class, undefined)
})

test('a key is part of what is put and of nothing that is shown', () => {
  const proposal = proposalOf(typed)
  assert.ok(!JSON.stringify(proposal).includes('sk-1'))
  assert.deepEqual(targetOf(proposal, 'sk-1').auth, { apiKey: 'sk-1' })
  assert.equal(targetOf(proposal, '').auth, undefined)
})
