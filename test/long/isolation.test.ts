import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { TABLE } from '../system/every-operation.ts'
import type { Isolation } from '../system/isolation-house.ts'
import { openIsolation } from '../system/isolation-house.ts'
import { ATTACKS, attemptsIn, caught, printed, walk } from '../system/isolation-matrix.ts'

/** A million at the usual count of rounds. */
const MOST = Number(process.env['LONG_ROUNDS'] ?? 200) * 5000

let all: Isolation
before(async () => {
  all = await openIsolation()
})
after(() => all?.close())

test('in a million attempts no operation gives another tenant a byte of what is not its own', async (t) => {
  const attempts = Math.max(20, Math.ceil(MOST / (TABLE.length * ATTACKS.length)))
  const matrix = await walk(all, { attempts })
  t.diagnostic(`\n${printed(matrix)}\n${attemptsIn(matrix)} attempts`)
  assert.deepEqual(caught(matrix), [])
  assert.ok(attemptsIn(matrix) >= Math.min(MOST, 1_000_000))
})
