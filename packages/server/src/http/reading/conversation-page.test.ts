import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { gonePage, printView, sharedPage } from './conversation-page.ts'
import { READING_POLICY, READING_STYLE } from './style.ts'
import { languageWanted } from './words.ts'

const EVIL = '"><script src="https://evil.example/x.js"></script>'
const createdAt = '2026-11-30T08:00:00.000Z'
const printed: Parameters<typeof printView>[0] = {
  title: `Hall ${EVIL}`,
  class: 'internal',
  messages: [
    {
      status: 'complete',
      createdAt,
      citations: [],
      role: 'user',
      text: `What? ${EVIL}`,
      attachments: [{ name: 'lease.pdf' }, { name: EVIL }],
    },
    {
      createdAt,
      role: 'assistant',
      status: 'stopped',
      text: `Four hundred [1]. ![p](https://evil.example/p.png) ${EVIL}`,
      citations: [
        {
          type: 'freehold_citation',
          n: 1,
          documentId: `d${EVIL}`,
          collectionId: '01a22b75-7573-7188-8c3e-f9534254f1d2',
          title: `Rent ${EVIL}`,
          span: { start: 3, end: 9 },
        },
      ],
      making: { model: `m${EVIL}`, zone: 'managed', target: 'cloud', masked: 2 },
      steps: [{ role: 'tool', name: 'search_knowledge' }],
      unsupported: [`Nobody said this. ${EVIL}`],
    },
  ],
  artifacts: [{ title: `Plan ${EVIL}`, version: 3, createdAt, text: `<h1>${EVIL}</h1>` }],
}
const shared: Parameters<typeof sharedPage>[0] = {
  title: printed.title,
  class: 'internal',
  createdAt,
  expiresAt: createdAt,
  messages: [...printed.messages],
}

const pages = {
  print: printView(printed, 'en'),
  shared: sharedPage(shared, 'zh-CN'),
  gone: gonePage('en'),
}

test('a page runs nothing and fetches nothing, whatever was written', () => {
  for (const [name, html] of Object.entries(pages)) {
    assert.doesNotMatch(html, /<(?:script|img|iframe|link|object|form|svg|base)\b/i, name)
    assert.doesNotMatch(html, /<[^>]*\s(?:src|srcset|action|on\w+)=/i, name)
    assert.deepEqual(
      [...html.matchAll(/href="([^"]*)"/g)].filter(([, to]) => !/^#m\d+-\d+$/.test(to ?? '')),
      [],
      name,
    )
    assert.doesNotMatch(html.replace(READING_STYLE, ''), /url\(|@import/)
  }
})

test('only the one style counts, by its hash, in the file itself too', () => {
  const [, style = ''] = /<style>([^]*?)<\/style>/.exec(pages.print) ?? []
  const hash = createHash('sha256').update(style).digest('base64')
  assert.ok(READING_POLICY.includes(`style-src 'sha256-${hash}'`))
  assert.match(pages.print, /<meta http-equiv="Content-Security-Policy" content="default-src &#39;none&#39;/)
  assert.match(pages.print, /@media print/)
})

test('what is printed says where each answer was made and what it stands on', () => {
  assert.match(pages.print, /Stopped before its end/)
  assert.match(pages.print, /at a managed service · cloud · 2 values masked[^<]* · Tools: search_knowledge/)
  assert.match(pages.print, /Files: lease\.pdf/)
  assert.match(pages.print, /No source says<\/h3><ul><li>Nobody said this/)
  assert.match(pages.print, /Artifact · version 3<\/p>\n<pre dir="auto">&lt;h1&gt;/)
  assert.match(pages.print, /<a class="cite" href="#m1-1">\[1\]<\/a>/)
  assert.match(pages.print, /<li id="m1-1">.*characters 3–9/)
  // Outside, nobody learns ids of documents, targets or models.
  assert.doesNotMatch(pages.shared, /cloud|search_knowledge|<bdi>d|lease|Nobody said|Plan/)
  assert.match(pages.shared, /<html lang="zh-CN">/)
  assert.match(pages.shared, /来源/)
})

test('the language is the one that is wanted most', () => {
  for (const [header, language] of [
    [undefined, 'en'],
    ['zh-CN,zh;q=0.9,en;q=0.8', 'zh-CN'],
    ['en-GB, zh;q=0.5', 'en'],
    ['fr, zh;q=0.3, en;q=0.1', 'zh-CN'],
    ['zh;q=0, en', 'en'],
    ['*', 'en'],
  ] as const)
    assert.equal(languageWanted(header), language, header)
})
