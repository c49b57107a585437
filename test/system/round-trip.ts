import { Document, HeadingLevel, Packer, Paragraph, Table, TableCell, TableRow } from 'docx'
import type { Browser } from 'playwright-core'
import { pptx, xlsx } from './office-files.ts'
import { scannedPdf } from './pdf.ts'
import { zipFile } from './zip-file.ts'

/** What a file of the set says, whatever its format. */
export interface Content {
  readonly title: string
  readonly paragraphs: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

export interface RoundTripFile {
  readonly name: string
  readonly bytes: Uint8Array
  readonly content: Content
  /** Whether its text has to be recognised. */
  readonly isPicture: boolean
}

/** A small generator of numbers (mulberry32), so that a failure comes again. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

const WHO = [
  'The night shift',
  'Each driver',
  'A new colleague',
  'The depot in Rotterdam',
  'Our supplier',
  'The auditor',
]
const DOES = [
  'checks the seal of',
  'keeps a record of',
  'may not open',
  'measures the weight of',
  'signs for',
  'photographs',
]
const WHAT = [
  'every container',
  'the cold store',
  'two pallets of glass',
  'the emergency exit',
  'parcel 40817',
  'the forklift',
]
const WHEN = [
  'before half past six.',
  'at the end of the week.',
  'within 24 hours.',
  'when the alarm rings.',
  'in March and October.',
]
const 谁 = ['夜班人员', '每位司机', '新来的同事', '仓库主管', '供应商', '审计人员']
const 做 = ['必须检查', '负责记录', '不得打开', '每天测量', '签字确认', '应当拍照保存']
const 何 = ['集装箱的封条', '冷库的温度', '两托盘玻璃', '消防通道', '第三号货架', '叉车的电池']
const 时 = [
  '，时间是早上六点以前。',
  '，每周五下班前完成。',
  '，并在二十四小时内上报。',
  '，警报响起时除外。',
]

export function contentOf(seed: number): Content {
  const below = numbers(seed)
  const of = (list: readonly string[]): string => list[below(list.length)] ?? ''
  const english = () => `${of(WHO)} ${of(DOES)} ${of(WHAT)} ${of(WHEN)}`
  const chinese = () => of(谁) + of(做) + of(何) + of(时)
  const paragraph = (sentence: () => string, joint: string) =>
    Array.from({ length: 3 + below(3) }, sentence).join(joint)
  return {
    title: `Depot rules ${100 + below(900)} 仓库规定`,
    paragraphs: [
      paragraph(english, ' '),
      paragraph(chinese, ''),
      paragraph(english, ' '),
      paragraph(chinese, ''),
    ],
    rows: [
      ['Place', '地点', 'Limit'],
      ...Array.from({ length: 4 }, () => [of(WHAT), of(何), String(100 + below(900))]),
    ],
  }
}

/** Runs of three characters without space, and how often each comes: a measure that feels words as well as their order. */
function trigrams(text: string): Map<string, number> {
  const letters = Array.from(
    text
      .normalize('NFKC')
      .replace(/[^\p{L}\p{N}]/gu, '')
      .toLowerCase(),
  )
  const counts = new Map<string, number>()
  for (let at = 0; at + 3 <= letters.length; at++) {
    const run = letters.slice(at, at + 3).join('')
    counts.set(run, (counts.get(run) ?? 0) + 1)
  }
  return counts
}

const partsOf = ({ title, paragraphs, rows }: Content): readonly string[] => [
  title,
  ...paragraphs,
  ...rows.flat(),
]

/** How much of a content is in a text, from 0 to 1. */
export function recall(content: Content, text: string): number {
  const found = trigrams(text)
  let all = 0
  let kept = 0
  for (const part of partsOf(content))
    for (const [run, count] of trigrams(part)) {
      all += count
      const there = Math.min(count, found.get(run) ?? 0)
      kept += there
      if (there > 0) found.set(run, (found.get(run) ?? 0) - there)
    }
  return kept / all
}

const htmlOf = ({ title, paragraphs, rows }: Content): string =>
  `<!doctype html><meta charset="utf-8"><style>body{font:16px/1.5 sans-serif;margin:40px}td{border:1px solid;padding:4px 12px}</style>` +
  `<h1>${title}</h1>${paragraphs.map((text) => `<p>${text}</p>`).join('')}` +
  `<table>${rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('')}</table>`

const markdownOf = ({ title, paragraphs, rows }: Content): string => {
  const [head = [], ...rest] = rows
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [
    `# ${title}`,
    ...paragraphs.map((text) => `**${text.slice(0, 4)}**${text.slice(4)}`),
    [row(head), row(head.map(() => '---')), ...rest.map(row)].join('\n'),
  ].join('\n\n')
}

function docxOf({ title, paragraphs, rows }: Content): Promise<Buffer> {
  const table = new Table({
    rows: rows.map(
      (row) =>
        new TableRow({ children: row.map((cell) => new TableCell({ children: [new Paragraph(cell)] })) }),
    ),
  })
  const heading = new Paragraph({ text: title, heading: HeadingLevel.HEADING_1 })
  const children = [heading, ...paragraphs.map((text) => new Paragraph(text)), table]
  return Packer.toBuffer(new Document({ sections: [{ children }] }))
}

function emlOf({ title, paragraphs, rows }: Content): Buffer {
  const encoded = (text: string) => `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`
  const body = [...paragraphs, ...rows.map((row) => row.join('\t'))].join('\r\n\r\n')
  return Buffer.from(
    `From: depot@example.org\r\nSubject: ${encoded(title)}\r\nContent-Type: text/plain; charset=utf-8\r\n` +
      `Content-Transfer-Encoding: base64\r\n\r\n${Buffer.from(body).toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n`,
  )
}

type Writer = (content: Content) => Promise<Uint8Array> | Uint8Array

/** Formats that need no browser to be written. */
const WRITERS: Readonly<Record<string, Writer>> = {
  md: (content) => Buffer.from(markdownOf(content)),
  txt: (content) => Buffer.from(partsOf(content).join('\n\n')),
  html: (content) => Buffer.from(htmlOf(content)),
  csv: ({ title, paragraphs, rows }) =>
    Buffer.from(
      [[title], ...paragraphs.map((text) => [text]), ...rows]
        .map((row) => row.map((cell) => `"${cell}"`).join(','))
        .join('\r\n'),
    ),
  json: (content) => Buffer.from(JSON.stringify({ ...content })),
  docx: docxOf,
  xlsx: ({ title, paragraphs, rows }) => xlsx({ [title]: [...rows, ...paragraphs.map((text) => [text])] }),
  pptx: ({ title, paragraphs, rows }) => pptx([{ title, lines: paragraphs, rows }]),
  eml: emlOf,
  zip: (content) => zipFile([{ name: '文件/a.md', bytes: Buffer.from(markdownOf(content)) }]),
}

/** Dots of a picture for each of the page: a scan at 200 dots per inch. */
const SCALE = 2

/** Pictures and printed pages of a content, by Chromium. */
async function drawn(
  browser: Browser,
  content: Content,
): Promise<Record<'pdf' | 'png' | 'jpg' | 'scan.pdf', Buffer>> {
  const page = await browser.newPage({ viewport: { width: 800, height: 1000 }, deviceScaleFactor: SCALE })
  await page.setContent(htmlOf(content))
  const pdf = await page.pdf({ format: 'A4' })
  const png = await page.screenshot({ fullPage: true })
  const jpg = await page.screenshot({ fullPage: true, type: 'jpeg', quality: 80 })
  await page.close()
  return { pdf, png, jpg, 'scan.pdf': scannedPdf([jpg]) }
}

/** The set: so many files of each written format, and of each drawn one. */
export async function roundTripFiles(
  browser: Browser,
  { written, drawings }: { readonly written: number; readonly drawings: number },
): Promise<RoundTripFile[]> {
  const files: RoundTripFile[] = []
  for (const [format, write] of Object.entries(WRITERS))
    for (let at = 0; at < written; at++) {
      const content = contentOf(files.length + 1)
      const bytes = await write(content)
      files.push({ name: `${format}-${at}.${format}`, bytes, content, isPicture: false })
    }
  for (let at = 0; at < drawings; at++) {
    const content = contentOf(10_000 + at)
    for (const [format, bytes] of Object.entries(await drawn(browser, content)))
      files.push({ name: `drawn-${at}.${format}`, bytes, content, isPicture: format !== 'pdf' })
  }
  return files
}
