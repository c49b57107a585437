import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  Document,
  FootnoteReferenceRun,
  HeadingLevel,
  ImageRun,
  Packer,
  Paragraph,
  Table,
  TableCell,
  TableRow,
  TextRun,
} from 'docx'
import { createParser } from '../../packages/server/src/knowledge/ingest-process.ts'
import { job, refused } from './parser-job.ts'

const parser = createParser(() => ({ memoryMb: 512, timeoutMs: 60_000 }))
after(() => parser.close())

const written = (...children: (Paragraph | Table)[]): Promise<Buffer> =>
  Packer.toBuffer(
    new Document({
      footnotes: { 1: { children: [new Paragraph('Nights count from the first evening.')] } },
      sections: [{ children }],
    }),
  )
const row = (...cells: readonly string[]): TableRow =>
  new TableRow({ children: cells.map((cell) => new TableCell({ children: [new Paragraph(cell)] })) })
/** One grey pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
  'base64',
)

test('a Word document is read with its title, headings, tables and footnotes, and without its pictures', async () => {
  const bytes = await written(
    new Paragraph({ text: 'Travel rules 差旅规定', heading: HeadingLevel.TITLE }),
    new Paragraph({ text: 'Hotels', heading: HeadingLevel.HEADING_1 }),
    new Paragraph({
      children: [
        new TextRun('A night may cost '),
        new TextRun({ text: '190 euros', bold: true }),
        new FootnoteReferenceRun(1),
        new ImageRun({ type: 'png', data: PIXEL, transformation: { width: 10, height: 10 } }),
      ],
    }),
    new Paragraph({ text: 'ask first', bullet: { level: 0 } }),
    new Table({ rows: [row('City', 'Limit'), row('罗马', '190')] }),
  )
  const { title, mediaType, text } = await parser.run(job('rules.docx', bytes))
  assert.equal(title, 'Travel rules 差旅规定')
  assert.match(mediaType, /wordprocessingml\.document$/)
  assert.match(text, /^Travel rules 差旅规定\n\nHotels\n\nA night may cost 190 euros/)
  assert.match(text, /\n- ask first\n/)
  assert.match(text, /City \| Limit\n罗马 \| 190/)
  assert.match(text, /Nights count from the first evening\./)
  assert.doesNotMatch(text, /base64|iVBOR/)
})

test('what is no Word document is refused with a sentence that says why', async () => {
  const bytes = await written(new Paragraph('Some words.'))
  const compound = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(512)])
  const cases: readonly (readonly [Uint8Array, RegExp])[] = [
    [Buffer.from('only text'), /holds no Word document/],
    [compound, /encrypted with a password, or it is an old \.doc/],
    [bytes.subarray(0, bytes.length / 2), /broken/],
    [Buffer.from('PK\u0003\u0004 and nothing else'), /broken/],
    [await written(new Paragraph('')), /no words/],
  ]
  for (const [file, message] of cases) await assert.rejects(parser.run(job('a.docx', file)), refused(message))
  await assert.rejects(parser.run(job('a.docx', bytes, 5)), refused(/5 characters/))
  assert.equal((await parser.run(job('a.docx', bytes))).text, 'Some words.')
})

test('a Word document that unpacks to more than the memory allowed is stopped, and the next one is read', async () => {
  const small = createParser(() => ({ memoryMb: 160, timeoutMs: 60_000 }))
  const wide = createParser(() => ({ memoryMb: 3000, timeoutMs: 60_000 }))
  try {
    const bomb = await written(new Paragraph('a'.repeat(15_000_000)))
    assert.ok(bomb.length < 1_000_000)
    await assert.rejects(small.run(job('bomb.docx', bomb)), refused(/160 MB/))
    const larger = await written(new Paragraph('a'.repeat(40_000_000)))
    await assert.rejects(wide.run(job('larger.docx', larger)), refused(/200 times its size/))
    const next = await written(new Paragraph('Still here.'))
    assert.equal((await small.run(job('next.docx', next))).text, 'Still here.')
    // Without the net it goes through to the text.
    await assert.rejects(wide.run(job('bomb.docx', bomb, 1_000_000)), refused(/1,000,000 characters/))
  } finally {
    await small.close()
    await wide.close()
  }
})
