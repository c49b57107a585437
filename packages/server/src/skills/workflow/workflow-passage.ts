import { setTimeout as pause } from 'node:timers/promises'
import type { Workflow, WorkflowStep } from '@freehold/contract/skill-workflow.ts'
import type { FaultCode } from '../../kernel/fault.ts'
import { Fault } from '../../kernel/fault.ts'
import { fill } from '../mapping/template.ts'
import type { CallContext } from '../runner.ts'
import { holds } from './condition.ts'
import type { KnownStep, RunEnd, StepEnd } from './workflow-rows.ts'
import { stepKey } from './workflow-rows.ts'

/** What may be tried again even where a call that is made twice is done twice: nothing was done. */
const NOTHING_DONE: ReadonlySet<FaultCode> = new Set<FaultCode>(['too_many', 'over_limit'])
/** What may pass by itself. */
const PASSING: ReadonlySet<FaultCode> = new Set<FaultCode>([
  ...NOTHING_DONE,
  'skill_failed',
  'timed_out',
  'unavailable',
  'upstream_down',
  'upstream_broke',
  'upstream_timeout',
])

/** Where it is written down what was done: before and after each step, so that a kill between two does neither twice. */
export interface RunJournal {
  /** @returns how the step is called from now on */
  begin(step: {
    readonly step: string
    readonly compensates: boolean
    readonly attempts: number
  }): Promise<string>
  end(end: StepEnd): Promise<void>
  close(end: RunEnd): Promise<void>
}

export interface Way {
  readonly journal: RunJournal
  /** Whether making a call twice does no more than making it once. */
  readonly isRepeatable: (context: CallContext, skill: string, operation: string) => Promise<boolean>
  readonly workflow: Workflow
  readonly input: unknown
  readonly context: CallContext
  /** What was done before. */
  readonly known: Map<string, KnownStep>
}

/** One walk through the steps of a run, from wherever the last one came to. */
export class Passage {
  readonly #way: Way

  constructor(way: Way) {
    this.#way = way
  }

  async walk(): Promise<unknown> {
    const { workflow, context, journal, known } = this.#way
    // One that was being undone goes on being undone.
    const failed = workflow.steps.find(
      ({ id }) => known.get(id)?.state === 'failed' || known.get(id)?.state === 'unknown',
    )
    if (failed !== undefined) return this.#undo(failed, known.get(failed.id)?.fault ?? '')
    for (const step of workflow.steps) {
      const before = known.get(step.id)
      if (before?.state === 'done' || before?.state === 'skipped') continue
      if (before?.state === 'begun' && !(await this.#isRepeatable(step))) return this.#unknown(step, before)
      if (before === undefined && step.when !== undefined && !holds(step.when, this.#document())) {
        await this.#skip(step)
        continue
      }
      try {
        await this.#make(step, before?.attempts ?? 0)
      } catch (error) {
        // Whoever ends it from outside ends nothing for good: it goes on with the next call.
        if (context.signal.aborted || !(error instanceof Fault)) throw error
        return this.#undo(step, `The step "${step.id}" failed: ${error.message}`)
      }
    }
    const output = workflow.output === undefined ? this.#last() : fill(workflow.output, this.#document())
    await journal.close({ state: 'done', output: output ?? null })
    return output ?? null
  }

  /** Values that templates and conditions are over. */
  #document(): { readonly input: unknown; readonly steps: Readonly<Record<string, unknown>> } {
    const { input, workflow, known } = this.#way
    const steps = workflow.steps.flatMap(({ id }) => {
      const step = known.get(id)
      return step?.state === 'done' ? [[id, step.output] as const] : []
    })
    return { input, steps: Object.fromEntries(steps) }
  }

  #last(): unknown {
    const { workflow, known } = this.#way
    return workflow.steps.map(({ id }) => known.get(id)).findLast((step) => step?.state === 'done')?.output
  }

  #isRepeatable({ skill, operation }: Pick<WorkflowStep, 'skill' | 'operation'>): Promise<boolean> {
    return this.#way.isRepeatable(this.#way.context, skill, operation)
  }

  async #skip({ id }: WorkflowStep): Promise<void> {
    const { journal, known } = this.#way
    const step = await journal.begin({ step: id, compensates: false, attempts: 0 })
    await journal.end({ step, state: 'skipped' })
    known.set(id, { id: step, state: 'skipped', attempts: 0, output: null, fault: null })
  }

  /** As often as it may be tried. @throws Fault of the last attempt */
  async #make(step: WorkflowStep, before: number): Promise<void> {
    const { attempts, backoffMs } = step.retry
    for (let attempt = Math.min(before, attempts - 1) + 1; ; attempt += 1) {
      try {
        return await this.#attempt(step, { compensates: false, name: step.id, attempt })
      } catch (error) {
        if (!(error instanceof Fault) || attempt >= attempts || this.#way.context.signal.aborted) throw error
        const again = (await this.#isRepeatable(step)) ? PASSING : NOTHING_DONE
        if (!again.has(error.code)) throw error
        await pause(backoffMs * 2 ** (attempt - 1), undefined, { signal: this.#way.context.signal })
      }
    }
  }

  /** One call, written down before and after. @throws Fault */
  async #attempt(
    call: Pick<WorkflowStep, 'skill' | 'operation' | 'input'>,
    { compensates, name, attempt }: { compensates: boolean; name: string; attempt: number },
  ): Promise<void> {
    const { journal, context, known } = this.#way
    const key = stepKey(name, compensates)
    const input = fill(call.input, this.#document())
    const id = await journal.begin({ step: name, compensates, attempts: attempt })
    known.set(key, { id, state: 'begun', attempts: attempt, output: null, fault: null })
    try {
      // The same for every attempt, so that an upstream takes two of them for one.
      const callId = `${context.call}.${key.replace(' ', '.')}`
      const output = await context.callSkill(call.skill, call.operation, input, callId)
      await journal.end({ step: id, state: 'done', output })
      known.set(key, { id, state: 'done', attempts: attempt, output, fault: null })
    } catch (error) {
      if (!(error instanceof Fault) || context.signal.aborted) throw error
      await journal.end({ step: id, state: 'failed', fault: error.message.slice(0, 500) })
      known.set(key, { id, state: 'failed', attempts: attempt, output: null, fault: error.message })
      throw error
    }
  }

  /** It was under way when the process ended, and making it again could do it twice. */
  async #unknown(step: WorkflowStep, { id }: KnownStep): Promise<never> {
    const { journal, known } = this.#way
    const fault = `The server stopped during the step "${step.id}", and whether it was done is not known.`
    await journal.end({ step: id, state: 'unknown', fault })
    known.set(step.id, { id, state: 'unknown', attempts: 1, output: null, fault })
    if (step.compensate !== undefined) return this.#undo(step, fault)
    const asking = `${fault} Nothing more was done; look at it and decide.`
    await journal.close({ state: 'asking', fault: asking })
    throw new Fault('skill_failed', asking)
  }

  /** What was done is undone, the last first; of a step that may have been done too. @throws Fault always */
  async #undo(failed: WorkflowStep, because: string): Promise<never> {
    const { workflow, journal, known, context } = this.#way
    const upTo = workflow.steps.indexOf(failed)
    const left: string[] = []
    for (const step of workflow.steps.slice(0, upTo + 1).toReversed()) {
      const { state } = known.get(step.id) ?? { state: null }
      if (step.compensate === undefined || (state !== 'done' && state !== 'unknown')) continue
      const undone = known.get(stepKey(step.id, true))
      if (undone?.state === 'done') continue
      // An undoing that was under way, and does more when it is made twice, is for a person to look at.
      if (undone?.state === 'begun' && !(await this.#isRepeatable(step.compensate))) {
        left.push(step.id)
        continue
      }
      try {
        await this.#attempt(step.compensate, { compensates: true, name: step.id, attempt: 1 })
      } catch (error) {
        if (!(error instanceof Fault) || context.signal.aborted) throw error
        left.push(step.id)
      }
    }
    const whole = left.length === 0
    const fault = whole
      ? `${because} What was done before was undone.`
      : `${because} Not undone: ${left.join(', ')}.`
    await journal.close({ state: whole ? 'undone' : 'failed', fault: fault.slice(0, 1000) })
    throw new Fault('skill_failed', fault)
  }
}

/** A walk of which nothing is left: for tests that a skill brings along. @throws Fault */
export function walkOnce(workflow: Workflow, input: unknown, context: CallContext): Promise<unknown> {
  let steps = 0
  const journal: RunJournal = {
    begin: async () => String((steps += 1)),
    end: async () => undefined,
    close: async () => undefined,
  }
  // Nobody knows here what another skill's operation does, so that none is made twice.
  return new Passage({
    journal,
    isRepeatable: async () => false,
    workflow,
    input,
    context,
    known: new Map(),
  }).walk()
}
