import type { Workflow } from '@freehold/contract/skill-workflow.ts'
import { Fault } from '../../kernel/fault.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import type { Store } from '../../store/store.ts'
import type { CallContext } from '../runner.ts'
import type { RunJournal } from './workflow-passage.ts'
import { Passage } from './workflow-passage.ts'
import type { NewRun } from './workflow-rows.ts'
import {
  beat,
  beginStep,
  closeRun,
  endStep,
  letGo,
  openFault,
  openOutput,
  stepsOf,
  takeRun,
} from './workflow-rows.ts'

export interface WorkflowRooms {
  readonly store: Pick<Store, 'withTenant'>
  /** No other process works on this database. */
  readonly isAlone: boolean
  /** Whether making a call twice does no more than making it once. */
  readonly isRepeatable: (context: CallContext, skill: string, operation: string) => Promise<boolean>
}

type Context = Pick<CallContext, 'caller' | 'call' | 'class' | 'callSkill' | 'signal'> & CallContext

const BEAT_MS = 5000

/** Runs workflows so that a kill at any moment does nothing twice. */
export class Workflows {
  readonly #rooms: WorkflowRooms
  readonly #runner = uuidV7()
  readonly #live = new Set<string>()

  constructor(rooms: WorkflowRooms) {
    this.#rooms = rooms
  }

  /** What the call came to, now or before. @throws Fault */
  async run(workflow: Workflow, wish: NewRun, context: Context): Promise<unknown> {
    const { store, isAlone } = this.#rooms
    const { row, isMine } = await store.withTenant(context.caller, (tx) =>
      takeRun(tx, wish, { runner: this.#runner, isAlone }),
    )
    if (row.state === 'done') return store.withTenant(context.caller, async (tx) => openOutput(tx.keys, row))
    if (row.state !== 'running') {
      const fault = await store.withTenant(context.caller, async (tx) => openFault(tx.keys, row))
      throw new Fault('skill_failed', fault ?? 'It came to nothing.')
    }
    if (row.digest !== wish.digest)
      throw new Fault(
        'conflict',
        'This call was begun with another version of the skill. Go back to that one first.',
        {
          param: 'call',
        },
      )
    if (!isMine || this.#live.has(row.id))
      throw new Fault('conflict', 'This call is under way already.', { param: 'call' })
    this.#live.add(row.id)
    const beating = setInterval(() => void this.#beat(context, row.id), BEAT_MS).unref()
    try {
      const known = await store.withTenant(context.caller, (tx) => stepsOf(tx, row))
      const journal: RunJournal = {
        begin: (step) => store.withTenant(context.caller, (tx) => beginStep(tx, row.id, step)),
        end: (end) => store.withTenant(context.caller, (tx) => endStep(tx, row, end)),
        close: (end) => store.withTenant(context.caller, (tx) => closeRun(tx, row, end)),
      }
      const { isRepeatable } = this.#rooms
      return await new Passage({ journal, isRepeatable, workflow, input: wish.input, context, known }).walk()
    } finally {
      clearInterval(beating)
      this.#live.delete(row.id)
      // Where it is over nobody has it any more; where it was cut short somebody else may go on.
      await store
        .withTenant(context.caller, (tx) => letGo(tx, row.id, this.#runner))
        .catch((error: unknown) => {
          if (!(error instanceof Fault)) throw error
        })
    }
  }

  async #beat({ caller }: Context, run: string): Promise<void> {
    // A database that is away says nothing: the lease runs out, or it is back before.
    await this.#rooms.store.withTenant(caller, (tx) => beat(tx, run, this.#runner)).catch(() => undefined)
  }
}
