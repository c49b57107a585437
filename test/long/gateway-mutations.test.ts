import assert from 'node:assert/strict'
import { test } from 'node:test'
import { openMutationHouse, runMutations } from '../system/gateway-mutations.ts'

const COUNT = Number(process.env['LONG_MUTATIONS'] ?? 10_000)
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000)

test(`${COUNT} mutated answers of targets: each is told whole and right, or as an error`, async (t) => {
  const open = await openMutationHouse()
  t.after(() => open.close())
  const tally = await runMutations(open, { seed: SEED, count: COUNT })
  t.diagnostic(JSON.stringify({ seed: SEED, ...tally }))
  assert.equal(
    Object.values(tally).reduce((sum, one) => sum + one, 0),
    COUNT,
  )
})
