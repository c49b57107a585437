import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { GivenText } from '@freehold/contract/chat.ts'
import { termsOf } from './analysis.ts'
import { foundIn, withoutMaterial } from './given-texts.ts'

const given = (title: string, text: string): GivenText => ({
  documentId: title,
  collectionId: '018f0000-0000-7000-8000-000000000001',
  title,
  class: 'internal',
  text,
})
const asked = (question: string): ReadonlySet<string> => new Set(termsOf(question))

test('of texts that came with a question the passage that says most of it comes first', async () => {
  const texts = [
    given('Birds', 'Storks fly to Africa in autumn. They come back in spring.'),
    given('Fish', 'Eels swim to the Sargasso Sea, where they spawn.'),
  ]
  const { passages, weights } = await foundIn(texts, asked('where eels spawn'), 10)
  const [best] = passages
  assert.equal(best?.document.title, 'Fish')
  assert.match(best?.document.text.slice(best.start, best.end) ?? '', /spawn/)
  assert.ok((weights.get(termsOf('spawn')[0] ?? '') ?? 0) > 0)
})

test('where nothing of a question stands in the texts, nothing is found', async () => {
  const { passages } = await foundIn([given('Fish', 'Eels swim.')], asked('quarterly budget'), 10)
  assert.deepEqual(passages, [])
  assert.deepEqual((await foundIn([], asked('eels'), 10)).passages, [])
})

test('no two of them are taken for one, nor for a stored document of the same id', async () => {
  const twins = [given('Fish', 'Eels swim.'), given('Fish', 'Eels spawn.')]
  const { passages } = await foundIn(twins, asked('eels'), 10)
  assert.equal(new Set(passages.map(({ document }) => document.row)).size, 2)
  assert.ok(passages.every(({ document }) => document.row !== document.id))
})

test('what was said is told apart from the texts that came with it', () => {
  const material = '⟦material 0a1b2c3d · document · [1]⟧\nFish\n\nEels [x] swim.\n⟦end 0a1b2c3d⟧'
  assert.equal(withoutMaterial(`${material}\n\nWhere do eels go?`), 'Where do eels go?')
  assert.equal(withoutMaterial('Nothing beside it.'), 'Nothing beside it.')
})
