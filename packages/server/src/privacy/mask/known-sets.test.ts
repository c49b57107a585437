import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { EntityType } from '@freehold/contract/privacy.ts'
import type { Text } from '../traverse/texts.ts'
import { formsOf } from './known-forms.ts'
import { KnownSets } from './known-sets.ts'
import type { KnownSpan } from './known-values.ts'
import { withKnown } from './known-values.ts'
import { SpanCache } from './span-cache.ts'

type Value = Readonly<{ type: EntityType; value: string }>

const VALUES: readonly Value[] = [
  { type: 'PERSON', value: 'Anna Schmidt' },
  { type: 'PERSON', value: 'Schmidt' },
  { type: 'ORGANIZATION', value: 'Schmidt und Weber Holding' },
  { type: 'PERSON', value: 'schmidt' },
  { type: 'PERSON', value: 'Karl Weber' },
  { type: 'EMAIL', value: 'anna.schmidt@example.org' },
  { type: 'PHONE', value: '+49 30 1234567' },
  { type: 'BANK_ACCOUNT', value: '12345' },
  { type: 'SECRET', value: '_Hunter-2x=' },
  { type: 'PERSON', value: '王平' },
  { type: 'ADDRESS', value: '海淀区王平路' },
]
const WORDS = [
  ...VALUES.map(({ value }) => value),
  'a schmidt, Schmidt',
  'weber karl',
  '49301234567',
  'A\u200bnna Schmidt',
  '１２３４５',
  'Anna%20Schmidt',
  Buffer.from('Greetings from Anna Schmidt and Karl Weber').toString('base64'),
  'nobody in particular',
  '\n',
  '(',
]

/** The same numbers each time. */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * sides)
  }
}

const remembering = () => ({ sets: new KnownSets(), coded: new SpanCache<KnownSpan>() })
const search = (texts: readonly Text[], before: readonly Value[], memory = remembering(), tenant = 't') =>
  withKnown(
    texts,
    texts.map(() => []),
    { ...memory, tenant, before, isKept: () => false, keys: texts.map(({ value }) => value) },
  )

test('a conversation that grows is found the same as if all of it were searched in each turn', async () => {
  let spans = 0
  for (let seed = 1; seed <= 60; seed += 1) {
    const roll = dice(seed)
    const memory = remembering()
    const texts: Text[] = []
    const before: Value[] = []
    for (let turn = 0; turn < 12; turn += 1) {
      const words = Array.from({ length: 1 + roll(6) }, () => WORDS[roll(WORDS.length)] ?? '')
      texts.push({ value: words.join([' ', ', ', ''][roll(3)]), role: 'text', key: null })
      const value = VALUES[roll(VALUES.length)]
      if (value !== undefined && roll(3) > 0) before.push(value)
      // As where the client forgets the beginning, or somebody takes something out of it.
      if (roll(10) === 0) before.shift()
      const found = await search(texts, before, memory)
      assert.deepEqual(found, await search(texts, before), `seed ${seed}, turn ${turn}`)
      spans += found.flat().length
    }
  }
  assert.ok(spans > 1000, `${spans} spans say little`)
})

test('what another tenant knows is found in no text, and neither is what another conversation knows', async () => {
  const memory = remembering()
  const texts: Text[] = [{ value: 'Ask Karl Weber or Anna Schmidt.', role: 'text', key: null }]
  const count = async (before: readonly Value[], tenant?: string) =>
    (await search(texts, before, memory, tenant)).flat().length
  const [anna, karl] = [VALUES.slice(0, 1), VALUES.slice(4, 5)]
  assert.equal(await count([...anna, ...karl]), 2)
  assert.equal(await count(anna), 1)
  assert.equal(await count(anna, 'other'), 1)
  assert.equal(await count(karl, 'other'), 1)
})

test('old texts are searched for what is new alone, and a set that is known is not made again', () => {
  const sets = new KnownSets()
  const forms = VALUES.flatMap(({ type, value }) => formsOf(type, value).slice(0, 1))
  const first = sets.of({ tenant: 't', chinese: null }, forms.slice(0, 2))
  const more = [...forms.slice(0, 2), ...forms.slice(4, 7)]
  const second = sets.of({ tenant: 't', chinese: null }, more)
  assert.deepEqual([second.line, second.before, second.parts.length], [first.line, first.id, 2])
  assert.equal(sets.of({ tenant: 't', chinese: null }, more), second)
  assert.notEqual(sets.of({ tenant: 'other', chinese: null }, more).line, first.line)
  // It is not even read: what its signs do not tell of is not in it.
  const text = { value: 'Anna Schmidt', key: 'k' }
  const found = sets.in(first, text).hits
  assert.equal(found?.length, 1)
  assert.equal(sets.in(second, { ...text, value: 'Karl Weber' }).hits, found)
})
