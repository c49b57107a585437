import type { savedTargetTest, targetTest, TargetTestResult } from '@freehold/contract/offer.ts'
import type { z } from 'zod'
import { append } from '../../audit/audit.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import { fieldName } from '../../kernel/input.ts'
import type { Log } from '../../kernel/log.ts'
import { guardTarget } from '../../kernel/target-definition.ts'
import type { Store } from '../../store/store.ts'
import { targetProblems } from '../routing/checking.ts'
import { targetOf } from '../routing/compile.ts'
import type { Target } from '../routing/routing.ts'
import type { TrialParts, Wanted } from './trial.ts'
import { tryTarget } from './trial.ts'

export interface OfferOptions extends TrialParts {
  readonly store: Store
  readonly log: Log
}

type New = z.output<typeof targetTest>
type Saved = z.output<typeof savedTargetTest>

/** Each has connections of its own, and its caller waits. */
const MOST_TRIALS = 4

/** What targets offer, and whether they can be reached. */
export class Offer {
  readonly #options: OfferOptions
  #trials = 0

  constructor(options: OfferOptions) {
    this.#options = options
  }

  /** Tries a definition that is not saved. @throws Fault `invalid` with the field */
  async testNew(caller: Caller, { target, call, model }: New, request: string): Promise<TargetTestResult> {
    const definition = guardTarget(target)
    const [problem] = targetProblems(definition)
    if (problem) {
      const param = fieldName(['target', ...problem.path])
      throw new Fault('invalid', `${param}: ${problem.message}.`, { param })
    }
    return this.#try({ caller, request, target: targetOf(definition, 'settings'), call, model })
  }

  /** Tries a target that is in use. @throws Fault `not_found` */
  async test(
    caller: Caller,
    name: string,
    { call, model }: Saved,
    request: string,
  ): Promise<TargetTestResult> {
    return this.#try({ caller, request, target: this.#target(name), call, model })
  }

  #target(name: string): Target {
    const target = this.#options.routing().targets.get(name)
    if (target) return target
    throw new Fault('not_found', `No target ${name} is in use. See freehold target list.`, { param: 'name' })
  }

  async #try(wanted: Wanted): Promise<TargetTestResult> {
    if (this.#trials >= MOST_TRIALS) {
      throw new Fault('too_many', `${MOST_TRIALS} targets are being tried already. Wait for one of them.`)
    }
    this.#trials += 1
    const startedMs = performance.now()
    try {
      await this.#audit(wanted)
      const result = await tryTarget(this.#options, wanted)
      this.#options.log.info('target.tested', {
        target: result.target,
        outcome: result.ok ? 'ok' : 'failed',
        step: result.steps.find(({ state }) => state === 'failed')?.step ?? null,
        ms: Math.round(performance.now() - startedMs),
      })
      return result
    } finally {
      this.#trials -= 1
    }
  }

  #audit({ caller, request, target, call }: Wanted): Promise<void> {
    const { store } = this.#options
    return store.withTenant({ tenant: store.home }, (tx) =>
      append(tx, {
        action: 'target.tested',
        actor: caller.principal.id,
        subject: target.name,
        request,
        detail: { zone: target.zone, kind: target.definition.kind, call },
      }),
    )
  }
}
