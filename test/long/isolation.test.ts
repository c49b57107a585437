import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ATTACKS } from '../system/isolation-attacks.ts'
import { commandRows } from '../system/isolation-commands.ts'
import { changedIn } from '../system/isolation-foreign.ts'
import type { Isolation } from '../system/isolation-house.ts'
import { exported, openIsolation } from '../system/isolation-house.ts'
import type { Matrix, Row } from '../system/isolation-matrix.ts'
import {
  attemptsIn,
  caught,
  cellsIn,
  deaf,
  empty,
  operationRows,
  printed,
  walk,
} from '../system/isolation-matrix.ts'
import { socketRows } from '../system/isolation-sockets.ts'
import { leaking, WALLS, without } from '../system/isolation-walls.ts'

/** Of each cell at least. */
const ATTEMPTS = 20
/** A million and a few at the usual count of rounds: rows whose attacks do not exist take their part along. */
const MOST = Number(process.env['LONG_ROUNDS'] ?? 200) * 5100
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000)

let all: Isolation
let answering: readonly Row[] = []
let commands: readonly Row[] = []
const matrix: Matrix = new Map()
before(async () => {
  all = await openIsolation()
  answering = [...operationRows(all, SEED), ...socketRows(all, SEED)]
  commands = commandRows(all, SEED)
})
after(() => all?.close())

for (const attack of ATTACKS) {
  test(`nothing gives a byte of what is foreign: ${attack.name}`, async (t) => {
    const fromMs = performance.now()
    const perAttack = Math.ceil(MOST / ATTACKS.length)
    const before_ = attemptsIn(matrix)
    await walk(all, {
      rows: [...answering, ...commands],
      attempts: ATTEMPTS,
      attacks: [attack],
      perAttack,
      matrix,
    })
    const took = Math.round((performance.now() - fromMs) / 1000)
    t.diagnostic(`seed ${SEED}: ${attemptsIn(matrix) - before_} attempts in ${took} s`)
    const heard = caught(matrix).filter((one) => one.includes(`, ${attack.name}: `))
    for (const one of heard) t.diagnostic(one)
    assert.deepEqual(heard, [])
  })
}

test('in a million attempts no cell was left out, and nothing of the victim was changed', async (t) => {
  t.diagnostic(
    `\n${printed(matrix)}\nseed ${SEED}: ${attemptsIn(matrix)} attempts in ${cellsIn(matrix)} cells`,
  )
  assert.deepEqual(empty(matrix, ATTEMPTS), [])
  assert.equal(matrix.size, answering.length + commands.length)
  assert.ok(attemptsIn(matrix) >= Math.min(MOST, 1_000_000))
  const after_ = await exported(all.ground, all.victim.id)
  assert.deepEqual(changedIn(all.archive, after_, all.insiders), [])
})

test('the matrix hears what is foreign in every cell where it is said', async (t) => {
  const leaks = await leaking(all, answering)
  t.diagnostic(`${cellsIn(leaks)} cells`)
  assert.deepEqual(deaf(leaks), [])
})

for (const wall of WALLS) {
  test(`the matrix shows it when ${wall.name}`, async (t) => {
    const heard = caught(await without(all, [...answering, ...commands], wall))
    t.diagnostic(`${heard.length} cells`)
    assert.match(heard.join('\n'), wall.seen)
  })
}
