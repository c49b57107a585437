import { test } from 'node:test'
import assert from 'node:assert/strict'
import { PlainForms } from './plain-forms.ts'
import { hashOf, tokenise } from './tokens.ts'

for (const [kind, rest] of [
  ['short', ''],
  ['long', ' and so on'.repeat(300)],
] as const)
  test(`in a ${kind} text a word is plain if it stands in lower case somewhere`, () => {
    const plain = new PlainForms(tokenise(`Serialization comes first, then deserialization by Okoro.${rest}`))
    assert.ok(plain.has(hashOf('Deserialization')))
    assert.ok(!plain.has(hashOf('Okoro')) && !plain.has(hashOf('Serialization')))
  })

test('Unix is no name even where nobody writes it otherwise', () => {
  assert.ok(new PlainForms(tokenise('Patterns of Unix')).has(hashOf('Unix')))
})
