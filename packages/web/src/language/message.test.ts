import { compileMessage as compiledByLingui } from '@lingui/message-utils/compileMessage'
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { compileMessage } from './message.ts'

const source = join(import.meta.dirname, '..')
const TEXT = /\b(?:en|zh):\s*(?:'((?:[^'\\]|\\.)*)'|`([^`$\\]*)`|"((?:[^"\\]|\\.)*)")/g

const textsOf = (name: string): readonly string[] =>
  [...readFileSync(join(source, name), 'utf8').matchAll(TEXT)].map(([, single, raw, double]) =>
    (single ?? raw ?? double ?? '').replaceAll(/\\(.)/g, '$1'),
  )

/** Lingui writes down an offset that no text of ours has. */
const plain = (tokens: unknown): unknown => JSON.parse(JSON.stringify(tokens))

test('every text of the app is read as Lingui reads it', () => {
  const texts = globSync('**/*.{ts,tsx}', { cwd: source, exclude: ['**/*.test.ts'] }).flatMap(textsOf)
  assert.ok(texts.length > 3000, `${texts.length} texts`)
  assert.ok(texts.filter((text) => text.includes(', plural,')).length > 60)
  for (const text of texts) assert.deepEqual(plain(compileMessage(text)), plain(compiledByLingui(text)), text)
})

test('brackets, numbers and apostrophes are read as Lingui reads them', () => {
  const texts = [
    '',
    "It's {name}'s",
    "don''t",
    "'{'not an argument'}' but {this}",
    '# is a sign here',
    '{n, plural, =0 {none} one {# of {all}} other {{who, select, me {my #} other {#}}}}',
    '{ a }{b}',
    '{a, select, x {} other { spaces  kept }}!',
  ]
  for (const text of texts) assert.deepEqual(plain(compileMessage(text)), plain(compiledByLingui(text)), text)
})

test('a text with a bracket that is not closed, or with what is not understood, is no message', () => {
  for (const text of ['{a', 'a}', '{a, number}', '{a, plural, one {x}', '{a, plural, offset:1 other {x}}'])
    assert.throws(() => compileMessage(text), /Not a message/, text)
})
