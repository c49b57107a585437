import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { SCOPES } from '@freehold/contract/actions.ts'
import { ROLES } from '@freehold/contract/people.ts'
import { meansSend } from './ask-view.js'
import { deviceOf } from './device.js'
import { complain } from './entry-view.js'
import { chooseLanguage, wordsFor } from './language.js'
import { refusalFrom } from './refusal.js'
import { SCOPES as OFFERED } from './roles.js'
import { whyNot } from './upload.js'
import { ACCOUNT_WORDS } from './account-words.js'
import { AUDIT_WORDS } from './audit-words.js'
import { PEOPLE_WORDS } from './people-words.js'
import { WORDS } from './words.js'

const DICTIONARIES = [WORDS, ACCOUNT_WORDS, PEOPLE_WORDS, AUDIT_WORDS]
const merged = {
  en: Object.assign({}, ...DICTIONARIES.map(({ en }) => en)) as Record<string, string>,
  zh: Object.assign({}, ...DICTIONARIES.map(({ 'zh-CN': zh }) => zh)) as Record<string, string>,
}

const served = globSync('*.{html,css,js,svg}', { cwd: import.meta.dirname })
const textOf = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8')
const placeholders = (words: string) => (words.match(/\{\w+\}/g) ?? []).sort()

test('both languages say the same things and leave nothing out', () => {
  const { en, zh } = merged
  assert.deepEqual(Object.keys(zh), Object.keys(en))
  assert.equal(
    Object.keys(en).length,
    DICTIONARIES.reduce((sum, { en }) => sum + Object.keys(en).length, 0),
    'a key stands in two dictionaries',
  )
  for (const [key, words] of Object.entries(en)) {
    const chinese = zh[key] ?? ''
    assert.ok(words.trim() !== '' && chinese.trim() !== '', key)
    if (!key.endsWith('.one')) assert.deepEqual(placeholders(chinese), placeholders(words), key)
  }
})

test('every scope is offered, and every scope and role has words', () => {
  assert.deepEqual(OFFERED, [...SCOPES])
  const named = [...SCOPES.map((scope) => `scope.${scope}`), ...ROLES.map((role) => `role.${role}`)]
  assert.deepEqual(
    named.filter((key) => !(key in merged.en)),
    [],
  )
})

test('every word on the page is in the dictionary and every word of the dictionary is used', () => {
  const known = new Set(Object.keys(merged.en).map((key) => key.replace(/\.(one|other)$/, '')))
  const inHtml = [...textOf('page.html').matchAll(/data-words[a-z-]*="([^"]+)"/g)].map(([, key]) => key ?? '')
  assert.ok(inHtml.length > 20)
  assert.deepEqual(
    inHtml.filter((key) => !known.has(key)),
    [],
  )
  const sources = served.filter((name) => !name.endsWith('words.js')).map(textOf)
  // These keys are put together from a code, a header, the way in, or a word that something is called by.
  const isComposed = (key: string) =>
    /^(fault|chip|answer|claim|join|sign-in|role|scope|audit\.(field|log|outcome))\.|\.(fault|barred|method|for)\./.test(
      key,
    )
  const isNamed = (key: string) =>
    sources.some((text) => text.includes(`'${key}'`) || text.includes(`"${key}"`))
  const isUsed = (key: string) =>
    isNamed(key) || isNamed(key.replace(/\.(label|lead|title|text|send|done)$/, '')) || isComposed(key)
  assert.deepEqual(
    [...known].filter((key) => !isUsed(key)),
    [],
  )
})

test('a program that was signed in is known by its browser and system', () => {
  const chrome =
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'
  assert.equal(deviceOf(chrome), 'Chrome · Linux')
  assert.equal(deviceOf(`${chrome} Edg/142.0`), 'Edge · Linux')
  assert.equal(
    deviceOf(
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1',
    ),
    'Safari · iPhone',
  )
  assert.equal(
    deviceOf('Mozilla/5.0 (Android 16; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0'),
    'Firefox · Android',
  )
  assert.equal(deviceOf(`curl/8.5 ${'x'.repeat(100)}`).length, 60)
})

test('numbers choose the right form and are written as the language writes them', () => {
  assert.equal(wordsFor('en', 'document.passages', { count: 1 }), '1 passage')
  assert.equal(wordsFor('en', 'document.passages', { count: 1200 }), '1,200 passages')
  assert.equal(wordsFor('zh-CN', 'document.passages', { count: 1 }), '1 个段落')
  assert.throws(() => wordsFor('en', 'no.such.word'), /no words for no.such.word/)
})

test('the page speaks the first language of the browser that it knows', () => {
  assert.equal(chooseLanguage(['zh-Hant-TW', 'en']), 'zh-CN')
  assert.equal(chooseLanguage(['de', 'en-GB', 'zh']), 'en')
  assert.equal(chooseLanguage(['fr']), 'en')
})

test('Enter sends, but not while an input method is composing', () => {
  const press = { key: 'Enter', shiftKey: false, isComposing: false, keyCode: 13 }
  assert.equal(meansSend(press), true)
  assert.equal(meansSend({ ...press, shiftKey: true }), false)
  assert.equal(meansSend({ ...press, isComposing: true }), false)
  assert.equal(meansSend({ ...press, keyCode: 229 }), false)
})

test('a new password needs fifteen characters, a known one only has to be there', () => {
  assert.deepEqual(complain('claim', 'fourteen chars'), { key: 'password.short', values: { count: 1 } })
  assert.equal(complain('join', 'fifteen letters'), null)
  assert.deepEqual(complain('sign-in', ''), { key: 'password.missing' })
  assert.equal(complain('sign-in', 'x'), null)
})

test('a file that cannot be read is turned away before it is sent', () => {
  assert.equal(whyNot({ name: 'a.PDF', size: 1 }), null)
  assert.equal(whyNot({ name: 'a.docx', size: 1 }), null)
  assert.equal(whyNot({ name: 'a.odt', size: 1 }), 'upload.kind')
  assert.equal(whyNot({ name: 'a.md', size: 0 }), 'upload.empty')
  assert.equal(whyNot({ name: 'a.txt', size: 64 * 1024 * 1024 + 1 }), 'upload.size')
})

test('a refusal keeps its code, also when something other than Freehold answered', () => {
  const body = JSON.stringify({ error: { message: 'Why.', type: 't', param: null, code: 'too_large' } })
  const { code, message } = refusalFrom(413, body)
  assert.deepEqual([code, message], ['too_large', 'Why.'])
  assert.equal(refusalFrom(502, '<html>Bad gateway</html>').code, 'unknown')
})

test('the page needs no inline script or style and asks no other origin', () => {
  const html = textOf('page.html')
  assert.match(html, /<noscript>[\s\S]+JavaScript[\s\S]+lang="zh-CN"[\s\S]+<\/noscript>/)
  assert.doesNotMatch(html, /<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc="\/page\/)/)
  for (const name of served) {
    assert.doesNotMatch(textOf(name), /https?:\/\/(?!www\.w3\.org\/2000\/svg)/, name)
  }
})

/** A script and all that it imports from the start. */
function startsWith(name: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(name)) return seen
  seen.add(name)
  for (const [, other = ''] of textOf(name).matchAll(/^(?:import|\} from) .*?'\.\/([\w.-]+)'$/gm))
    startsWith(other, seen)
  return seen
}
const gzipped = (names: Iterable<string>) =>
  [...names].reduce((sum, name) => sum + gzipSync(textOf(name)).length, 0)

test('what is fetched before anybody is signed in stays small, and screens of their own come later', () => {
  const first = startsWith('page.js')
  assert.ok(first.has('entry-view.js') && first.has('rooms.js'))
  assert.deepEqual(
    [...first].filter((name) => /^(account|people|audit|qr)/.test(name)),
    [],
  )
  assert.ok(startsWith('account-view.js').has('qr.js'))
  const sizeBytes = gzipped(first)
  assert.ok(sizeBytes < 40_000, `${sizeBytes} bytes`)
})

test('the whole page stays small', () => {
  const sizeBytes = gzipped(served)
  assert.ok(sizeBytes < 90_000, `${sizeBytes} bytes`)
})
