import assert from 'node:assert/strict'
import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { meansSend } from './ask-view.js'
import { complain } from './entry-view.js'
import { chooseLanguage, wordsFor } from './language.js'
import { refusalFrom } from './refusal.js'
import { whyNot } from './upload.js'
import { WORDS } from './words.js'

const served = globSync('*.{html,css,js,svg}', { cwd: import.meta.dirname })
const textOf = (name: string) => readFileSync(join(import.meta.dirname, name), 'utf8')
const placeholders = (words: string) => (words.match(/\{\w+\}/g) ?? []).sort()

test('both languages say the same things and leave nothing out', () => {
  const { en, 'zh-CN': zh } = WORDS
  assert.deepEqual(Object.keys(zh), Object.keys(en))
  for (const [key, words] of Object.entries(en)) {
    const chinese = zh[key as keyof typeof zh]
    assert.ok(words.trim() !== '' && chinese.trim() !== '', key)
    if (!key.endsWith('.one')) assert.deepEqual(placeholders(chinese), placeholders(words), key)
  }
})

test('every word on the page is in the dictionary and every word of the dictionary is used', () => {
  const known = new Set(Object.keys(WORDS.en).map((key) => key.replace(/\.(one|other)$/, '')))
  const inHtml = [...textOf('page.html').matchAll(/data-words[a-z-]*="([^"]+)"/g)].map(([, key]) => key ?? '')
  assert.ok(inHtml.length > 20)
  assert.deepEqual(
    inHtml.filter((key) => !known.has(key)),
    [],
  )
  const sources = served.filter((name) => name !== 'words.js').map(textOf)
  // These keys are put together from a code, a header or the way in.
  const isComposed = (key: string) => /^(fault|chip|answer|claim|join|sign-in|password)\./.test(key)
  const isUsed = (key: string) =>
    sources.some((text) => text.includes(`'${key}'`) || text.includes(`"${key}"`))
  assert.deepEqual(
    [...known].filter((key) => !isComposed(key) && !isUsed(key)),
    [],
  )
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

test('the whole page stays small', () => {
  const sizeBytes = served.reduce((sum, name) => sum + statSync(join(import.meta.dirname, name)).size, 0)
  assert.ok(sizeBytes < 90_000, `${sizeBytes} bytes`)
})
