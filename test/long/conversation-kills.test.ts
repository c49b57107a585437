import assert from 'node:assert/strict'
import { test } from 'node:test'
import { drawing, runRounds } from '../system/run-rounds.ts'

const ROUNDS = Number(process.env['LONG_ROUNDS'] ?? 200)

test(`no event of a run is lost or doubled in ${ROUNDS} rounds of kills, partitions and reloads`, async (t) => {
  const { faults, ...report } = await runRounds({
    rounds: ROUNDS,
    random: drawing(Date.now()),
    kills: (round) => round % 4 === 0,
  })
  t.diagnostic(JSON.stringify(report))
  assert.deepEqual(faults, [])
})
