import { test } from 'node:test'
import assert from 'node:assert/strict'
import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Span } from '../detect/span.ts'
import { profileNamed } from '../policy/profile.ts'
import { createRestorer } from '../restore/restorer.ts'
import { JsonTexts } from '../traverse/texts.ts'
import { mask } from './masking.ts'
import { Mint, originOf } from './mint.ts'

const KINDS: readonly (readonly [string, EntityType])[] = [
  ['Anna Lee', 'PERSON'],
  ['Lee', 'PERSON'],
  ['anna@acme.de', 'EMAIL'],
  ['王芳', 'PERSON'],
  ['138 1234 5678', 'PHONE'],
  ['E12345678', 'PASSPORT'],
]
const PROFILE = profileNamed('own', { own: { default: 'surrogate' } }) ?? assert.fail()
const fresh = (before?: Mint): Mint => new Mint(originOf(Buffer.alloc(36, 5)), before?.minted)

/** All that stands in it of these words; the longest where several begin. */
function spansIn(text: string, words: readonly (readonly [string, EntityType])[]): Span[] {
  const spans: Span[] = []
  for (const [word, type] of words)
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
      if (!spans.some(({ start, end }) => at >= start && at < end))
        spans.push({ start: at, end: at + word.length, type, score: 0.9, source: 'test' })
  return spans
}

function masked(body: unknown, mint: Mint, words = KINDS) {
  const texts = new JsonTexts(JSON.stringify(body), 'chat')
  const tally = mask(
    texts,
    texts.texts.map(({ value }) => spansIn(value, words)),
    { profile: PROFILE, mint, year: 2026 },
  )
  const messages: { content: string }[] = JSON.parse(texts.written()).messages
  return { tally, texts: messages.map(({ content }) => content) }
}

const said = (role: string, content: string) => ({ role, content })
const answer = (content: string): Buffer =>
  Buffer.from(JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content } }] }))

function restored(content: string, mint: Mint): string {
  const body = createRestorer(mint.minted).whole('chat', answer(content))
  return JSON.parse(body.toString()).choices[0].message.content
}

const QUESTION = said('user', 'Write to Anna Lee (anna@acme.de, 138 1234 5678, E12345678) about 王芳.')

test('what has a surrogate gets one, the rest a placeholder, and each is counted as what it became', () => {
  const mint = fresh()
  const { texts, tally } = masked({ messages: [QUESTION] }, mint)
  assert.match(
    texts[0] ?? '',
    /^Write to [A-Z][a-z]+ [A-Z][a-z]+ \([a-z.]+\d\d@example\.\w{3}, 154 \d{4} \d{4}, \[PASSPORT_\w{4}_1\]\) about \p{Script=Han}{3}\.$/u,
  )
  assert.deepEqual(tally.map(({ type, action, values }) => `${type} ${action} ${values}`).toSorted(), [
    'EMAIL surrogate 1',
    'PASSPORT pseudonymise 1',
    'PERSON surrogate 2',
    'PHONE surrogate 1',
  ])
  assert.equal(restored(texts[0] ?? '', mint), QUESTION.content)
})

test('the same conversation is masked alike in every turn, whether the client kept the answer restored or not', () => {
  const first = fresh()
  const [sent = ''] = masked({ messages: [QUESTION] }, first).texts
  const next = said('user', 'And Lee?')
  const kept = masked({ messages: [QUESTION, said('assistant', QUESTION.content), next] }, fresh())
  const raw = masked({ messages: [QUESTION, said('assistant', sent), next] }, fresh(), [
    ...KINDS,
    // A detector finds them too, and not always all of one.
    ...first.minted.flatMap(({ placeholder, surrogate: type }) =>
      type === undefined ? [] : [[placeholder.slice(0, -1), type] as const],
    ),
  ])
  assert.deepEqual(raw.texts, kept.texts)
  assert.deepEqual(kept.texts.slice(0, 2), [sent, sent])
  const family = first.minted.find(({ value }) => value === 'Lee')?.placeholder
  assert.equal(kept.texts[2], `And ${family}?`)
})

test('what a named conversation has stands for the same again, wherever it comes from', () => {
  const first = fresh()
  const [sent = ''] = masked({ messages: [QUESTION] }, first).texts
  const later = new Mint(originOf(Buffer.alloc(36, 6)), first.minted)
  const { texts } = masked({ messages: [said('user', `You wrote: ${sent}`)] }, later, [])
  assert.equal(texts[0], `You wrote: ${sent}`)
  assert.deepEqual(later.added, [])
})

test('signed thinking in which the model used a surrogate is sent again as it was', () => {
  const mint = fresh()
  const [sent = ''] = masked({ messages: [QUESTION] }, mint).texts
  const name = mint.minted[0]?.placeholder ?? assert.fail()
  const spoken = (thinking: string) => ({
    messages: [QUESTION, { role: 'assistant', content: [{ type: 'thinking', thinking, signature: 'c2ln' }] }],
  })
  const words = [...KINDS, [name, 'PERSON'], ['Carl Benz', 'PERSON']] as const
  assert.equal(masked(spoken(`They ask about ${name}.`), fresh(), words).texts[0], sent)
  assert.throws(() => masked(spoken('They ask about Carl Benz.'), fresh(), words), { code: 'stays_home' })
})

test('a made-up name that somebody bears who is spoken of is not used', () => {
  const [first = ''] = masked({ messages: [said('user', 'Anna Lee')] }, fresh()).texts
  const { texts } = masked(
    { messages: [said('system', `You are ${first}.`), said('user', 'Anna Lee')] },
    fresh(),
  )
  assert.equal(texts[0], `You are ${first}.`)
  const words = new Set(first.split(' '))
  assert.ok(texts[1]?.split(' ').every((word) => !words.has(word)))
})

test('a value that goes on in a word gets a placeholder everywhere, because nobody could tell where its surrogate ends', () => {
  const mint = fresh()
  const { texts, tally } = masked(
    { messages: [said('user', 'User anna@acme.de and xanna@acme.de, 王芳2 and E12345678')] },
    mint,
  )
  assert.match(texts[0] ?? '', /^User \[EMAIL_\w{4}_1\] and x\[EMAIL_\w{4}_1\], \p{Script=Han}{3}2 and /u)
  assert.ok(tally.every(({ type, action }) => type !== 'EMAIL' || action === 'pseudonymise'))
  assert.equal(restored(texts[0] ?? '', mint), 'User anna@acme.de and xanna@acme.de, 王芳2 and E12345678')
})

test('words of the model around a surrogate stay as they are, and figures beside one do not', () => {
  const mint = fresh()
  masked({ messages: [QUESTION] }, mint)
  const name = mint.minted[0]?.placeholder ?? assert.fail()
  const words = [...KINDS, [`Dear ${name}`, 'PERSON'], [`${name}, 5 Oak Street`, 'ADDRESS']] as const
  const spoken = (content: string) =>
    masked({ messages: [QUESTION, said('assistant', content)] }, fresh(), words).texts[1] ?? ''
  assert.equal(spoken(`Dear ${name}!`), `Dear ${name}!`)
  assert.doesNotMatch(spoken(`${name}, 5 Oak Street`), /Oak Street/)
})
