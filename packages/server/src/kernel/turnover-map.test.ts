import assert from 'node:assert/strict'
import { test } from 'node:test'
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
