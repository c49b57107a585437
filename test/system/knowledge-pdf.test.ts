import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { inThisThread } from '../../packages/server/src/knowledge/search-engine.ts'
import { extract } from '../../packages/server/src/knowledge/extract.ts'
import { ingest } from '../../packages/server/src/knowledge/ingest.ts'
import { parsePdf } from '../../packages/server/src/knowledge/parse-pdf.ts'
import { readQuestion } from '../../packages/server/src/knowledge/question.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import { cjkPdf, encodedIn, utf16be } from './knowledge-cjk-pdf.ts'

const folder = mkdtempSync(join(tmpdir(), 'fh-pdf-'))
after(() => rmSync(folder, { recursive: true, force: true }))

async function textOf(file: Uint8Array): Promise<string> {
  return (await parsePdf(file, 1_000_000)).text
}

const LEAVE = ['员工入职满一年后享有十五天带薪年假，', '第 7 条 ABC 适用。']
const SAID = '员工入职满一年后享有十五天带薪年假，第 7 条 ABC 适用。'
type Case = readonly [map: string, ordering: string, text: string, encode: (line: string) => Uint8Array]
const CASES: readonly Case[] = [
  ['UniGB-UCS2-H', 'GB1', SAID, utf16be],
  ['UniGB-UCS2-V', 'GB1', SAID, utf16be],
  ['UniGB-UTF16-H', 'GB1', SAID, utf16be],
  ['GBK-EUC-H', 'GB1', SAID, (line) => encodedIn('gbk', line)],
  ['GBKp-EUC-H', 'GB1', SAID, (line) => encodedIn('gbk', line)],
  ['GBK2K-H', 'GB1', SAID, (line) => encodedIn('gbk', line)],
  ['ETen-B5-H', 'CNS1', '年假為十五天。', (line) => encodedIn('big5', line)],
  ['90ms-RKSJ-H', 'Japan1', '有給休暇は二十日です。', (line) => encodedIn('shift_jis', line)],
  ['KSCms-UHC-H', 'Korea1', '연차 휴가는 15일입니다.', (line) => encodedIn('euc-kr', line)],
]
for (const [map, ordering, text, encode] of CASES)
  test(`an older pdf that only names the character map ${map} is read`, async () => {
    const lines = ordering === 'GB1' ? LEAVE : [text]
    assert.equal(await textOf(cjkPdf(map, ordering, lines.map(encode))), text)
  })

test('a pdf whose characters cannot be told is refused, never stored as garbage', async () => {
  const glyphs = [utf16be('员工入职满一年后享有年假'), utf16be('最多可结转五天')]
  const refused = { code: 'unreadable_document', message: /which characters|no text/ }
  await assert.rejects(textOf(cjkPdf('Identity-H', 'GB1', glyphs)), refused)
  await assert.rejects(textOf(cjkPdf('CNS-EUC-H', 'CNS1', glyphs)), /CNS-EUC-H, which Freehold does not have/)
  await assert.rejects(textOf(cjkPdf('UniGB-UTF8-H', 'GB1', [Buffer.from('年假')])), refused)
})

const BROWSER = '/usr/bin/chromium'
const skip = existsSync(BROWSER) ? false : 'chromium is not installed'

/** A page printed by a browser: embedded subset fonts, as most of today's PDFs have. */
function printed(body: string): Buffer {
  const page = join(folder, 'page.html')
  const file = join(folder, 'page.pdf')
  const font =
    'body{font:11pt "WenQuanYi Micro Hei";text-align:justify}td,th{padding:2px 8px}h2{break-before:page}'
  writeFileSync(page, `<html><meta charset="utf-8"><style>${font}</style><body>${body}</body></html>`)
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--no-pdf-header-footer']
  const run = spawnSync(BROWSER, [...flags, `--print-to-pdf=${file}`, page], { timeout: 60_000 })
  assert.equal(run.status, 0, String(run.stderr))
  return readFileSync(file)
}

const ZH = '加班须事先由部门经理批准，加班费在次月发放，发放标准按照国家有关规定执行。使用 VPN 时需要验证。'
const EN =
  'Overtime must be approved in advance by the responsible team lead and is paid out in the next month.'

test('printed Chinese, English, columns and tables keep their order, spaces and rows', { skip }, async () => {
  const cells = ['水泵', '三百元', '十八个月'].map((cell) => `<td>${cell}</td>`).join('')
  const rows = `<tr><th>产品</th><th>单价</th><th>保修期</th></tr><tr>${cells}</tr>`
  const columns = `<div style="column-count:2;height:120px"><p>${ZH}${ZH}</p><p>${EN} ${EN}</p></div>`
  const text = await textOf(
    printed(`<h1>员工手册</h1><p>${ZH}</p><p>${EN}</p><table>${rows}</table>${columns}`),
  )
  assert.ok(text.startsWith(`员工手册\n\n${ZH}\n\n${EN}\n\n`), text)
  assert.ok(text.includes('产品 | 单价 | 保修期\n水泵 | 三百元 | 十八个月\n'), text)
  assert.ok(text.endsWith(`${ZH}${ZH}\n\n${EN} ${EN}`), text)
})

test(
  'thirty printed pages come in within ten seconds of work, and an answer cites the right place',
  { skip },
  async () => {
    const section = (n: number) =>
      `<h2>第${n}节</h2>${`<p>${ZH}${EN}</p>`.repeat(8)}<p>第${n}号设备的编号为 HR${n}X。</p>`
    const bytes = printed(Array.from({ length: 32 }, (_, at) => section(at + 1)).join(''))
    assert.ok((bytes.toString('latin1').match(/\/Type \/Page\b/g)?.length ?? 0) >= 30)
    const before = process.cpuUsage()
    const job = {
      kind: 'file',
      id: 'd',
      class: 'internal',
      collection: 'c',
      fileName: '手册.pdf',
      bytes,
    } as const
    const read = await ingest({ ...job, textLimit: 1_000_000 })
    const { user, system } = process.cpuUsage(before)
    assert.ok(user + system < 10_000_000, `${(user + system) / 1e6} s`)
    assert.ok(read.kind === 'file')
    const index = inThisThread()
    const tenant = tenantId('00000000-0000-7000-8000-000000000001')
    await index.add(tenant, { id: 's', bytes: read.segment }, [])
    const document = {
      row: 'd',
      id: 'd',
      collectionId: 'c',
      title: '手册',
      class: 'internal',
      text: read.text,
    } as const
    const asked = '第27号设备的编号是多少？'
    const visible = { tenant, ceiling: 'restricted' } as const
    const found = await index.search({ text: asked, limit: 8 }, visible, [])
    assert.ok('hits' in found)
    const passages = found.hits.map((hit) => Object.assign({}, hit, { document }))
    const [quote] = extract(readQuestion(asked), { passages, weights: found.weights })
    assert.equal(quote && read.text.slice(quote.start, quote.end), '第27号设备的编号为 HR27X。')
  },
)
