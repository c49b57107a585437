import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { cpuOf } from '../perf/floods.ts'
import type { HostileKind } from '../perf/hostile-pieces.ts'
import { HOSTILE_KINDS } from '../perf/hostile-texts.ts'

const [SHORT, LONG] = [250_000, 1_000_000]

const DOCS = join(import.meta.dirname, '../../docs')
/** What a text costs that nobody wrote to be searched slowly. */
const ORDINARY = readdirSync(DOCS)
  .filter((name) => name.endsWith('.md') && !name.includes('zh'))
  .map((name) => readFileSync(join(DOCS, name), 'utf8'))
  .join('\n')

interface Cost {
  readonly name: string
  /** Of 1 MB, in seconds. */
  readonly long: number
  readonly ratio: number
  /** As much as ordinary text, which a busy machine makes slower as well. */
  readonly times: number
}

const isTooMuch = ({ ratio, long, times }: Cost): boolean => (ratio > 5 && long > 0.2) || times > 3

function costOf({ name, make }: HostileKind, rounds: number): Cost {
  const ordinary = cpuOf(ORDINARY, rounds + 1) * (LONG / ORDINARY.length)
  const [short, long] = [cpuOf(make(SHORT), rounds + 1), cpuOf(make(LONG), rounds)]
  return { name, long, ratio: long / short, times: long / ordinary }
}

test('1 MB of any hostile text costs what four times 250 KB cost', (t) => {
  cpuOf(ORDINARY, 4)
  const rows = HOSTILE_KINDS.map((kind) => {
    const cost = costOf(kind, 1)
    return isTooMuch(cost) ? costOf(kind, 4) : cost
  }).toSorted((one, other) => other.times - one.times)
  for (const { name, long, ratio, times } of rows) {
    t.diagnostic(
      `${long.toFixed(2)} s for 1 MB, ${ratio.toFixed(1)} × 250 KB, ${times.toFixed(2)} × as much as ordinary text: ${name}`,
    )
  }
  assert.deepEqual(rows.filter(isTooMuch), [])
})
