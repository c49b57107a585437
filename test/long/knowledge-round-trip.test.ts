import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createParser } from '../../packages/server/src/knowledge/ingest-process.ts'
import { launchBrowser, noBrowser } from '../browser/browser.ts'
import { job } from '../system/parser-job.ts'
import { recall, roundTripFiles } from '../system/round-trip.ts'
import { noTesseract } from '../system/tesseract.ts'
import { unpack, zipEntries } from '../../packages/server/src/knowledge/zip.ts'

const LIMITS = { entries: 10, unpackedBytes: 1 << 20 }

test(
  'sixty files of all formats come back as their text: 99 % of what is written, 95 % of what is drawn',
  { skip: noBrowser || noTesseract },
  async (t) => {
    const browser = await launchBrowser()
    const parser = createParser(() => ({ memoryMb: 512, timeoutMs: 60_000 }))
    const shares = new Map<string, number[]>()
    try {
      const files = await roundTripFiles(browser, { written: 4, drawings: 5 })
      assert.equal(files.length, 60)
      for (const { name, bytes, content, isPicture } of files) {
        const [entry] = name.endsWith('.zip') ? zipEntries(bytes, LIMITS) : []
        const file = entry ? job(entry.name, await unpack(entry)) : job(name, bytes)
        const { text } = await parser.run(file)
        const share = recall(content, text)
        const format = name.slice(name.indexOf('.') + 1)
        shares.set(format, [...(shares.get(format) ?? []), share])
        assert.ok(share >= (isPicture ? 0.9 : 0.99), `${name}: ${share}\n${text}`)
      }
    } finally {
      await parser.close()
      await browser.close()
    }
    const mean = (of: readonly number[]) => of.reduce((sum, share) => sum + share, 0) / of.length
    for (const [format, of] of shares) t.diagnostic(`${format}: ${(mean(of) * 100).toFixed(2)} %`)
    const pictures = [...shares]
      .filter(([format]) => ['png', 'jpg', 'scan.pdf'].includes(format))
      .flatMap(([, of]) => of)
    assert.ok(mean(pictures) >= 0.95, String(mean(pictures)))
  },
)
