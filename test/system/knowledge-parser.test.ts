import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { deflateSync } from 'node:zlib'
import type { FileJob } from '../../packages/server/src/knowledge/ingest.ts'
import type { ParserLimits } from '../../packages/server/src/knowledge/ingest-process.ts'
import { confinement } from '../../packages/server/src/knowledge/ingest-child.ts'
import { createParser } from '../../packages/server/src/knowledge/ingest-process.ts'
import { job, refused } from './parser-job.ts'
import { pdf } from './pdf.ts'

/** More than a busy machine needs for the largest of these documents. */
const PATIENCE_MS = 280_000
const ROOMY: ParserLimits = { memoryMb: 512, timeoutMs: PATIENCE_MS }
const parser = createParser(() => ROOMY)
after(() => parser.close())

/** A PDF whose page content is the given stream, in Flate. */
function pdfOf(content: Uint8Array, extra = ''): Buffer {
  const packed = deflateSync(content, { level: 9 })
  const parts = [
    Buffer.from(
      '%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n' +
        '3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>\nendobj\n' +
        '5 0 obj\n<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>\nendobj\n' +
        `4 0 obj\n<</Filter/FlateDecode/Length ${packed.length}>>\nstream\n`,
    ),
    packed,
    Buffer.from(`\nendstream\nendobj\ntrailer\n<</Root 1 0 R${extra}>>\n%%EOF\n`),
  ]
  return Buffer.concat(parts)
}

test('a pdf, a page, a note and a plain text come back as text, passages and a segment', async () => {
  const read = await parser.run(
    job('depot.pdf', pdf(['The cold store is kept', 'at minus eighteen degrees.'])),
  )
  assert.equal(read.text, 'The cold store is kept at minus eighteen degrees.')
  assert.deepEqual([read.title, read.mediaType, read.passages], ['depot', 'application/pdf', 1])
  assert.ok(read.segment.length > 20)
  assert.equal(
    (await parser.run(job('a.html', Buffer.from('<p>Hello <b>there</b></p>')))).text,
    'Hello there',
  )
  assert.equal((await parser.run(job('a.md', Buffer.from('# A\n\n*b*')))).text, 'A\n\nb')
  assert.equal((await parser.run(job('a.txt', Buffer.from('甲。\r\n乙。')))).text, '甲。\n乙。')
})

test('a file that is larger than one message arrives whole', async () => {
  const line = 'The depot keeps every crate behind a numbered door.\n'
  const text = line.repeat(Math.ceil(2_500_000 / line.length)) + 'The last line ends here.'
  const read = await parser.run(job('large.txt', Buffer.from(text)))
  assert.equal(read.text, text)
  assert.equal((await parser.run(job('small.txt', Buffer.from('After it.')))).text, 'After it.')
})

test('each unreadable file is refused with a sentence that says why, and the parser lives on', async () => {
  const encrypted =
    '/Encrypt<</Filter/Standard/V 1/R 2/O(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)/U(bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb)/P -4>>/ID[(x)(x)]'
  const cases: readonly (readonly [FileJob, RegExp])[] = [
    [job('empty.txt', Buffer.alloc(0)), /0 bytes/],
    [job('blank.txt', Buffer.from(' \n\t ')), /no words/],
    [job('nul.txt', Buffer.from('a\0b')), /NUL/],
    [job('broken.pdf', Buffer.from('%PDF-1.4\nnothing of the kind')), /broken/],
    [job('cut.pdf', pdf(['Some text.']).subarray(0, 60)), /broken|no text/],
    [job('scan.pdf', pdfOf(Buffer.from('0 0 10 10 re f'))), /only images/],
    [job('locked.pdf', pdfOf(Buffer.from('BT (x) Tj ET'), encrypted)), /encrypted/],
    [job('long.txt', Buffer.from('word '.repeat(1000)), 100), /100 characters/],
  ]
  for (const [file, message] of cases) await assert.rejects(parser.run(file), refused(message), file.fileName)
  assert.equal((await parser.run(job('a.txt', Buffer.from('Still here.')))).passages, 1)
})

test('a bomb is stopped at the memory limit, and the next document is read', async () => {
  const small = createParser(() => ({ memoryMb: 220, timeoutMs: PATIENCE_MS }))
  const wide = createParser(() => ({ memoryMb: 3000, timeoutMs: PATIENCE_MS }))
  // Fifteen megabytes of text operators in fifty kilobytes; reading them takes twenty times that.
  const chunk = Buffer.from('BT /F1 9 Tf (abcdefgh) Tj ET\n'.repeat(36_000))
  const bomb = pdfOf(Buffer.concat(Array.from({ length: 15 }, () => chunk)))
  try {
    assert.ok(bomb.length < 200_000)
    await assert.rejects(small.run(job('bomb.pdf', bomb)), refused(/220 MB/))
    assert.equal((await small.run(job('a.txt', Buffer.from('Still here.')))).passages, 1)
    // Without the net it goes through to the text.
    await assert.rejects(wide.run(job('bomb.pdf', bomb, 1_000_000)), refused(/1,000,000 characters/))
  } finally {
    await small.close()
    await wide.close()
  }
})

test('the process that reads documents can neither write a file nor start a program', () => {
  const attempts = [
    "require('fs').writeFileSync(require('os').tmpdir() + '/freehold-escape', 'x')",
    "require('child_process').execSync('true')",
    "require('fs').readFileSync('/etc/hostname')",
  ]
  for (const attempt of attempts) {
    const confined = spawnSync(process.execPath, [...confinement(128), '-e', attempt], { encoding: 'utf8' })
    assert.match(confined.stderr, /ERR_ACCESS_DENIED/, attempt)
    // Without the net the same attempt succeeds.
    assert.equal(spawnSync(process.execPath, ['-e', attempt]).status, 0, attempt)
  }
  rmSync(join(tmpdir(), 'freehold-escape'))
})

test('a document that takes too long is stopped at the time limit', async () => {
  const limits = { memoryMb: 2000, timeoutMs: 300 }
  const hasty = createParser(() => limits)
  try {
    const long = Buffer.from('Some words of a long text go here. 还有一些中文。'.repeat(200_000))
    await assert.rejects(hasty.run(job('long.txt', long)), refused(/0\.3 s/))
  } finally {
    await hasty.close()
  }
})

test('an endless line of ten million characters is read in bounded passages', async () => {
  const read = await parser.run(job('line.txt', Buffer.from('x'.repeat(10_000_000))))
  assert.ok(read.passages > 3000)
})

test('more work than may wait is refused, and waiting work is refused when the server goes', async () => {
  const limits = { ...ROOMY, queueBytes: 100 }
  const narrow = createParser(() => limits)
  const outcomes = Promise.allSettled(
    [1, 2, 3, 4].map(() => narrow.run(job('a.txt', Buffer.from('word '.repeat(12))))),
  )
  await assert.rejects(narrow.run(job('a.txt', Buffer.from('word '.repeat(12)))), { code: 'too_many' })
  await narrow.close()
  const codes = (await outcomes).map((outcome) =>
    outcome.status === 'rejected' ? outcome.reason.code : 'read',
  )
  assert.ok(codes.includes('draining') && codes.includes('too_many'), String(codes))
  await assert.rejects(narrow.run(job('a.txt', Buffer.from('word'))), { code: 'draining' })
})

/** User ids of this process's children that read documents. */
function readersUsers(): string[] {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'latin1')
    .trim()
    .split(' ')
  return children
    .filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('ingest-worker'))
    .map((pid) => /^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '')
}

test(
  'a server that runs as root does not read documents as root',
  { skip: process.getuid?.() !== 0 },
  async () => {
    await parser.close()
    let kept = 0
    const keptRights = () => void kept++
    const asNobody = createParser(() => ROOMY, { keptRights })
    const note = job('a.txt', Buffer.from('word'))
    await asNobody.run(note)
    assert.deepEqual([readersUsers(), kept], [['65534'], 0])
    await asNobody.close()
    // An account that cannot start it is told of once, and documents are still read.
    const impossible = createParser(() => ({ ...ROOMY, idleMs: 1 }), {
      account: { uid: -1, gid: -1 },
      keptRights,
    })
    await impossible.run(note)
    await impossible.run(note)
    assert.deepEqual([readersUsers(), kept], [['0'], 1])
    await impossible.close()
  },
)
