import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answeredOn, dayBefore, everyDay } from './home-days.ts'

test('days on which nothing was asked stand in their place', () => {
  const busy = { day: '2026-03-01', local: 1, private: 2, managed: 3, kept: 4, unanswered: 5 }
  const days = everyDay({ from: '2026-02-27', to: '2026-03-02', days: [busy] })
  assert.deepEqual(
    days.map(({ day }) => day),
    ['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02'],
  )
  assert.equal(days[2], busy)
  assert.deepEqual(days.map(answeredOn), [0, 0, 10, 0])
})

test('a month is counted back from today', () => {
  assert.equal(dayBefore(Date.parse('2026-03-01T12:00:00Z'), 1), '2026-02-28')
})
