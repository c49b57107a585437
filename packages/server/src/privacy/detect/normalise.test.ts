import assert from 'node:assert/strict'
import { test } from 'node:test'
import { normalise } from './normalise.ts'

/** What stands in the original where the needle is read. */
function originalOf(text: string, needle: string): string {
  const read = normalise(text)
  const at = read.text.indexOf(needle)
  assert.notEqual(at, -1, read.text)
  return text.slice(read.startOf(at), read.endOf(at + needle.length))
}

test('a plain text is scanned as it came, Han and accents included', () => {
  const text = 'Zoë wrote: 张伟在北京。'
  assert.equal(normalise(text).text, text)
})

const READINGS: readonly (readonly [string, string, string])[] = [
  ['full-width digits', '电话１３８００１３８０００。', '１３８００１３８０００'],
  ['Arabic-Indic digits', 'رقم ١٣٨٠٠١٣٨٠٠٠', '١٣٨٠٠١٣٨٠٠٠'],
  ['Persian digits', '۱۳۸۰۰۱۳۸۰۰۰', '۱۳۸۰۰۱۳۸۰۰۰'],
  ['digits of mathematics', '𝟏𝟑𝟖00138000', '𝟏𝟑𝟖00138000'],
  ['fillers and joiners that nobody sees', 'a 1\u034f3\u3164800138000 b', '1\u034f3\u3164800138000'],
  ['zero-width spaces', 'a 1\u200b3\u200b8\u200b00138000\u200b b', '1\u200b3\u200b8\u200b00138000'],
  ['bidirectional marks', '\u202e13800138000\u202c', '13800138000'],
  ['soft hyphens', '138\u00ad0013\u00ad8000', '138\u00ad0013\u00ad8000'],
  ['escapes of JSON', '"\\u0031\\u0033\\u0038 x", 1\\u00338 00138000', '\\u0031\\u0033\\u0038'],
  ['hidden tags', '138\u{e0030}00138000', '138\u{e0030}00138000'],
]

for (const [what, text, written] of READINGS) {
  test(`${what} are read as digits and their place is found again`, () => {
    assert.equal(originalOf(text, what === 'escapes of JSON' ? '138' : '13800138000'), written)
  })
}

test('an escaped line end is one in a string of JSON and none in a path of Windows', () => {
  assert.equal(normalise('tel\\n13800138000').text, 'tel\n13800138000')
  assert.equal(normalise('C:\\temp\\notes').text, 'C:\\temp\\notes')
})

test('a lone half of a surrogate pair stays what it is', () => {
  assert.equal(normalise('\ud835 １ \udc00').text, '\ud835 1 \udc00')
})

test('numbers of items and notes do not become part of a value', () => {
  assert.equal(normalise('①13800138000² ').text.trim(), '①13800138000²')
})
