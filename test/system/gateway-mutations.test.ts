import { after, before, test } from 'node:test'
import type { MutationHouse } from './gateway-mutations.ts'
import { openMutationHouse, runMutations } from './gateway-mutations.ts'

let open: MutationHouse
before(async () => {
  open = await openMutationHouse()
})
after(() => open.close())

const COUNT = Number(process.env['MUTATIONS'] ?? 1000)
const SEED = Number(process.env['SEED'] ?? 1)

test(`${COUNT} mutated answers of targets: each is told whole and right, or as an error`, async (t) => {
  const tally = await runMutations(open, { seed: SEED, count: COUNT })
  t.diagnostic(`seed ${SEED}: ${JSON.stringify(tally)}`)
})
