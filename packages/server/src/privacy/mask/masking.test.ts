import { test } from 'node:test'
import assert from 'node:assert/strict'
import type { EntityType } from '@freehold/contract/privacy.ts'
import type { ProfileRules } from '@freehold/contract/desensitise.ts'
import type { Span } from '../detect/span.ts'
import type { Profile } from '../policy/profile.ts'
import { profileNamed } from '../policy/profile.ts'
import { WholeText } from '../traverse/plain-texts.ts'
import { mask } from './masking.ts'
import { Mint, nonceOf } from './mint.ts'
import { Scanning } from './scanning.ts'

const profile = (rules: ProfileRules): Profile => profileNamed('own', { own: rules }) ?? assert.fail()

/** `words`: what is found, as it stands in the text. */
function masked(
  text: string,
  words: readonly (readonly [string, EntityType, number?])[],
  rules: ProfileRules = {},
) {
  const spans = words.map(([word, type, score = 0.9]): Span => {
    const start = text.indexOf(word)
    return { start, end: start + word.length, type, score, source: 'test' }
  })
  const whole = new WholeText(text)
  const tally = mask(whole, [spans], {
    profile: profile(rules),
    mint: new Mint({ nonce: 'k7f2', secret: null }),
    year: 2026,
  })
  return {
    text: whole.written(),
    tally: tally.map(({ type, action, values }) => [type, action, values]),
  }
}

test('a value has one placeholder wherever it stands and whatever it is taken for, and each type counts for itself', () => {
  const mint = new Mint({ nonce: 'k7f2', secret: null })
  assert.equal(mint.placeholderFor('PERSON', 'Anna'), '[PERSON_k7f2_1]')
  assert.equal(mint.placeholderFor('PERSON', 'Bob'), '[PERSON_k7f2_2]')
  assert.equal(mint.placeholderFor('CN_RESIDENT_ID', '7'), '[CN_RESIDENT_ID_k7f2_1]')
  assert.equal(mint.placeholderFor('CN_RESIDENT_ID', 'Anna'), '[PERSON_k7f2_1]')
  assert.equal(mint.placeholderFor('PERSON', 'Anna'), '[PERSON_k7f2_1]')
  const later = new Mint({ nonce: 'k7f2', secret: null }, mint.minted)
  assert.equal(later.placeholderFor('PERSON', 'Bob'), '[PERSON_k7f2_2]')
  assert.equal(later.placeholderFor('PERSON', 'Carl'), '[PERSON_k7f2_3]')
  assert.deepEqual(later.added, [{ placeholder: '[PERSON_k7f2_3]', value: 'Carl' }])
  assert.match(nonceOf(Buffer.from([0, 31, 32, 255])), /^[a-z2-7]{4}$/)
})

test('what overlaps is replaced as one, and what is worse decides', () => {
  const text = 'mail anna.lee@example.org now'
  const words = [
    ['anna.lee', 'PERSON'],
    ['lee@example.org', 'EMAIL', 0.8],
  ] as const
  assert.equal(masked(text, words).text, 'mail [PERSON_k7f2_1] now')
  assert.equal(masked(text, words, { EMAIL: 'redact' }).text, 'mail [EMAIL] now')
  assert.equal(masked(text, words, { PERSON: 'keep' }).text, 'mail anna.[EMAIL_k7f2_1] now')
  const inside = [
    ['anna.lee@example.org', 'EMAIL', 0.8],
    ['lee', 'CUSTOM_TERM', 1],
  ] as const
  assert.equal(masked(text, inside).text, 'mail [EMAIL_k7f2_1] now')
  assert.equal(masked(text, inside, { EMAIL: 'keep' }).text, 'mail anna.[CUSTOM_TERM_k7f2_1]@example.org now')
  assert.equal(masked(text, [['anna.lee', 'PERSON', 0.4]]).text, text)
})

test('each action does what it says, and falls back to a label where it cannot', () => {
  const text = 'born 1987-03-15 at 192.168.7.9, a@example.org, +49 30 12345'
  const words = [
    ['1987-03-15', 'DATE_OF_BIRTH'],
    ['192.168.7.9', 'IP'],
    ['a@example.org', 'EMAIL'],
    ['+49 30 12345', 'PHONE'],
  ] as const
  const made = masked(text, words, { default: 'generalise', EMAIL: 'keep-part', PHONE: 'keep-part' })
  assert.equal(made.text, 'born 1987 at 192.168.0.0/16, ***@example.org, +49 ****')
  assert.deepEqual(made.tally, [
    ['DATE_OF_BIRTH', 'generalise', 1],
    ['IP', 'generalise', 1],
    ['EMAIL', 'keep-part', 1],
    ['PHONE', 'keep-part', 1],
  ])
  assert.equal(masked('Anna', [['Anna', 'PERSON']], { default: 'generalise' }).text, '[PERSON]')
  assert.equal(
    masked('11010119900307663X', [['11010119900307663X', 'CN_RESIDENT_ID']], { default: 'keep-part' }).text,
    '[CN_RESIDENT_ID male]',
  )
})

test('a secret keeps the request here unless the profile says otherwise', () => {
  const words = [['sk-12345', 'SECRET']] as const
  assert.throws(() => masked('key sk-12345', words), { code: 'stays_home' })
  assert.throws(() => masked('key sk-12345', words, { default: 'keep' }), { code: 'stays_home' })
  assert.equal(masked('key sk-12345', words, { SECRET: 'redact' }).text, 'key [SECRET]')
  assert.equal(profileNamed('secrets-only', {})?.actionFor('PERSON'), 'keep')
  assert.equal(profileNamed('pipl', {})?.actionFor('BANK_CARD'), 'redact')
  assert.equal(profileNamed('constructor', {}), null)
})

const text = (value: string) => ({ value, role: 'text', key: null }) as const

test('a detector that fails, or finds what is not there, keeps the request here', async () => {
  const failing = new Scanning({ id: 'x', detect: () => assert.fail('broken') })
  await assert.rejects(failing.read('t', [text('hello')]), { code: 'stays_home' })
  for (const [start, end] of [
    [0, 9],
    [-1, 2],
    [3, 3],
    [Number.NaN, 2],
  ] as const) {
    const odd = new Scanning({
      id: 'x',
      detect: () => [{ start, end, type: 'EMAIL', score: 1, source: 'x' }],
    })
    await assert.rejects(odd.read('t', [text('hello')]), { code: 'stays_home' })
  }
  const afar = new Scanning(
    { id: 'x', detect: () => [] },
    { afar: async () => Promise.reject(new Error('it is gone')) },
  )
  await assert.rejects(afar.read('t', [text('x'.repeat(20_000))]), { code: 'stays_home' })
})

test('a text that comes again is not read again, but for another tenant', async () => {
  let read = 0
  const scanning = new Scanning({
    id: 'x',
    detect(value) {
      read += 1
      return [{ start: 0, end: value.length, type: 'PERSON', score: 1, source: 'x' }]
    },
  })
  const long = text('x'.repeat(100))
  const { found } = await scanning.read('a', [long, text('short')])
  assert.deepEqual((await scanning.read('a', [long])).found, [found[0]])
  assert.equal(read, 2)
  await scanning.read('b', [long])
  await scanning.read('a', [{ ...long, key: 'name' }])
  assert.equal(read, 4)
})

test('of several profiles together the most is done about each type, and none of them may be missing', () => {
  const own = {
    a: { default: 'keep', EMAIL: 'surrogate' },
    b: { default: 'pseudonymise', IP: 'redact' },
  } as const
  const together = profileNamed('a+b', own)
  assert.deepEqual(
    (['EMAIL', 'IP', 'PERSON', 'SECRET'] as const).map((type) => together?.actionFor(type)),
    ['pseudonymise', 'redact', 'pseudonymise', 'block'],
  )
  assert.equal(profileNamed('a+gone', own), null)
  assert.equal(profileNamed('none', own), null)
})
