import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { SkillTables } from '../../store/skill-tables.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import type { Dek, KeyRing, Place, Tx } from '../../store/store.ts'

export type RunRow = Selectable<SkillTables['workflow_run']>
export type StepRow = Selectable<SkillTables['workflow_step']>
export type StepState = StepRow['state']

const runPlace = (row: string, column: string): Place => ({ table: 'workflow_run', row, column })
const stepPlace = (row: string, column = 'output_sealed'): Place => ({ table: 'workflow_step', row, column })
const dekOf = (keys: KeyRing, row: Pick<RunRow, 'id' | 'dek'>): Dek =>
  keys.openDek(runPlace(row.id, 'dek'), row.dek)

const sealed = (value: unknown): Buffer => Buffer.from(JSON.stringify(value ?? null))
const read = (plain: Buffer): unknown => JSON.parse(plain.toString('utf8'))

export const openInput = (keys: KeyRing, row: RunRow): unknown =>
  read(dekOf(keys, row).open(runPlace(row.id, 'input_sealed'), row.input_sealed))

export const openOutput = (keys: KeyRing, row: RunRow): unknown =>
  row.output_sealed && read(dekOf(keys, row).open(runPlace(row.id, 'output_sealed'), row.output_sealed))

export const openFault = (keys: KeyRing, row: RunRow): string | null =>
  row.fault_sealed && dekOf(keys, row).open(runPlace(row.id, 'fault_sealed'), row.fault_sealed).toString()

/** A call of a workflow by somebody. */
export interface NewRun {
  readonly skill: string
  readonly digest: string
  readonly operation: string
  readonly call: string
  readonly owner: string
  readonly class: DataClass
  readonly input: unknown
}

/** How long a process that is not heard of any more keeps a run. */
const LEASE_SECONDS = 20

/**
 * The row of this call, which is made where there is none, and whether this process may work on it. A run that is over
 * is nobody's, and one of a process that is heard of is that one's.
 */
export async function takeRun(
  tx: Tx,
  wish: NewRun,
  { runner, isAlone }: { readonly runner: string; readonly isAlone: boolean },
): Promise<{ readonly row: RunRow; readonly isMine: boolean }> {
  const index = tx.keys.blind('workflow.call', `${wish.owner} ${wish.operation} ${wish.call}`)
  const id = uuidV7()
  const { dek, wrapped } = tx.keys.newDek(runPlace(id, 'dek'))
  await tx.db
    .insertInto('workflow_run')
    .values({
      tenant_id: tx.tenant,
      id,
      skill: wish.skill,
      digest: wish.digest,
      operation: wish.operation,
      call_index: index,
      owner: wish.owner,
      class: wish.class,
      state: 'running',
      dek: wrapped,
      input_sealed: dek.seal(runPlace(id, 'input_sealed'), sealed(wish.input)),
    })
    .onConflict((conflict) => conflict.columns(['tenant_id', 'skill', 'call_index']).doNothing())
    .execute()
  const row = await tx.db
    .selectFrom('workflow_run')
    .selectAll()
    .where('skill', '=', wish.skill)
    .where('call_index', '=', index)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (row.state !== 'running') return { row, isMine: false }
  const { numUpdatedRows } = await tx.db
    .updateTable('workflow_run')
    .set({ runner, runner_seen_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', row.id)
    .where((where) =>
      where.or([
        where('runner', 'is', null),
        sql<boolean>`${isAlone}`,
        sql<boolean>`runner_seen_at < clock_timestamp() - make_interval(secs => ${LEASE_SECONDS})`,
      ]),
    )
    .executeTakeFirstOrThrow()
  return { row, isMine: numUpdatedRows === 1n }
}

/** This process still works on it. False: another one does, because this was not heard of. */
export async function beat({ db }: Tx, run: string, runner: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('workflow_run')
    .set({ runner_seen_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', run)
    .where('runner', '=', runner)
    .executeTakeFirstOrThrow()
  return numUpdatedRows === 1n
}

/** The process lets go of it before it is over: whoever asks again goes on. */
export async function letGo({ db }: Tx, run: string, runner: string): Promise<void> {
  await db
    .updateTable('workflow_run')
    .set({ runner: null })
    .where('id', '=', run)
    .where('runner', '=', runner)
    .execute()
}

/** What a run came to. */
export interface RunEnd {
  readonly state: RunRow['state']
  readonly output?: unknown
  readonly fault?: string
}

/** What a step came to. */
export interface StepEnd {
  readonly step: string
  readonly state: Exclude<StepState, 'begun'>
  readonly output?: unknown
  readonly fault?: string
}

export async function closeRun({ db, keys }: Tx, row: RunRow, end: RunEnd): Promise<void> {
  const dek = dekOf(keys, row)
  await db
    .updateTable('workflow_run')
    .set({
      state: end.state,
      finished_at: sql<Date>`clock_timestamp()`,
      runner: null,
      fault_sealed:
        end.fault === undefined ? null : dek.seal(runPlace(row.id, 'fault_sealed'), Buffer.from(end.fault)),
      output_sealed:
        end.output === undefined ? null : dek.seal(runPlace(row.id, 'output_sealed'), sealed(end.output)),
    })
    .where('id', '=', row.id)
    .execute()
}

/** A step as it is known. */
export interface KnownStep {
  readonly id: string
  readonly state: StepState
  readonly attempts: number
  readonly output: unknown
  readonly fault: string | null
}

/** By the step's name, `undo` before that of what undoes it. */
export async function stepsOf({ db, keys }: Tx, row: RunRow): Promise<Map<string, KnownStep>> {
  const rows = await db.selectFrom('workflow_step').selectAll().where('run_id', '=', row.id).execute()
  const dek = dekOf(keys, row)
  return new Map(
    rows.map((one) => [
      stepKey(one.step, one.compensates),
      {
        id: one.id,
        state: one.state,
        attempts: one.attempts,
        output: one.output_sealed && read(dek.open(stepPlace(one.id), one.output_sealed)),
        fault: one.fault_sealed && dek.open(stepPlace(one.id, 'fault_sealed'), one.fault_sealed).toString(),
      },
    ]),
  )
}

export const stepKey = (step: string, compensates: boolean): string => `${compensates ? 'undo ' : ''}${step}`

/** Stands there before the step is made, so that a kill in it is seen. */
export async function beginStep(
  { db, tenant }: Tx,
  run: string,
  { step, compensates, attempts }: { step: string; compensates: boolean; attempts: number },
): Promise<string> {
  const { id } = await db
    .insertInto('workflow_step')
    .values({ tenant_id: tenant, run_id: run, id: uuidV7(), step, compensates, state: 'begun', attempts })
    .onConflict((conflict) =>
      conflict
        .columns(['tenant_id', 'run_id', 'step', 'compensates'])
        .doUpdateSet({ state: 'begun', attempts, fault_sealed: null, ended_at: null }),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

export async function endStep({ db, keys }: Tx, row: RunRow, end: StepEnd): Promise<void> {
  const dek = dekOf(keys, row)
  await db
    .updateTable('workflow_step')
    .set({
      state: end.state,
      ended_at: sql<Date>`clock_timestamp()`,
      fault_sealed:
        end.fault === undefined
          ? null
          : dek.seal(stepPlace(end.step, 'fault_sealed'), Buffer.from(end.fault)),
      output_sealed: end.state === 'done' ? dek.seal(stepPlace(end.step), sealed(end.output)) : null,
    })
    .where('id', '=', end.step)
    .execute()
}
