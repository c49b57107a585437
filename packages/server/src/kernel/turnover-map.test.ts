import assert from 'node:assert/strict'
import { test } from 'node:test'
import { agedBytes } from './aged-bytes.ts'
import { TurnoverMap } from './turnover-map.ts'

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

test('what came and went does not grow old, as it does in a map of V8', () => {
  const aged = (map: Pick<TurnoverMap<object, true>, 'set' | 'delete'> | Map<object, true>): number =>
    agedBytes((entry) => {
      map.set(entry, true)
      map.delete(entry)
    })
  const [ours, theirs] = [aged(new TurnoverMap()), aged(new Map())]
  assert.ok(ours < 100_000, `${ours} bytes`)
  assert.ok(theirs > 400_000, `${theirs} bytes`)
})
