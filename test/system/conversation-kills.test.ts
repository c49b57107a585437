import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Told } from './conversation-house.ts'
import { drawing, faultsIn, runRounds } from './run-rounds.ts'

test('no event of a run is lost or doubled, whatever breaks', async (t) => {
  const { faults, ...report } = await runRounds({
    rounds: 10,
    random: drawing(7),
    kills: (round) => round === 5,
  })
  t.diagnostic(JSON.stringify(report))
  assert.deepEqual(faults, [])
  assert.ok(report.reloads > 10 && report.kills === 1 && report.partitions > 0 && report.stops > 0)
})

test('an event that is lost, doubled or another one would be seen', () => {
  const all: Told[] = [1, 2, 3].map((seq) => ({ seq, type: 'text', text: `${seq}` }))
  assert.deepEqual(faultsIn(all, all), [])
  const [one, two, three] = all as [Told, Told, Told]
  for (const told of [
    [one, three],
    [one, two],
    [one, two, two, three],
    [one, { ...two, text: 'x' }, three],
  ])
    assert.equal(faultsIn(told, all).length > 0, true)
})
