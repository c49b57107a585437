import { setTimeout as sleep } from 'node:timers/promises'
import type { Attack } from './isolation-attacks.ts'
import { ATTACKS, attempt } from './isolation-attacks.ts'
import { foreignIn } from './isolation-foreign.ts'
import type { Heard, Isolation, Target } from './isolation-house.ts'

const BUSY_AT_MOST = 60
const BUSY_MS = 500

/** A cell: how often it was tried, and what was heard that must not be. */
export interface Cell {
  attempts: number
  /** Of all attempts. */
  ms: number
  readonly finds: string[]
  /** Why there is nothing to try. */
  readonly notTried?: string
}
export type Matrix = Map<string, Map<string, Cell>>

/** A row of the matrix: something that can be asked for in a way of its own. */
export interface Row {
  readonly id: string
  /** Nothing of it changes what is there. */
  readonly isReading: boolean
  /** Takes long enough that the fewest attempts are enough. */
  readonly isDear?: true
  /** What was heard that is foreign. */
  readonly tried: (attack: Attack, turn: number) => Promise<readonly string[]>
  /** Says why an attack does not exist here. */
  readonly notTried?: (attack: Attack) => string | undefined
}

/** Every operation of the interface. */
export const operationRows = (all: Isolation, seed: number): readonly Row[] =>
  all.targets.map((target) => ({
    id: target.id,
    isReading: target.operation.audit === undefined,
    tried: (attack, turn) => tried(all, { target, attack, turn, seed }),
    ...(target.id === 'share.read' && {
      notTried: ({ seen }: Attack) => (seen === 'outside' ? undefined : SHARED),
    }),
  }))

const SHARED = 'what somebody shared is for everybody of the tenant who has its token'

/** A machine that is too busy says so (503): that is asked again, for it says nothing about who is kept apart. */
async function answered(
  all: Isolation,
  written: Parameters<Isolation['wires']['say']>[0],
  { during, isHasty }: Attack,
): Promise<Heard> {
  for (let asked = 1; ; asked += 1) {
    const heard = await all.wires.say(written)
    // What breaks between role and query is meant to.
    const isMeant = isHasty === true || (during !== undefined && during !== 'leak')
    if (heard.status !== 503 || isMeant || asked === BUSY_AT_MOST) return heard
    await sleep(BUSY_MS)
  }
}

async function tried(
  all: Isolation,
  wish: { target: Target; attack: Attack; turn: number; seed: number },
): Promise<readonly string[]> {
  const { written, sent } = attempt(all, wish)
  const { status, text } = await answered(all, written, wish.attack)
  const found = foreignIn(text, all.foreign[wish.attack.seen], sent)
  // What broke was kept apart by luck.
  const isBroken = (status === 500 || status === 503) && wish.attack.during === undefined
  return isBroken ? [...found, `it broke (${status})`] : found
}

const AT_ONCE = 8

async function atOnce(tries: readonly (() => Promise<void>)[]): Promise<void> {
  const waiting = tries.values()
  const work = async (): Promise<void> => {
    for (const one of waiting) await one()
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

export interface Walk {
  readonly rows: readonly Row[]
  readonly attacks?: readonly Attack[]
  /** Of each cell at least. */
  readonly attempts: number
  /** Of all cells of an attack together at least; what is asked quickly is asked more often for it. */
  readonly perAttack?: number
  readonly matrix?: Matrix
}

/** Every row by every attack, so often each; what is known already is added to. */
export async function walk(
  all: Isolation,
  { rows, attacks = ATTACKS, attempts, perAttack = 0, matrix = new Map() }: Walk,
): Promise<Matrix> {
  for (const { id } of rows) if (!matrix.has(id)) matrix.set(id, new Map())
  // They end the session that the others come with.
  const last = rows.filter(({ id }) => id === 'session.close')
  const others = rows.filter(({ id }) => id !== 'session.close')
  for (const attack of attacks) {
    if (attack.during) await all.switch(attack.during)
    // Every turn of a row stands between turns of the others.
    const turns = (of: readonly Row[], times: number) =>
      atOnce(Array.from({ length: times }, () => of.map((row) => () => tryOnce(matrix, row, attack))).flat())
    await turns(others, attempts)
    const quick = quickOf(matrix, others, attack)
    const missing = perAttack - attempts * rows.length
    if (missing > 0) await turns(quick, Math.ceil(missing / quick.length))
    await turns(last, attempts)
    if (attack.during) await all.switch('none')
    if (last.length > 0) all.credentials = await all.come()
  }
  return matrix
}

async function tryOnce(matrix: Matrix, row: Row, attack: Attack): Promise<void> {
  const cell = cellOf(matrix, row, attack)
  if (cell.notTried !== undefined) return
  const fromMs = performance.now()
  const turn = cell.attempts
  cell.attempts += 1
  const found = await row.tried(attack, turn)
  cell.ms += performance.now() - fromMs
  for (const one of found) cell.finds.push(`${one} (${turn})`)
}

/** Rows of which an attempt takes at most twice as long as of the one in the middle. */
function quickOf(matrix: Matrix, rows: readonly Row[], attack: Attack): readonly Row[] {
  const msOf = (row: Row): number => {
    const { ms, attempts } = cellOf(matrix, row, attack)
    return ms / Math.max(1, attempts)
  }
  const cheap = rows.filter((row) => !row.isDear)
  const sorted = cheap.map(msOf).toSorted((one, other) => one - other)
  const most = 2 * (sorted[sorted.length >> 1] ?? 0)
  return cheap.filter((row) => msOf(row) <= most)
}

function cellOf(matrix: Matrix, { id, notTried }: Row, attack: Attack): Cell {
  const known = matrix.get(id)?.get(attack.name)
  if (known) return known
  const why = notTried?.(attack)
  const cell: Cell = { attempts: 0, ms: 0, finds: [], ...(why !== undefined && { notTried: why }) }
  matrix.get(id)?.set(attack.name, cell)
  return cell
}

const cells = (matrix: Matrix): readonly (readonly [string, string, Cell])[] =>
  [...matrix].flatMap(([row, columns]) => [...columns].map(([column, cell]) => [row, column, cell] as const))

/** `row, attack: what was heard`, for the cells where something was; of its first attempts one thing each. */
export const caught = (matrix: Matrix): readonly string[] =>
  cells(matrix).flatMap(([row, column, { finds: found }]) =>
    found.length === 0 ? [] : [`${row}, ${column}: ${firstOfEach(found).slice(0, 3).join(' ')}`],
  )

/** Finds end with the number of the attempt. */
const firstOfEach = (found: readonly string[]): readonly string[] =>
  [...new Map(found.toReversed().map((find) => [find.split(' ').at(-1), find])).values()].toReversed()

/** Cells in which nothing was heard, though every answer had something. */
export const deaf = (matrix: Matrix): readonly string[] =>
  cells(matrix).flatMap(([row, column, { finds: found, notTried }]) =>
    found.length > 0 || notTried !== undefined ? [] : [`${row}, ${column}`],
  )

export const attemptsIn = (matrix: Matrix): number =>
  cells(matrix).reduce((sum, [, , { attempts }]) => sum + attempts, 0)

export const cellsIn = (matrix: Matrix): number =>
  cells(matrix).filter(([, , { attempts }]) => attempts > 0).length

/** Cells that were tried less often than this, and that say of no reason why. */
export const empty = (matrix: Matrix, least: number): readonly string[] =>
  cells(matrix).flatMap(([row, column, { attempts, notTried }]) =>
    attempts >= least || notTried !== undefined ? [] : [`${row}, ${column}: ${attempts}`],
  )

/** Finds and attempts of each cell, one line for each row; below it why some are not tried. */
export function printed(matrix: Matrix): string {
  const columns = ATTACKS.map(({ name }) => name)
  const width = Math.max(...[...matrix.keys()].map((id) => id.length))
  const head = ['', ...columns].map((text, at) => (at === 0 ? text.padEnd(width) : text)).join(' | ')
  const rows = [...matrix].map(([row, own]) =>
    [row.padEnd(width), ...columns.map((name) => shown(own.get(name)).padStart(name.length))].join(' | '),
  )
  const reasons = new Set(cells(matrix).flatMap(([, , { notTried }]) => notTried ?? []))
  return [head, ...rows, ...[...reasons].map((why) => `n/a: ${why}`)].join('\n')
}

const shown = (cell: Cell | undefined): string => {
  if (cell?.notTried !== undefined) return 'n/a'
  return cell === undefined || cell.attempts === 0 ? '' : `${cell.finds.length}/${cell.attempts}`
}
