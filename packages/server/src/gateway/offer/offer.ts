import type {
  PullView,
  savedTargetTest,
  TargetModels,
  targetTest,
  TargetTestResult,
} from '@freehold/contract/offer.ts'
import type { NeighboursView } from '@freehold/contract/neighbours.ts'
import type { z } from 'zod'
import type { AuditEventName } from '@freehold/contract/audit-events.ts'
import type { AuditEvent } from '../../audit/audit.ts'
import { append } from '../../audit/audit.ts'
import type { Caller } from '../../identity/caller.ts'
import type { ProviderKey } from '../../kernel/config/provider-keys.ts'
import { Fault } from '../../kernel/fault.ts'
import { fieldName } from '../../kernel/input.ts'
import type { Log } from '../../kernel/log.ts'
import { guardTarget } from '../../kernel/target-definition.ts'
import type { Store } from '../../store/store.ts'
import { targetProblems } from '../routing/checking.ts'
import { targetOf } from '../routing/compile.ts'
import type { Target } from '../routing/routing.ts'
import type { Targets } from '../targets.ts'
import type { Discovery } from './discovery.ts'
import { enquirer } from './enquiry.ts'
import { listingFault } from './listing.ts'
import { lookAround, PLACES } from './neighbours.ts'
import type { Pulls } from './pulls.ts'
import type { Abilities } from './target-models.ts'
import { modelsNow } from './target-models.ts'
import type { TrialParts, Wanted } from './trial.ts'
import { BOUNDS, tryTarget } from './trial.ts'

export interface OfferOptions extends TrialParts {
  readonly store: Store
  readonly log: Log
  readonly targets: Pick<Targets, 'hold'>
  readonly discovery: Discovery
  readonly pulls: Pulls
}

type New = z.output<typeof targetTest>
type Saved = z.output<typeof savedTargetTest>

/** Each has connections of its own, and its caller waits. */
const MOST_TRIALS = 4

/** What targets offer, and whether they can be reached. */
export class Offer {
  readonly #options: OfferOptions
  readonly #abilities: Abilities = new Map()
  #trials = 0
  #isLooking = false

  constructor(options: OfferOptions) {
    this.#options = options
  }

  /** Looks for model servers on this machine, once that is on record. @throws Fault `too_many` */
  async discover(caller: Caller, keys: readonly ProviderKey[], request: string): Promise<NeighboursView> {
    if (this.#isLooking) throw new Fault('too_many', 'Somebody is looking already. Wait for the answer.')
    this.#isLooking = true
    try {
      const detail = { places: PLACES.map(({ program }) => program), keys: [...keys] }
      await this.#appended({ caller, request, subject: 'loopback', action: 'target.discovered', detail })
      return await lookAround(this.#options, { caller, keys })
    } finally {
      this.#isLooking = false
    }
  }

  /** Tries a definition that is not saved. @throws Fault `invalid` with the field */
  async testNew(caller: Caller, { target, call, model }: New, request: string): Promise<TargetTestResult> {
    const definition = guardTarget(target)
    const [problem] = targetProblems(definition)
    if (problem) {
      const param = fieldName(['target', ...problem.path])
      throw new Fault('invalid', `${param}: ${problem.message}.`, { param })
    }
    return this.#try({ caller, request, target: targetOf(definition, 'settings'), own: null, call, model })
  }

  /** Tries a target that is in use. @throws Fault `not_found` */
  async test(
    caller: Caller,
    name: string,
    { call, model }: Saved,
    request: string,
  ): Promise<TargetTestResult> {
    const target = this.#target(name)
    const { targets } = this.#options
    const book = targets.hold()
    try {
      const own = target.zone === 'local' ? book.of(this.#target(name)) : null
      return await this.#try({ caller, request, target, own, call, model })
    } finally {
      book.release()
    }
  }

  /** What a target offers now, in the name of whoever asks. @throws Fault `not_found`, `invalid`, `upstream_…` */
  async models(caller: Caller, name: string): Promise<TargetModels> {
    const { definition } = this.#target(name)
    if (definition.kind !== 'model') {
      throw new Fault('invalid', `The target ${name} is a service, which offers no models.`, {
        param: 'name',
      })
    }
    const { targets, discovery, pulls } = this.#options
    const book = targets.hold()
    try {
      const open = { ...book.of(this.#target(name)), timeouts: BOUNDS }
      const now = await modelsNow(enquirer(open, this.#options, caller), definition, this.#abilities)
      return { target: name, ...now, pulls: pulls.of(name), discovery: discovery.of(name) }
    } catch (error) {
      throw listingFault(error)
    } finally {
      book.release()
    }
  }

  /** Lets an Ollama fetch a model. @throws Fault `not_found`, `invalid`, `conflict`, `too_many` */
  async pull(caller: Caller, { name, model, request }: PullWanted): Promise<PullView> {
    const { pulls } = this.#options
    const giveBack = pulls.reserve(name, model)
    try {
      await this.#appended({
        caller,
        request,
        subject: name,
        action: 'target.pull_started',
        detail: { model },
      })
      return pulls.start(caller, name, model)
    } finally {
      giveBack()
    }
  }

  /** @throws Fault `not_found` */
  pulls(name: string): { data: PullView[] } {
    this.#target(name)
    return { data: this.#options.pulls.of(name) }
  }

  /** @throws Fault `not_found` */
  async cancelPull(caller: Caller, id: string, request: string): Promise<void> {
    const { pulls } = this.#options
    const { target, model } = pulls.find(id)
    await this.#appended({
      caller,
      request,
      subject: target,
      action: 'target.pull_cancelled',
      detail: { model },
    })
    pulls.cancel(id)
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

  #audit({ caller, request, target: { name, zone, definition }, call }: Wanted): Promise<void> {
    const detail = { zone, kind: definition.kind, call }
    return this.#appended({ caller, request, subject: name, action: 'target.tested', detail })
  }

  #appended<N extends AuditEventName>({ caller, ...event }: Happened<N>): Promise<void> {
    return this.#options.store.withTenant(caller, (tx) =>
      append(tx, { ...event, actor: caller.principal.id }),
    )
  }
}

interface Happened<N extends AuditEventName> extends Omit<AuditEvent<N>, 'actor'> {
  readonly caller: Caller
}

interface PullWanted {
  readonly name: string
  readonly model: string
  readonly request: string
}
