import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { deflateSync } from 'node:zlib'
import type { Browser } from 'playwright-core'
import type { ParserLimits } from '../../packages/server/src/knowledge/ingest-process.ts'
import { createParser } from '../../packages/server/src/knowledge/ingest-process.ts'
import { placeAt } from '../../packages/server/src/knowledge/outline.ts'
import { createRecogniser } from '../../packages/server/src/knowledge/recognition.ts'
import { launchBrowser, noBrowser } from '../browser/browser.ts'
import { job, refused } from './parser-job.ts'
import { pdfPage, scannedPdf } from './pdf.ts'
import { contentOf, recall } from './round-trip.ts'
import { noTesseract } from './tesseract.ts'

const LIMITS: ParserLimits = { memoryMb: 512, timeoutMs: 60_000 }
const OCR = { languages: 'chi_sim+eng', pages: 200, timeoutMs: 60_000 }
const parser = createParser(() => LIMITS)
const skip = noBrowser || noTesseract
const noPoppler = existsSync('/usr/bin/pdftoppm')
  ? false
  : 'poppler-utils is missing: bash scripts/system-packages.sh'

/** Two pictures of pages, as PNG and as JPEG, and a PDF of a page of text and a picture. */
const content = contentOf(7)
const pictures: Record<'png' | 'jpg' | 'mixed', Buffer> = {
  png: Buffer.alloc(0),
  jpg: Buffer.alloc(0),
  mixed: Buffer.alloc(0),
}

before(async () => {
  if (skip) return
  const browser: Browser = await launchBrowser()
  const page = await browser.newPage({ viewport: { width: 700, height: 300 }, deviceScaleFactor: 2 })
  const show = (text: string) =>
    page.setContent(`<meta charset="utf-8"><body style="font:16px/1.5 sans-serif;margin:30px">${text}`)
  await show(
    content.paragraphs
      .slice(0, 2)
      .map((text) => `<p>${text}</p>`)
      .join(''),
  )
  pictures.png = await page.screenshot()
  await show('<p>The second page names the seal number 40817.</p><p>第二页写着封条号码。</p>')
  pictures.jpg = await page.screenshot({ type: 'jpeg', quality: 85 })
  const image = `<img style="break-before:page;display:block;width:100%" src="data:image/jpeg;base64,${pictures.jpg.toString('base64')}">`
  await show(`<p>The first page is text as any other.</p>${image}`)
  pictures.mixed = await page.pdf({ format: 'A5' })
  await browser.close()
})
after(() => parser.close())

test('a picture of English and Chinese is read', { skip }, async () => {
  const { text, mediaType, title } = await parser.run(job('scans/Notice 7.png', pictures.png))
  assert.deepEqual([mediaType, title], ['image/png', 'Notice 7'])
  const share = recall({ title: '', paragraphs: content.paragraphs.slice(0, 2), rows: [] }, text)
  assert.ok(share >= 0.95, `${share}: ${text}`)
})

test('a scanned PDF is read page by page, and a quotation knows its page', { skip }, async () => {
  const { text, outline, warning } = await parser.run(
    job('scan.pdf', scannedPdf([pictures.jpg, pictures.jpg])),
  )
  assert.equal(text.match(/seal number 40817/g)?.length, 2, text)
  assert.match(text, /第二页写着封条号码/)
  assert.equal(placeAt(outline, text.lastIndexOf('40817')).page, 2)
  assert.equal(warning, null)
})

test('a picture among pages of text is read in its place', { skip }, async () => {
  const { text, outline } = await parser.run(job('mixed.pdf', pictures.mixed))
  assert.match(text, /^The first page is text as any other\.\n\nThe second page names/)
  assert.equal(placeAt(outline, text.indexOf('40817')).page, 2)
})

test('pages beyond the limit are left out, and that is said', { skip }, async () => {
  const narrow = createParser(() => ({ ...LIMITS, recognition: { ...OCR, pages: 1 } }))
  try {
    const { text, warning } = await narrow.run(job('scan.pdf', scannedPdf([pictures.jpg, pictures.jpg])))
    assert.equal(text.match(/40817/g)?.length, 1)
    assert.match(warning ?? '', /^1 page\(s\) hold only images and were not read: 2\. .*knowledge\.ocrPages/)
  } finally {
    await narrow.close()
  }
})

test(
  'letters that are only drawn are read where pages can be drawn',
  { skip: noTesseract || noPoppler },
  async () => {
    // T, H, E, L of straight strokes, each in a square of 20 points.
    const strokes: Readonly<Record<string, string>> = {
      T: '0 20 m 14 20 l 7 20 m 7 0 l',
      H: '0 0 m 0 20 l 14 0 m 14 20 l 0 10 m 14 10 l',
      E: '14 0 m 0 0 l 0 20 l 14 20 l 0 10 m 12 10 l',
      L: '0 20 m 0 0 l 14 0 l',
      I: '7 0 m 7 20 l',
      F: '0 0 m 0 20 l 14 20 l 0 10 m 12 10 l',
      ' ': '',
    }
    const drawn = Array.from('THE HILL LEFT THE FILE')
      .map((letter, at) => `q 1 0 0 1 ${40 + at * 22} 700 cm 2.5 w ${strokes[letter] ?? ''} S Q`)
      .join('\n')
    const { text } = await parser.run(
      job('drawn.pdf', pdfPage(drawn, ['<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'])),
    )
    assert.match(text, /THE\s+HILL/i)
  },
)

test('without the programs a picture is refused with what to install, and a scan beside text is not passed over', async () => {
  const without = createParser(() => LIMITS, {
    recogniser: { ...createRecogniser(() => ({ ...OCR, languages: 'tlh+eng' })), draws: false },
  })
  try {
    const png = pictures.png.length > 0 ? pictures.png : PIXEL
    await assert.rejects(without.run(job('a.png', png)), refused(/install .*tesseract-ocr-tlh/))
    const grey = deflateSync(Buffer.alloc(400 * 500, 200))
    const scan = scannedPdf([grey], { name: 'FlateDecode', size: [400, 500] })
    await assert.rejects(
      without.run(job('scan.pdf', scan)),
      refused(/only images .*install .*tesseract-ocr-tlh/),
    )
    if (skip) return
    const { text, warning } = await without.run(job('mixed.pdf', pictures.mixed))
    assert.equal(text, 'The first page is text as any other.')
    assert.match(warning ?? '', /^1 page\(s\) hold only images and were not read: 2\. .*install/)
  } finally {
    await without.close()
  }
})

/** One grey pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==',
  'base64',
)

test('broken, endless and empty pictures are refused, and the next one is read', { skip }, async () => {
  const huge = Buffer.from(PIXEL)
  huge.writeUInt32BE(100_000, 16)
  huge.writeUInt32BE(100_000, 20)
  await assert.rejects(parser.run(job('huge.png', huge)), refused(/64 million dots/))
  await assert.rejects(parser.run(job('cut.png', pictures.png.subarray(0, 2000))), refused(/cannot be read/))
  await assert.rejects(parser.run(job('head.jpg', Buffer.from('ffd8ffe0', 'hex'))), refused(/no size/))
  await assert.rejects(parser.run(job('pixel.png', PIXEL)), refused(/No text|cannot be read/))
  const hasty = createParser(() => ({ ...LIMITS, recognition: { ...OCR, timeoutMs: 30 } }))
  try {
    await assert.rejects(hasty.run(job('slow.png', pictures.png)), refused(/longer than 0\.03 s/))
  } finally {
    await hasty.close()
  }
})

test('other documents do not wait for pictures that are being read', { skip }, async () => {
  const ended: string[] = []
  const scan = parser.run(job('scan.pdf', scannedPdf([pictures.jpg, pictures.jpg, pictures.jpg])))
  const noted = scan.then(() => ended.push('scan'))
  const notes = Array.from({ length: 3 }, (_, at) => parser.run(job(`${at}.txt`, Buffer.from('A note.'))))
  await Promise.all(notes.map((note) => note.then(() => ended.push('note'))))
  await noted
  assert.deepEqual(ended, ['note', 'note', 'note', 'scan'])
})
