import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { test } from 'node:test'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { TurnoverMap } from './turnover-map.ts'

setFlagsFromString('--expose-gc')
// The function exists in contexts that are made after the flag was set.
const collect = runInNewContext('gc') as () => void

const OPEN = 32
const REQUESTS = 60_000
const ENTRY_BYTES = 400

/** How many megabytes grow old while requests come and go through a map that was there before. */
async function agedMegabytes(open: Pick<TurnoverMap<number, object>, 'set' | 'delete'>): Promise<number> {
  open.set(0, {})
  collect()
  collect()
  const before = oldBytes()
  let most = 0
  for (let n = 1; n <= REQUESTS; n += 1) {
    open.set(
      n,
      Array.from({ length: ENTRY_BYTES / 8 }, () => n),
    )
    open.delete(n - OPEN)
    if (n % 1000 !== 0) continue
    // A full collection may come in between.
    most = Math.max(most, oldBytes() - before)
    await turn()
  }
  return most / 1e6
}

function oldBytes(): number {
  const old = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'old_space')
  return old?.space_used_size ?? 0
}

test('what comes and goes through the map of open requests stays young garbage', async () => {
  const entries = (REQUESTS * ENTRY_BYTES) / 1e6
  assert.ok((await agedMegabytes(new TurnoverMap())) < entries / 20)
  assert.ok((await agedMegabytes(new Map())) > entries / 8, 'a Map does it as well: then take one')
})

test('the map holds what was set and not deleted, over many rebuildings', () => {
  const map = new TurnoverMap<number, string>()
  for (let n = 0; n < 1000; n += 1) {
    map.set(n, `request ${n}`)
    if (n % 3 !== 0) assert.equal(map.delete(n), true)
  }
  assert.equal(map.size, 334)
  assert.equal(map.get(999), 'request 999')
  assert.deepEqual([map.has(999), map.has(998), map.delete(998)], [true, false, false])
  assert.deepEqual([...map.keys()].slice(0, 3), [0, 3, 6])
  assert.deepEqual([...map.values()].at(-1), 'request 999')
})
