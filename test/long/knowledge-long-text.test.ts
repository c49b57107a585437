import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createParser } from '../../packages/server/src/knowledge/ingest-process.ts'
import { job } from '../system/parser-job.ts'

test('sixteen million Chinese characters, the most that is taken, are read in the memory of the default', async () => {
  const long = createParser(() => ({ memoryMb: 512, timeoutMs: 600_000 }))
  const words = [
    '红杏书店',
    '每天九点开门',
    '码头仓库',
    '叉车检查',
    '冷库温度',
    '零下十八度',
    '星期二',
    '合同编号',
  ]
  const lines = Array.from({ length: 64 }, (_, at) =>
    Array.from({ length: 9 }, (__, word) => words[(at * 7 + word * 5) % words.length]).join('，'),
  )
  const body = (lines.join('。\n') + '。\n').repeat(10_000).slice(0, 15_900_000)
  try {
    const read = await long.run(job('long.txt', Buffer.from(body)))
    assert.ok(read.passages > 10_000)
    assert.equal(read.text.length, 15_900_000)
  } finally {
    await long.close()
  }
})
