import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Fault } from '../kernel/fault.ts'
import { decodeText } from './decode-text.ts'
import { mediaTypeOf } from './media-type.ts'
import { parseHtml } from './parse-html.ts'
import { parseMarkdown } from './parse-markdown.ts'

const LIMIT = 1_000_000
const refusal = (code: string, message: RegExp) => (error: unknown) =>
  error instanceof Fault && error.code === code && message.test(error.message)

test('a page becomes its visible text with headings, items and rows on lines of their own', () => {
  const html = `<html><head><title> Travel &amp; rules </title><style>p{}</style></head><body><nav>Home</nav>
    <h1>Travel</h1><p>Second <b>class</b><br>only.</p><script>alert(1)</script>
    <ul><li><p>Trains</p></li><li>Buses</li></ul>
    <table><tr><th>City</th><th>Limit</th></tr><tr><td><p>Rome</p></td><td>190</td></tr></table></body></html>`
  const { title, text, headings } = parseHtml(html, LIMIT)
  assert.equal(title, 'Travel & rules')
  assert.equal(text, 'Travel\n\nSecond class\nonly.\n\n- Trains\n- Buses\n\nCity | Limit\nRome | 190')
  assert.deepEqual(
    headings.map(({ start, end }) => text.slice(start, end)),
    ['Travel'],
  )
})

test('a page nested without end is refused at once, a deep one is read', () => {
  assert.equal(parseHtml(`${'<div><b>'.repeat(2000)}deep`, LIMIT).text, 'deep')
  assert.throws(
    () => parseHtml(`${'<div><b>'.repeat(100_000)}deep`, LIMIT),
    refusal('unreadable_document', /nested deeper/),
  )
})

test('Markdown loses its marks and keeps its words, code and tables', () => {
  const markdown = `---
title: "Pumps"
---
# The **pump**

Read the [manual](https://x.org/m) for
_details_ and \`code\`.

- [ ] fill
- vent

| a | b |
|---|---|
| 1 | 2 |

\`\`\`sh
run --now  # not a heading
\`\`\`

Heading two
-----------
<!-- hidden -->Last line.`
  const { title, text, headings } = parseMarkdown(markdown, LIMIT)
  assert.equal(title, 'Pumps')
  assert.equal(
    text,
    'The pump\n\nRead the manual for details and code.\n\n- [ ] fill\n- vent\n\na | b\n1 | 2\n\nrun --now  # not a heading\n\nHeading two\n\nLast line.',
  )
  assert.deepEqual(
    headings.map(({ start, end }) => text.slice(start, end)),
    ['The pump', 'Heading two'],
  )
})

test('Chinese lines of a paragraph are joined without a space', () => {
  assert.equal(parseMarkdown('年假有\n十五天。', LIMIT).text, '年假有十五天。')
})

test('too much text is refused with the limit in the message', () => {
  assert.throws(
    () => parseMarkdown('a b. '.repeat(1000), 100),
    refusal('unreadable_document', /100 characters/),
  )
})

test('text is decoded from UTF-8, UTF-16 and GB 18030', () => {
  const utf16 = Buffer.from('\ufeff年假', 'utf16le')
  assert.equal(decodeText(Buffer.from('\ufeff年假\r\nab')), '年假\nab')
  assert.equal(decodeText(utf16), '年假')
  assert.equal(decodeText(Buffer.from(utf16).swap16()), '年假')
  assert.equal(decodeText(Buffer.from([0xc4, 0xea, 0xbc, 0xd9])), '年假')
})

test('bytes that are no text are refused in words', () => {
  assert.throws(() => decodeText(Buffer.from('a\0b')), refusal('unreadable_document', /NUL bytes/))
  assert.throws(
    () => decodeText(Buffer.from([0xff, 0xff, 0xff])),
    refusal('unreadable_document', /none of UTF-8/),
  )
})

test('content decides before the name does', () => {
  assert.equal(mediaTypeOf('letter.txt', Buffer.from('%PDF-1.7')), 'application/pdf')
  assert.equal(mediaTypeOf('A.HTM', Buffer.from('x')), 'text/html')
  assert.throws(() => mediaTypeOf('a.pdf', Buffer.from('x')), refusal('unreadable_document', /no PDF/))
  assert.throws(() => mediaTypeOf('a.md', Buffer.alloc(0)), refusal('unreadable_document', /empty/))
  for (const name of ['a.odt', 'a', '__proto__', 'a.constructor'])
    assert.throws(() => mediaTypeOf(name, Buffer.from('x')), refusal('wrong_media_type', /\.md.*\.pdf/))
})
