import assert from 'node:assert/strict'
import { test } from 'node:test'
import { markdownPage } from './markdown.ts'

const shown = (text: string): string =>
  markdownPage(text, (n) => (n === 1 ? '<a href="#m0-1">[1]</a>' : null))

test('an answer is shown with its headings, lists, tables and code', () => {
  assert.equal(
    shown('# Rent\n\nIt is **400** `kr`.'),
    '<h3>Rent</h3>\n<p dir="auto">It is <strong>400</strong> <code>kr</code>.</p>',
  )
  assert.equal(
    shown('- a\n- *b*\n\n3. c'),
    '<ul><li dir="auto">a</li><li dir="auto"><em>b</em></li></ul>\n<ol start="3"><li dir="auto">c</li></ol>',
  )
  assert.match(
    shown('| a | b |\n|---|---|\n| 1 | 2 |'),
    /<thead><tr><th dir="auto">a<\/th>.*<tbody><tr><td dir="auto">1</,
  )
  assert.equal(
    shown('```ts\nconst a = "<b>"\n```\nEnd'),
    '<pre><code>const a = &quot;&lt;b&gt;&quot;</code></pre>\n<p dir="auto">End</p>',
  )
  assert.equal(shown('> so\n> it is'), '<blockquote><p dir="auto">so</p><p dir="auto">it is</p></blockquote>')
  assert.equal(shown('See [1] and [2].'), '<p dir="auto">See <a href="#m0-1">[1]</a> and [2].</p>')
})

test('nothing that anybody writes becomes a tag, a link or an image', () => {
  for (const text of [
    '<script>alert(1)</script>',
    '![x](https://evil.example/p.png)',
    '[x](javascript:alert(1))',
    '`<img src=x>`',
    '# <svg onload=x>',
    '| <b> |\n|---|\n| <i onclick=x> |',
    '- <a href=x>',
    '[<b>](https://evil.example)',
    '**<u>**',
    '"><style>*{}</style>',
  ]) {
    const left = shown(text).replaceAll(
      /<\/?(?:p|h3|ul|li|table|thead|tbody|tr|th|td|code|strong|div)(?: dir="auto"| class="wide")?>/g,
      '',
    )
    assert.doesNotMatch(left, /[<>]/, text)
  }
})

test('a text that is made to be slow is not', () => {
  const time = (length: number): number => {
    const texts = ['[', '[](', '*', '**', '`', '~~', '|', '> ', '![', '\\', '- '].map((sign) =>
      sign.repeat(length / sign.length),
    )
    const from = process.cpuUsage().user
    for (const text of texts) shown(text)
    return process.cpuUsage().user - from
  }
  time(20_000)
  // Eight times the text: a square would be sixty-four times the work.
  assert.ok(time(160_000) < 30 * Math.max(time(20_000), 2000))
})
