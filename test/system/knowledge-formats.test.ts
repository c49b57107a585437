import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { placeAt, sectionsOf } from '../../packages/server/src/knowledge/outline.ts'
import { createParser } from '../../packages/server/src/knowledge/ingest-process.ts'
import { pptx, xlsx } from './office-files.ts'
import { job, refused } from './parser-job.ts'
import { zipFile } from './zip-file.ts'

const parser = createParser(() => ({ memoryMb: 512, timeoutMs: 60_000 }))
after(() => parser.close())
const read = (name: string, content: string | Uint8Array) => parser.run(job(name, Buffer.from(content)))

test('a workbook is read sheet by sheet, with dates and shares as they are shown', async () => {
  const { text, outline, mediaType } = await read(
    'prices.xlsx',
    xlsx({
      Prices: [
        ['Price list 2026'],
        ['City', 'Limit', 'From', 'Share'],
        ['罗马', 190, { number: 45_292, style: 1 }, { number: 0.125, style: 2 }],
        ['Oslo & co', 0.1 + 0.2, null, { number: 1, style: 2 }],
      ],
      空表: [],
      Notes: [['Only words here.']],
    }),
  )
  assert.match(mediaType, /spreadsheetml\.sheet$/)
  assert.equal(
    text,
    'Prices\n\nPrice list 2026\n\nCity | Limit | From | Share\n罗马 | 190 | 2024-01-01 | 12.50%\n' +
      'Oslo & co | 0.3 | | 100.00%\n\n空表\n\nNotes\n\nOnly words here.',
  )
  assert.deepEqual(placeAt(outline, text.indexOf('罗马')), {
    heading: 'Prices',
    cells: 'A1:D4',
    columns: 'City | Limit | From | Share',
  })
})

test('rows far below their header are found with the names of their columns', async () => {
  const rows = Array.from({ length: 400 }, (_, at) => [`Depot ${at} at the northern gate`, at, 'cold store'])
  const { text, outline, passages } = await read(
    'depots.xlsx',
    xlsx({ Depots: [['Name', 'Number', 'Kind'], ...rows] }),
  )
  assert.ok(passages > 5)
  const at = text.indexOf('Depot 399 ')
  const place = placeAt(outline, at)
  assert.equal(place.columns, 'Name | Number | Kind')
  assert.match(place.cells ?? '', /^A\d+:C401$/)
})

test('a presentation is read in the order it is shown, with titles, tables and notes', async () => {
  const { text, outline } = await read(
    'talk.pptx',
    pptx([
      { title: 'Cold stores', lines: ['Kept at minus eighteen degrees.'], notes: 'Mention the 夜班 here.' },
      {
        lines: ['A slide without a title.'],
        rows: [
          ['City', 'Limit'],
          ['罗马', '190'],
        ],
      },
    ]),
  )
  assert.equal(
    text,
    'Cold stores\n\nKept at minus eighteen degrees.\n\nMention the 夜班 here.\n\nA slide without a title.\n\nCity | Limit\n罗马 | 190',
  )
  assert.deepEqual(placeAt(outline, text.indexOf('夜班')), { page: 1, heading: 'Cold stores' })
  assert.equal(placeAt(outline, text.indexOf('without')).page, 2)
  assert.equal(placeAt(outline, text.indexOf('without')).heading, undefined)
})

test('CSV is read with its quotes, whatever parts its columns', async () => {
  const quoted = await read('a.csv', 'City,Note\r\n罗马,"two, or ""three""\nlines"\r\n\r\nOslo,\r\n')
  assert.equal(quoted.text, 'City | Note\n罗马 | two, or "three" lines\nOslo')
  assert.equal(
    (await read('b.csv', 'Stadt;Wert\nKöln;1,5\nBonn;2,5\n')).text,
    'Stadt | Wert\nKöln | 1,5\nBonn | 2,5',
  )
})

test('JSON is read with a line per value, named by its path', async () => {
  const value = [
    { id: 7, address: { city: '罗马', lines: ['Via A', 'Via B'] }, open: true, note: null },
    { id: 8, stops: [{ at: '08:00' }, { at: '09:00' }] },
  ]
  assert.equal(
    (await read('a.json', JSON.stringify(value))).text,
    'id: 7\naddress.city: 罗马\naddress.lines: Via A, Via B\nopen: true\n\nid: 8\nstops.at: 08:00\nstops.at: 09:00',
  )
  await assert.rejects(read('b.json', '{"a": '), refused(/no valid JSON/))
})

/** A message as mail programs send it. */
const mail = (...lines: readonly string[]): Buffer => Buffer.from(lines.join('\r\n'))

test('a message is read with who wrote it, its text and its attachments as files of their own', async () => {
  const sheet = xlsx({ S: [['Name', 'Limit']] })
  const { text, title, attachments } = await read(
    'note.eml',
    mail(
      'From: =?utf-8?B?5byg5LiJ?= <zhang@example.org>',
      'To: depot@example.org',
      'Subject: =?gb2312?B?zsK2yA==?= =?utf-8?Q?_of_the_store?=',
      'Content-Type: multipart/mixed; boundary="outer"',
      '',
      '--outer',
      'Content-Type: multipart/alternative; boundary=inner',
      '',
      '--inner',
      'Content-Type: text/plain; charset=gb2312',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      '=C4=EA=BC=D9 fifteen days, cont=',
      'inued.',
      '--inner',
      'Content-Type: text/html; charset=utf-8',
      '',
      '<p>年假 fifteen days, continued.</p>',
      '--inner--',
      '--outer',
      'Content-Type: application/octet-stream',
      "Content-Disposition: attachment; filename*=utf-8''%E4%BB%B7%E6%A0%BC.xlsx",
      'Content-Transfer-Encoding: base64',
      '',
      sheet.toString('base64').replace(/.{76}/g, '$&\r\n'),
      '--outer--',
      '',
    ),
  )
  assert.equal(title, '温度 of the store')
  assert.equal(
    text,
    '温度 of the store\n\nFrom: 张三 <zhang@example.org>\nTo: depot@example.org\n\n年假 fifteen days, continued.\n\nAttachments: 价格.xlsx',
  )
  assert.deepEqual(
    attachments.map(({ name, bytes }) => [name, Buffer.from(bytes).equals(sheet)]),
    [['价格.xlsx', true]],
  )
})

test('headings become a tree of sections that reach to the next of their level', async () => {
  const { text, outline } = await read('a.md', '# One\n\nfirst.\n\n## One A\n\nsecond.\n\n# Two\n\nthird.')
  assert.deepEqual(
    sectionsOf(outline, text.length).map(({ path, span }) => [
      path.join('/'),
      text.slice(span.start, span.end).trim(),
    ]),
    [
      ['One', 'One\n\nfirst.\n\nOne A\n\nsecond.'],
      ['One/One A', 'One A\n\nsecond.'],
      ['Two', 'Two\n\nthird.'],
    ],
  )
  assert.equal(placeAt(outline, text.indexOf('second')).heading, 'One › One A')
})

test('office files that unfold without end, lie or name outside files are refused at once', async () => {
  const zeros = Buffer.alloc(30 << 20)
  const sheet = xlsx({ S: [['Some', 'words']] })
  const doctype = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
  const entity = { name: 'word/document.xml', bytes: Buffer.from(doctype) }
  const cases: readonly (readonly [string, Uint8Array, RegExp])[] = [
    ['bomb.xlsx', xlsx({ S: [['a']] }, [{ name: 'xl/media/zeros', bytes: zeros }]), /200 times its size/],
    ['bomb.docx', zipFile([{ name: 'word/document.xml', bytes: zeros }]), /200 times its size/],
    ['lie.docx', zipFile([{ name: 'a.xml', bytes: zeros, claimedSize: 1000 }]), /is damaged/],
    ['entity.docx', zipFile([entity]), /XML types or entities/],
    ['none.pptx', zipFile([{ name: 'a.xml', bytes: Buffer.from('<a/>') }]), /holds no presentation/],
    ['cut.xlsx', sheet.subarray(0, sheet.length - 30), /cut off or no zip/],
    ['deep.pptx', pptx([{ lines: [] }]).subarray(0), /no words/],
    ['old.xlsx', Buffer.from('d0cf11e0a1b11ae1', 'hex'), /an old \.xls/],
  ]
  for (const [name, bytes, message] of cases) await assert.rejects(read(name, bytes), refused(message), name)
  assert.equal((await read('fine.xlsx', sheet)).text, 'S\n\nSome | words')
})

test('an entity of a workbook is not looked up', async () => {
  const evil = '<!DOCTYPE sst [<!ENTITY f SYSTEM "file:///etc/hostname">]><sst><si><t>&f;</t></si></sst>'
  const hostile = zipFile([
    {
      name: '_rels/.rels',
      bytes: Buffer.from(
        '<Relationships><Relationship Id="a" Type="x/officeDocument" Target="w.xml"/></Relationships>',
      ),
    },
    { name: 'w.xml', bytes: Buffer.from('<workbook><sheets/></workbook>') },
    {
      name: '_rels/w.xml.rels',
      bytes: Buffer.from(
        '<Relationships><Relationship Id="b" Type="x/sharedStrings" Target="s.xml"/></Relationships>',
      ),
    },
    { name: 's.xml', bytes: Buffer.from(evil) },
  ])
  await assert.rejects(read('evil.xlsx', hostile), refused(/XML types or entities/))
})

test('text nested, repeated or cut without end is read within its limits', async () => {
  await assert.rejects(read('a.json', '['.repeat(200_000) + ']'.repeat(200_000)), refused(/nested deeper/))
  const nested = Array.from(
    { length: 40 },
    (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
  )
  await assert.rejects(read('a.eml', `From: a\r\n${nested.join('')}`), refused(/nested deeper/))
  const many = `From: a\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\n\r\nx\r\n'.repeat(2000)}`
  await assert.rejects(read('b.eml', many), refused(/1000 parts/))
  await assert.rejects(read('c.eml', 'no message at all'), refused(/no message/))
  const open = await read('a.csv', `a,b\n"${'x '.repeat(50_000)}`)
  assert.ok(open.text.length > 90_000)
})
