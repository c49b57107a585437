import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { inThisThread } from '../packages/server/src/knowledge/search-engine.ts'
import { extract } from '../packages/server/src/knowledge/extract.ts'
import { ingest } from '../packages/server/src/knowledge/ingest.ts'
import { readQuestion } from '../packages/server/src/knowledge/question.ts'
import type { QuotableDocument } from '../packages/server/src/knowledge/text-cache.ts'
import { tenantId } from '../packages/server/src/store/tenant-id.ts'

const folder = join(import.meta.dirname, '../packages/server/guide')
const tenant = tenantId('018f0000-0000-7000-8000-000000000001')
const collection = '018f0000-0000-7000-8000-000000000002'
const visible = { tenant, ceiling: 'restricted' } as const

/** The guide as it is searched after the first start, in memory. */
async function shelf() {
  const retrieval = inThisThread()
  const documents = new Map<string, QuotableDocument>()
  for (const path of globSync('*.md', { cwd: folder })) {
    const row = `018f0000-0000-7000-8000-${String(documents.size).padStart(12, '0')}`
    const result = await ingest({
      kind: 'file',
      id: row,
      class: 'public',
      collection,
      fileName: basename(path),
      bytes: readFileSync(join(folder, path)),
      textLimit: 1_000_000,
    })
    assert.equal(result.kind, 'file')
    if (result.kind !== 'file') continue
    await retrieval.add(tenant, { id: row, bytes: result.segment }, [])
    documents.set(row, {
      row,
      id: path,
      collectionId: collection,
      title: result.title,
      class: 'public',
      text: result.text,
    })
  }
  return async (question: string): Promise<readonly string[]> => {
    const found = await retrieval.search({ text: question, limit: 8 }, visible, [])
    assert.ok('hits' in found)
    const passages = found.hits.flatMap((hit) => {
      const document = documents.get(hit.document)
      return document ? [{ ...hit, document }] : []
    })
    const quotes = extract(readQuestion(question), { passages, weights: found.weights }, () => true)
    return quotes.map(({ document, start, end }) => document.text.slice(start, end))
  }
}

const quotedFor = await shelf()

const FIRST_QUESTIONS: readonly (readonly [string, RegExp])[] = [
  ['What is Freehold?', /platform that a team owns/],
  ['Does my data leave the machine?', /No data leaves/],
  ['Where is my data stored?', /data directory/],
  ['How do I add a document?', /drop|freehold add/],
  ['Which file types can Freehold read?', /Markdown.*PDF/],
  ['How do I create an API key?', /freehold key create/],
  ['How do I change the port?', /--listen/],
  ['How is data encrypted?', /AES-256-GCM|data key/],
  ['What is extract-1?', /extract-1 is/],
  ['How do I back up Freehold?', /copy the whole data directory/],
  ['How do I connect a language model?', /name the model as a target|connected as a target/],
  ['Freehold 是什么？', /AI 助手平台/],
  ['数据会离开本机吗？', /没有数据离开/],
  ['数据存储在哪里？', /数据目录/],
  ['怎么添加文档？', /freehold add|拖到/],
  ['支持哪些文件类型？', /Markdown.*PDF/],
  ['如何创建 API 密钥？', /freehold key create/],
  ['如何更改端口？', /--listen/],
  ['数据如何加密？', /AES-256-GCM|数据密钥/],
  ['extract-1 是什么？', /extract-1/],
  ['如何备份 Freehold？', /复制整个数据目录/],
  ['How do I connect a model?', /name the model as a target|connected as a target/],
  ['Where can I see the records of requests?', /freehold request list/],
  ['How do I set up TLS?', /tls: \{ cert/],
  ['How do I limit an API key?', /--limit/],
  ['如何连接语言模型？', /写成一个目标|写成目标/],
  ['如何设置 TLS？', /tls: \{ cert/],
  ['如何限制 API 密钥的用量？', /--limit/],
]

for (const [question, expected] of FIRST_QUESTIONS)
  test(`the guide answers: ${question}`, async () => {
    assert.match((await quotedFor(question)).join('\n'), expected)
  })

test('the guide says nothing on what it does not know', async () => {
  for (const question of ['Who won the football match yesterday?', '明天北京天气怎么样？'])
    assert.deepEqual(await quotedFor(question), [], question)
})
