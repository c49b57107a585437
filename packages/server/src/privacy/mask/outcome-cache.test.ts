import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProfileRules } from '@freehold/contract/desensitise.ts'
import type { TenantTerms } from '../dictionary/dictionary.ts'
import { compileDictionary } from '../dictionary/compile.ts'
import type { Finder } from '../plugins/plugins.ts'
import { createProfiles } from '../policy/profile.ts'
import type { Departing, Masked } from './desensitiser.ts'
import { Desensitiser } from './desensitiser.ts'
import { Mint } from './mint.ts'
import { Scanning } from './scanning.ts'

const BODY = '{"messages":[{"role":"user","content":"I am Anna of Zorblax."}]}'
const departing = (more: Partial<Departing> = {}): Departing => ({
  path: '/v1/chat/completions',
  body: Buffer.from(BODY),
  shape: 'chat',
  contentType: 'application/json',
  headers: [],
  isOpaque: false,
  ...more,
})

const NO_TERMS: TenantTerms = { version: '1', dictionary: null }
const PSEUDONYMS: Readonly<Record<string, ProfileRules>> = { own: { PERSON: 'pseudonymise' } }

/** Masks for a conversation of these letters, and says whether the placeholders were asked for again. */
function house() {
  const state = {
    nowMs: Date.UTC(2026, 5, 1),
    terms: (): TenantTerms | Promise<TenantTerms> => NO_TERMS,
    rules: PSEUDONYMS,
    isMissing: false,
    asked: 0,
  }
  const others: Finder = {
    isOn: true,
    generation: 1,
    find: async (texts) => ({
      spans: texts.map(() => []),
      missing: state.isMissing ? [{ name: 'x', code: 'timeout', isRequired: false }] : [],
    }),
  }
  const scanning = new Scanning(
    {
      id: 'x',
      detect(text) {
        const start = text.indexOf('Anna')
        return start < 0 ? [] : [{ start, end: start + 4, type: 'PERSON', score: 1, source: 'x' }]
      },
    },
    { termsOf: () => state.terms(), others },
  )
  const desensitiser = new Desensitiser(scanning, () => state.nowMs)
  const profileNamed = createProfiles(() => state.rules)
  const masked = async (
    nonce: string,
    {
      leaves = departing(),
      tenant = 'a',
      sameAs = nonce,
    }: { leaves?: Departing; tenant?: string; sameAs?: string | null } = {},
  ): Promise<string> => {
    const done: Masked = await desensitiser.masked(leaves, {
      tenant,
      profile: profileNamed('own') ?? assert.fail(),
      async conversation() {
        state.asked += 1
        return { mint: new Mint({ nonce, secret: null }), keep: async () => true }
      },
      continues: false,
      sameAs,
    })
    return /I am (.*)\./.exec(done.body.toString())?.[1] ?? ''
  }
  const known = (leaves = departing()) => [
    desensitiser.findings(leaves, 'a'),
    desensitiser.masked(leaves, {
      tenant: 'a',
      profile: profileNamed('own') ?? assert.fail(),
      conversation: () => assert.fail('placeholders were asked for'),
      continues: false,
      sameAs: 'k7f2',
    }),
  ]
  return { state, masked, known }
}

test('the same body of the same conversation is masked once', async () => {
  const { state, masked } = house()
  assert.equal(await masked('k7f2'), '[PERSON_k7f2_1] of Zorblax')
  assert.equal(await masked('k7f2'), '[PERSON_k7f2_1] of Zorblax')
  assert.equal(state.asked, 1)
})

test('what was masked for one conversation or tenant serves no other', async () => {
  const { state, masked } = house()
  assert.equal(await masked('k7f2'), '[PERSON_k7f2_1] of Zorblax')
  assert.equal(await masked('other'), '[PERSON_other_1] of Zorblax')
  assert.equal(await masked('next', { tenant: 'b', sameAs: 'k7f2' }), '[PERSON_next_1] of Zorblax')
  assert.equal(state.asked, 3)
})

test('a conversation of which more is kept than its words, and may be forgotten, is asked each time', async () => {
  const { masked } = house()
  assert.equal(await masked('k7f2', { sameAs: null }), '[PERSON_k7f2_1] of Zorblax')
  assert.equal(await masked('zzzz', { sameAs: null }), '[PERSON_zzzz_1] of Zorblax')
})

test('a term that is added to a dictionary is masked in a body that was masked before', async () => {
  const { state, masked } = house()
  await masked('k7f2')
  const dictionary = compileDictionary([Buffer.from('["Zorblax","ORG",0]\n')])
  state.terms = () => ({ version: '2', dictionary })
  assert.equal(await masked('k7f2'), '[PERSON_k7f2_1] of [ORG_k7f2_1]')
  state.terms = () => ({ version: '3', dictionary: null })
  assert.equal(await masked('k7f2'), '[PERSON_k7f2_1] of Zorblax')
})

test('a profile that says something else is heeded at once', async () => {
  const { state, masked } = house()
  await masked('k7f2')
  state.rules = { own: { PERSON: 'redact' } }
  assert.equal(await masked('k7f2'), '[PERSON] of Zorblax')
  state.rules = { own: { PERSON: 'block' } }
  await assert.rejects(masked('k7f2'), { code: 'stays_home' })
})

test('what was found without a detector that may be missing is no answer the next time', async () => {
  const { state, masked } = house()
  state.isMissing = true
  await masked('k7f2')
  await masked('k7f2')
  assert.equal(state.asked, 2)
})

test('a body that goes elsewhere, with other headers, or in another year is looked at anew', async () => {
  const { state, masked } = house()
  await masked('k7f2')
  await masked('k7f2', { leaves: departing({ path: '/v2/chat/completions' }) })
  await masked('k7f2', { leaves: departing({ headers: ['beta'] }) })
  await masked('k7f2', { leaves: departing({ headers: ['beta'] }) })
  state.nowMs = Date.UTC(2027, 5, 1)
  await masked('k7f2')
  assert.equal(state.asked, 5)
  await assert.rejects(masked('k7f2', { leaves: departing({ headers: ['I am Anna'] }) }), {
    code: 'stays_home',
  })
})

test('what is known of a body is told at once, and never while the terms of its tenant cannot be read', async () => {
  const { state, masked, known } = house()
  await masked('k7f2')
  const [findings, done] = known()
  assert.ok(findings instanceof Map)
  assert.equal(findings.get('PERSON'), 1)
  assert.ok(done !== undefined && 'body' in done)
  for (const unread of [() => assert.fail('away'), () => Promise.reject(new Error('away'))]) {
    state.terms = unread
    for (const told of known()) {
      assert.ok(told instanceof Promise)
      await assert.rejects(told, { code: 'stays_home' })
    }
  }
})
