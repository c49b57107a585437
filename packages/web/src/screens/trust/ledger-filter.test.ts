import assert from 'node:assert/strict'
import { test } from 'node:test'
import { queryOf, readFilter } from './ledger-filter.ts'

test('the filters of the ledger are what its address says, and nothing that no list offers', () => {
  const search = {
    zone: 'managed',
    class: 'secret',
    outcome: 'code:stays_home',
    time: 'day',
    target: 7,
    x: 'y',
  }
  const filter = readFilter(search)
  assert.deepEqual(filter, { zone: 'managed', outcome: 'code:stays_home', time: 'day' })
  assert.deepEqual(queryOf(filter, Date.parse('2026-05-02T10:00:00Z')), {
    zone: 'managed',
    code: 'stays_home',
    since: '2026-05-01T10:00:00.000Z',
  })
  assert.deepEqual(queryOf(readFilter({ outcome: 'state:failed', person: 'p1' }), 0), {
    state: 'failed',
    principal: 'p1',
  })
})
