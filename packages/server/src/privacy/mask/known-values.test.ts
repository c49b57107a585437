import { test } from 'node:test'
import assert from 'node:assert/strict'
import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Span } from '../detect/span.ts'
import type { Profile } from '../policy/profile.ts'
import { profileNamed } from '../policy/profile.ts'
import type { Text } from '../traverse/texts.ts'
import { WholeText } from '../traverse/plain-texts.ts'
import { JsonTexts } from '../traverse/texts.ts'
import { KnownSets } from './known-sets.ts'
import type { KnownSpan, KnownValue } from './known-values.ts'
import { withKnown } from './known-values.ts'
import { mask } from './masking.ts'
import { Mint } from './mint.ts'
import { SpanCache } from './span-cache.ts'

const text = (value: string, role: Text['role'] = 'text', key: string | null = null): Text => ({
  value,
  role,
  key,
})

const FRESH = () => ({
  tenant: 't',
  sets: new KnownSets(),
  coded: new SpanCache<KnownSpan>(),
  keys: ['a', 'b', 'c', 'd'],
})

type Before = readonly Pick<KnownValue, 'type' | 'value'>[]

/** What is found in a text of which nothing is known but what was masked before. */
async function again(
  before: Before,
  value: string,
  kept: readonly EntityType[] = [],
): Promise<readonly string[]> {
  const [spans = []] = await withKnown([text(value)], [[]], {
    ...FRESH(),
    before,
    isKept: (type) => kept.includes(type),
  })
  return spans.map(({ start, end }) => value.slice(start, end))
}

const ANNA: Before = [{ type: 'PERSON', value: 'Anna Schmidt' }]

test('a name is found again however it is written, and each of its names alone', async () => {
  for (const written of [
    'Anna Schmidt',
    'ANNA SCHMIDT',
    'anna schmidt',
    'Anna\n  Schmidt',
    'anna.schmidt',
    'schmidt_anna',
    'AnnaSchmidt',
    'Schmidt, Anna',
    'Schmidt',
    'SCHMIDT',
    'A\u200bnna Sch\u200bmidt',
    String.raw`\u0041nna Schmidt`,
    'Anna%20Schmidt',
    Buffer.from('Greetings from Anna Schmidt').toString('base64'),
    Buffer.from(Buffer.from('Greetings from Anna Schmidt').toString('base64')).toString('base64'),
    'Anna%2520Schmidt',
  ]) {
    assert.deepEqual(await again(ANNA, `to ${written}, today`), [written], written)
  }
})

test('what is only a part of another word, a short word or a common one is none', async () => {
  assert.deepEqual(await again(ANNA, 'Annapolis, Schmidts, a schmidt in a smithy'), [])
  const common: Before = [
    { type: 'PERSON', value: 'May Li' },
    { type: 'PERSON', value: 'Will' },
    { type: 'SECRET', value: 'abc' },
    { type: 'BANK_ACCOUNT', value: '1234' },
    { type: 'PERSON', value: 'lee' },
    { type: 'PERSON', value: '王' },
  ]
  assert.deepEqual(await again(common, 'May I? Li, Will, abc, 1234, lee, 王'), [])
  assert.deepEqual(await again(common, 'may li'), ['may li'])
})

test('numbers are found again in other groups, and not within longer ones', async () => {
  const phone: Before = [{ type: 'PHONE', value: '+49 30 1234567' }]
  assert.deepEqual(await again(phone, '49301234567, 49 (30) 123-45.67, 493012345678, 149301234567'), [
    '49301234567',
    '49 (30) 123-45.67',
  ])
  const account: Before = [{ type: 'BANK_ACCOUNT', value: '12345' }]
  assert.deepEqual(await again(account, '12345 a12345 12345b １２３４５'), ['12345', '１２３４５'])
})

test('Chinese names need no gap around them', async () => {
  assert.deepEqual(await again([{ type: 'PERSON', value: '王平' }], '这是王平的书，王先生'), ['王平'])
})

test('a Chinese name is found again by its given name and what friends make of it, and not within words', async () => {
  const known = (value: string): Before => [{ type: 'PERSON', value }]
  assert.deepEqual(await again(known('张建国'), '建国说他不来，国哥请客。自建国以来，建国门'), [
    '建国',
    '国哥',
  ])
  assert.deepEqual(await again(known('张伟'), '伟：在吗？小伟和阿伟到了，伟大，雄伟'), ['伟', '小伟', '阿伟'])
  assert.deepEqual(await again(known('陳美鳳'), '美鳳說她不來'), ['美鳳'])
  assert.deepEqual(await again(known('王小红'), '小红书上看的，小红说'), ['小红'])
})

test('a Chinese name that is a word is found again where somebody is meant', async () => {
  const words = '我很高兴认识你。问高兴要钥匙，高兴说他病了'
  const [span, ...more] = (
    await withKnown([text(words)], [[]], {
      ...FRESH(),
      before: [{ type: 'PERSON', value: '高兴' }],
      isKept: () => false,
    })
  ).flat()
  assert.deepEqual(
    [span, ...more].map((one) => one?.start),
    [9, 15],
  )
})

test('a given name that comes a hundred thousand times is taken for meant after a thousand looks', async () => {
  const value = '，伟大'.repeat(30_000)
  const found = await again([{ type: 'PERSON', value: '张伟' }], value)
  assert.equal(found.length, 29_000)
})

test('a secret is found again letter by letter, but for a long one', async () => {
  assert.deepEqual(await again([{ type: 'SECRET', value: 'AKIAQX7MZ3KD9TW' }], 'akiaqx7mz3kd9tw'), [
    'akiaqx7mz3kd9tw',
  ])
  const secret: Before = [{ type: 'SECRET', value: '_Hunter-2x=' }]
  assert.deepEqual(await again(secret, 'is _Hunter-2x= or hunter-2x= or Hunter 2x='), ['Hunter-2x='])
})

test('values of a type that is kept are not searched', async () => {
  assert.deepEqual(await again(ANNA, 'Anna Schmidt', ['PERSON']), [])
})

test('a name in one text is masked in all the others, and where nothing may be rewritten nothing leaves', async () => {
  const found = (value: string, words: string): readonly Span[] => {
    const start = value.indexOf(words)
    return [{ start, end: start + words.length, type: 'PERSON', score: 0.9, source: 'x' }]
  }
  const said = 'I am Anna Schmidt.'
  const knowing = { ...FRESH(), before: [], isKept: () => false }
  const [, , tool = [], model = []] = await withKnown(
    [
      text('Ask Schmidt'),
      text(said),
      text('Anna Schmidt', 'fixed', 'user'),
      text('Anna-1', 'fixed', 'model'),
    ],
    [[], found(said, 'Anna Schmidt'), [], []],
    knowing,
  )
  assert.deepEqual([tool.length, model.length], [1, 0])
  const fixed = new WholeText('Anna Schmidt', 'fixed', 'user')
  const profile: Profile = profileNamed('strict', {}) ?? assert.fail()
  assert.throws(() => mask(fixed, [tool], { profile, mint: null, year: 2026 }), { code: 'stays_home' })
})

test('a name and the address behind it that holds it stay two values', async () => {
  const said = 'Anna Schmidt (anna.schmidt@example.org)'
  const found: readonly Span[] = [
    { start: 0, end: 12, type: 'PERSON', score: 0.75, source: 'x' },
    { start: 14, end: 38, type: 'EMAIL', score: 0.95, source: 'x' },
  ]
  const knowing = { ...FRESH(), before: [], isKept: () => false }
  const [spans = []] = await withKnown([text(said)], [found], knowing)
  assert.deepEqual(spans, found)
})

test('what a later text makes known gets its number after what was known without it', () => {
  const texts = new WholeText('Weber met Anna Schmidt. Weber')
  const profile: Profile = profileNamed('strict', {}) ?? assert.fail()
  const span = (start: number, end: number, since: number) => {
    return { start, end, type: 'PERSON', score: 0.9, source: 'x', since } as const
  }
  const mint = new Mint({ nonce: 'k7f2', secret: null })
  mask(texts, [[span(0, 5, 4), span(10, 22, 0), span(24, 29, 4)]], { profile, mint, year: 2026 })
  assert.equal(texts.written(), '[PERSON_k7f2_2] met [PERSON_k7f2_1]. [PERSON_k7f2_2]')
})

test('a turn that is added changes no placeholder of those before, wherever tools and system prompt stand', () => {
  const profile: Profile = profileNamed('strict', {}) ?? assert.fail()
  const body = (turns: readonly string[]): string => {
    const messages = turns.map((content) => ({ role: 'user', content }))
    const texts = new JsonTexts(JSON.stringify({ messages, system: 'a1@x', tools: [] }), 'messages')
    const spans = texts.texts.map(({ value }): readonly Span[] =>
      /^.\d@x$/.test(value) ? [{ start: 0, end: 4, type: 'EMAIL', score: 1, source: 'x' }] : [],
    )
    mask(texts, spans, { profile, mint: new Mint({ nonce: 'k7f2', secret: null }), year: 2026 })
    return texts.written()
  }
  const [first, second] = [body(['b1@x']), body(['b1@x', 'c1@x'])]
  assert.match(first, /"content":"\[EMAIL_k7f2_2\]"\}\],"system":"\[EMAIL_k7f2_1\]"/)
  assert.match(second, /_2\]"\},.*_3\]"\}\],"system":"\[EMAIL_k7f2_1\]"/)
})

test('a value that is two things in two places has one placeholder, and the worse treatment', () => {
  const profile: Profile = profileNamed('own', { own: { ORGANIZATION: 'redact' } }) ?? assert.fail()
  const texts = new WholeText('Schmidt or Schmidt')
  const spans: readonly Span[] = [
    { start: 0, end: 7, type: 'PERSON', score: 0.9, source: 'x' },
    { start: 11, end: 18, type: 'ORGANIZATION', score: 0.6, source: 'x' },
  ]
  const tally = mask(texts, [spans], { profile, mint: new Mint({ nonce: 'k7f2', secret: null }), year: 2026 })
  assert.equal(texts.written(), '[ORGANIZATION] or [ORGANIZATION]')
  assert.deepEqual(
    tally.map(({ type }) => type),
    ['ORGANIZATION'],
  )
})

test('a long text that comes again with the same values is not searched again, and with others it is', async () => {
  const knowing = { ...FRESH(), isKept: () => false }
  const long = text(`${'so '.repeat(40)}Anna Schmidt and Karl Weber`)
  const count = async (before: Before): Promise<number> => {
    const [spans] = await withKnown([long], [[]], { ...knowing, before })
    return spans?.length ?? 0
  }
  const karl: Before = [{ type: 'PERSON', value: 'Karl Weber' }]
  assert.deepEqual(
    [await count(ANNA), await count([...ANNA, ...karl]), await count(karl), await count(ANNA)],
    [1, 2, 1, 1],
  )
})

test('thousands of values that begin alike cost one pass over the text', async () => {
  const before: Before = Array.from({ length: 300 }, (_, at) => ({
    type: 'PERSON',
    value: 'aa.'.repeat(150).slice((at * 3) % 2, 100 + at),
  }))
  assert.ok((await again(before, 'aa.'.repeat(20_000))).length <= 50_000)
})
