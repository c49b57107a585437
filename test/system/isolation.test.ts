import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { freehold } from './house.ts'
import { TABLE } from './every-operation.ts'
import { ATTACKS } from './isolation-attacks.ts'
import { COMMANDS, commandRows, WITHOUT_SERVER } from './isolation-commands.ts'
import { changedIn, withoutCanary } from './isolation-foreign.ts'
import type { Isolation } from './isolation-house.ts'
import { exported, openIsolation } from './isolation-house.ts'
import type { Row } from './isolation-matrix.ts'
import { attemptsIn, caught, cellsIn, deaf, empty, operationRows, printed, walk } from './isolation-matrix.ts'
import { socketRows } from './isolation-sockets.ts'
import { leaking, WALLS, without } from './isolation-walls.ts'

/** Of each cell; the long test makes a million of all. */
const ATTEMPTS = 1
const SEED = Number(process.env['SEED'] ?? Date.now() % 1_000_000)

/** What shows what is behind a wall: lists, what seeks and what reads. The long test looks at all that reads. */
const TELLING = /\.list$|^(?:chat\.complete|collection\.search|document\.text)$/

/** The long test takes all of them. */
const someOf = (rows: readonly Row[]): readonly Row[] => rows.filter((_, at) => at % 3 === SEED % 3)

let all: Isolation
let operations: readonly Row[] = []
let sockets: readonly Row[] = []
let commands: readonly Row[] = []
before(async () => {
  all = await openIsolation()
  operations = operationRows(all, SEED)
  sockets = socketRows(all, SEED)
  commands = someOf(commandRows(all, SEED))
})
after(() => all?.close())

test('the document of the interface and the table of routes name the same operations', async () => {
  const document = await all.ground.ok<{ paths: Record<string, object> }>({
    method: 'GET',
    path: '/api/openapi.json',
  })
  const said = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  )
  assert.deepEqual(said.toSorted(), TABLE.map(([, { method, path }]) => `${method} ${path}`).toSorted())
  assert.deepEqual(all.targets.map(({ id }) => id).toSorted(), TABLE.map(([id]) => id).toSorted())
})

test('the command line has the commands that are tried, and a few that ask no server', async () => {
  const { stdout } = await freehold(['help'])
  const said = [...stdout.matchAll(/^ {2}([a-z][a-z-]*) {2,}\S/gm)].map(([, name = '']) => name)
  assert.deepEqual(said.toSorted(), [...Object.keys(COMMANDS), ...WITHOUT_SERVER].toSorted())
})

test('every field of the victim’s that is sealed holds a canary', () => {
  assert.deepEqual(withoutCanary(all.archive), [])
})

test('nothing that can be asked for gives anybody a byte of what is not their own, whatever is tried', async (t) => {
  const matrix = await walk(all, { rows: [...operations, ...sockets, ...commands], attempts: ATTEMPTS })
  t.diagnostic(
    `\n${printed(matrix)}\nseed ${SEED}: ${attemptsIn(matrix)} attempts in ${cellsIn(matrix)} cells`,
  )
  assert.deepEqual(caught(matrix), [])
  assert.deepEqual(empty(matrix, ATTEMPTS), [])
  assert.equal(matrix.size, TABLE.length + sockets.length + commands.length)
  const after_ = await exported(all.ground, all.victim.id)
  assert.deepEqual(changedIn(all.archive, after_, all.insiders), [])
})

test('the matrix hears what is foreign in every cell where it is said', async (t) => {
  const matrix = await leaking(all, someOf([...operations, ...sockets]))
  t.diagnostic(`${cellsIn(matrix)} cells`)
  assert.deepEqual(deaf(matrix), [])
})

test('a wall is switched off for every kind of attack', () => {
  const attacks = new Set(WALLS.map(({ attack }) => attack))
  assert.deepEqual(
    ATTACKS.map(({ name }) => name).filter((name) => !attacks.has(name)),
    [],
  )
})

for (const wall of WALLS) {
  test(`the matrix shows it when ${wall.name}`, async (t) => {
    const telling = operations.filter(({ id }) => TELLING.test(id))
    const heard = caught(await without(all, telling, wall))
    t.diagnostic(`${heard.length} operations`)
    assert.match(heard.join('\n'), wall.seen)
  })
}
