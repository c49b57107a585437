import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { cpuOf } from '../perf/floods.ts'
import { HOSTILE_KINDS } from '../perf/hostile-texts.ts'

const [SHORT, LONG] = [250_000, 1_000_000]

const DOCS = join(import.meta.dirname, '../../docs')
/** What a text costs that nobody wrote to be searched slowly. */
const ORDINARY = readdirSync(DOCS)
  .filter((name) => name.endsWith('.md') && !name.includes('zh'))
  .map((name) => readFileSync(join(DOCS, name), 'utf8'))
  .join('\n')

test('1 MB of any hostile text costs what four times 250 KB cost', (t) => {
  cpuOf(ORDINARY, 4)
  const rows = HOSTILE_KINDS.map(({ name, make }) => {
    const ordinary = cpuOf(ORDINARY, 2) * (LONG / ORDINARY.length)
    const [short, long] = [cpuOf(make(SHORT), 2), cpuOf(make(LONG), 2)]
    return { name, long, ratio: long / short, times: long / ordinary }
  }).toSorted((one, other) => other.times - one.times)
  for (const { name, long, ratio, times } of rows) {
    t.diagnostic(
      `${long.toFixed(2)} s for 1 MB, ${ratio.toFixed(1)} × 250 KB, ${times.toFixed(2)} × as much as ordinary text: ${name}`,
    )
  }
  const steep = rows.filter(({ ratio, long }) => ratio > 5 && long > 0.2)
  const slow = rows.filter(({ times }) => times > 3)
  assert.deepEqual([steep, slow], [[], []])
})
