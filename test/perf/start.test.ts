import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import type { House } from '../system/house.ts'
import { emptyData, open, remove } from '../system/house.ts'

const MIB = 1024 * 1024
/** Bare Node that loads what every server of this kind loads: what the machine's mood costs shows in it too. */
const BASELINE =
  "import('fastify').then(() => import('pg')).then(() => import('kysely')).then(() => import('zod'))"

async function timed<T>(work: () => Promise<T>): Promise<[number, T]> {
  const from = performance.now()
  const result = await work()
  return [performance.now() - from, result]
}

function residentMib(house: House): number {
  const pages = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${house.pid}/status`, 'utf8'))?.[1]
  return (Number(pages) * 1024) / MIB
}

test(
  'Freehold starts quickly and is small when it idles',
  { skip: process.platform === 'linux' ? false : 'reads /proc' },
  async (t) => {
    const data = await emptyData()
    const [firstMs, first] = await timed(() => open({ data, launched: true }))
    await first.stop()
    const [baselineMs] = await timed(async () =>
      spawnSync(process.execPath, ['--input-type=module', '-e', BASELINE], {
        cwd: `${import.meta.dirname}/../../packages/server`,
      }),
    )
    const [againMs, again] = await timed(() => open({ data, launched: true }))
    await new Promise((resolve) => setTimeout(resolve, 2000))
    const idleMib = residentMib(again)
    await again.stop()
    await remove(data)
    t.diagnostic(
      `first start ${firstMs.toFixed(0)} ms, start ${againMs.toFixed(0)} ms, bare Node with its libraries ${baselineMs.toFixed(0)} ms, idle ${idleMib.toFixed(0)} MiB`,
    )
    assert.ok(
      againMs <= 8 * baselineMs,
      `a start takes ${(againMs / baselineMs).toFixed(1)} times what bare Node takes`,
    )
    assert.ok(
      firstMs <= 30 * baselineMs,
      `the first start takes ${(firstMs / baselineMs).toFixed(1)} times what bare Node takes`,
    )
    assert.ok(idleMib <= 150, `${idleMib.toFixed(0)} MiB when idle`)
  },
)
