import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Speaker } from './ask.ts'
import type { House } from './house.ts'
import { open } from './house.ts'
import { pptx, xlsx } from './office-files.ts'
import { zipFile } from './zip-file.ts'

let house: House
let speaker: Speaker

before(async () => {
  house = await open()
  speaker = new Speaker(house.url, await house.key('--name', 'uploads'))
})
after(() => house.stop())

const SHEET = xlsx({
  Limits: [
    ['City', 'Limit'],
    ['罗马', 190],
    ['Oslo', 210],
  ],
})
const DECK = pptx([{ title: 'Cold stores', lines: ['The compressor hums at forty hertz.'] }])
const words = (text: string) => Buffer.from(text)
const MAIL = words(
  'From: a@example.org\r\nSubject: Handover\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nThe shift ends at six.\r\n' +
    `--b\r\nContent-Disposition: attachment; filename=limits.xlsx\r\nContent-Transfer-Encoding: base64\r\n\r\n${SHEET.toString('base64')}\r\n--b--\r\n`,
)
const BUNDLE = zipFile([
  { name: 'talks/cold.pptx', bytes: DECK },
  { name: 'talks/', bytes: words('') },
  { name: '__MACOSX/talks/._cold.pptx', bytes: words('x') },
  { name: '规定/年假.md', bytes: words('# 年假\n\n每人有十五天年假。') },
  { name: 'broken.docx', bytes: words('PK\u0003\u0004 and nothing else') },
  { name: 'program.exe', bytes: words('MZ') },
  { name: 'locked.txt', bytes: words('secret words'), flags: 0x801 },
  { name: 'mail/handover.eml', bytes: MAIL },
  {
    name: 'inner.zip',
    bytes: zipFile([{ name: 'deep.txt', bytes: words('The lamp of the deep archive burns.') }]),
  },
])

test('each file of an archive becomes a document, and those that fail are named with the reason', async () => {
  const collection = await speaker.collection('Bundle')
  const { status, body } = await speaker.addFile(collection, 'bundle.zip', BUNDLE)
  assert.equal(status, 201)
  assert.deepEqual(
    body.documents.map(({ title, mediaType }) => [title, mediaType.split(/[/.]/).at(-1)]),
    [
      ['cold', 'presentation'],
      ['年假', 'markdown'],
      ['Handover', 'rfc822'],
      ['limits', 'sheet'],
      ['deep', 'plain'],
    ],
  )
  assert.deepEqual(
    body.failed.map(({ name, error }) => [name, error.code]),
    [
      ['broken.docx', 'unreadable_document'],
      ['program.exe', 'wrong_media_type'],
      ['locked.txt', 'unreadable_document'],
    ],
  )
  assert.match(body.failed[2]?.error.message ?? '', /password/)
  const found = await speaker.api<{
    hits: { text: string; heading?: string; page?: number; cells?: string }[]
  }>('POST', `/api/collections/${collection}/search`, { query: 'Oslo 210' })
  assert.deepEqual([found.body.hits[0]?.heading, found.body.hits[0]?.cells], ['Limits', 'A1:B3'])
  const { text, citations } = await speaker.ask('At how many hertz does the compressor hum?', {
    freehold: { collections: [collection] },
  })
  assert.match(text, /forty hertz/)
  assert.deepEqual([citations[0]?.page, citations[0]?.heading], [1, 'Cold stores'])
})

test('the text of a document comes with its sections and pages', async () => {
  const collection = await speaker.collection('Deck')
  const { body } = await speaker.addFile(collection, 'deck.pptx', DECK)
  const answer = await speaker.api<{ text: string; sections: unknown; pages: unknown }>(
    'GET',
    `/api/documents/${body.documents[0]?.id}/text`,
  )
  const span = { start: 0, end: answer.body.text.length }
  assert.deepEqual(answer.body.sections, [{ heading: 'Cold stores', level: 1, path: ['Cold stores'], span }])
  assert.deepEqual(answer.body.pages, [{ page: 1, start: 0 }])
})

test('freehold add shows what an archive brought and what failed', async () => {
  const path = join(house.data, 'bundle.zip')
  await writeFile(path, BUNDLE)
  const shown = await house.cli('add', '--collection', 'Archive', path)
  assert.equal(shown.status, 1)
  assert.match(shown.stderr, /bundle\.zip\/broken\.docx: .*broken/)
  assert.match(shown.stdout, /Added 5 of 8/)
  const { results } = JSON.parse((await house.cli('add', '--json', path)).stdout) as {
    results: { path: string; status: string }[]
  }
  assert.ok(results.some((result) => result.path === `${path}/规定/年假.md` && result.status === 'added'))
  const metrics = await house.metrics()
  assert.match(metrics, /freehold_knowledge_documents_total\{format="pptx",outcome="added"\} 4/)
  assert.match(metrics, /freehold_knowledge_documents_total\{format="other",outcome="wrong_media_type"\} 3/)
})

test('archives that hide bombs, share bytes, hold too many files or lie too deep are refused, and name no file twice', async () => {
  const collection = await speaker.collection('Bombs')
  const refusal = async (name: string, bytes: Uint8Array) =>
    (await speaker.addFile(collection, name, bytes)).body.error?.message ?? ''
  const zeros = Buffer.alloc(40 << 20)
  assert.match(
    await refusal('bomb.zip', zipFile([{ name: 'zeros.txt', bytes: zeros }])),
    /200 times its size/,
  )
  const many = Array.from({ length: 1001 }, (_, at) => ({ name: `${at}.txt`, bytes: words('x') }))
  assert.match(await refusal('many.zip', zipFile(many)), /more than 1000 files/)
  assert.match(await refusal('empty.zip', zipFile([])), /holds no file/)
  assert.match(await refusal('text.zip', words('no archive')), /holds no zip archive/)
  const twice = zipFile([{ name: 'a.txt', bytes: words('One and the same bytes, twice.') }])
  const entry = twice.indexOf(Buffer.from('PK\u0001\u0002', 'latin1'))
  const end = twice.length - 22
  const overlapping = Buffer.concat([twice.subarray(0, end), twice.subarray(entry, end), twice.subarray(end)])
  overlapping.writeUInt16LE(2, overlapping.length - 12)
  assert.match(await refusal('overlapping.zip', overlapping), /files overlap/)
  let nested = zipFile([{ name: 'note.txt', bytes: words('At the bottom.') }])
  for (let depth = 0; depth < 5; depth++) nested = zipFile([{ name: `${depth}.zip`, bytes: nested }])
  const deep = await speaker.addFile(collection, 'deep.zip', nested)
  assert.deepEqual([deep.status, deep.body.documents.length], [201, 0])
  assert.match(deep.body.failed[0]?.error.message ?? '', /more than 3 archives/)
})
