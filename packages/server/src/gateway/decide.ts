import type { DataClass } from '@freehold/contract/data-class.ts'
import type { RouteTimeouts } from '@freehold/contract/route-bounds.ts'
import type { Caller } from '../identity/caller.ts'
import { Fault } from '../kernel/fault.ts'
import type { Asked } from './asked.ts'
import { estimatedTokens, UNSAID_OUTPUT } from './asked.ts'
import type { Classified } from './classify.ts'
import { ConversationLot } from './conversation-lot.ts'
import { hasMoneyLimit } from './limits.ts'
import { permitted } from './permitted.ts'
import type { RuleLimits } from './limits/rule-limits.ts'
import { mayReach, OUT_OF_REACH, TO_STAY, wasToStay } from './reach.ts'
import { costOf } from './record.ts'
import { withLeast } from './routing/least.ts'
import type { Attempt, Decision, Keeping, Routing } from './routing/routing.ts'
import type { Lookup } from './cache/answer-cache.ts'
import type { OpenTarget, TargetBook } from './targets.ts'
import type { Target } from './routing/routing.ts'

/** More than any limit has room for. Sums with what clients make up beyond it would not be exact any more. */
const MOST_OUTPUT = 1e9

/** Where a request goes, in the order in which it is tried. */
export interface Route {
  readonly caller: Caller
  readonly class: DataClass
  readonly version: string
  readonly rule: string | null
  readonly attempts: readonly Attempt[]
  readonly privateOnly: ReadonlySet<DataClass>
  readonly reservedTokens: number
  readonly reservedMicros: number
  /** How its answer is kept; null: not at all. */
  readonly keeping: Keeping | null
  /** What the cache had to say; null where it was not asked. */
  readonly lookup: Lookup | null
  knowsModel(name: string): boolean
  open(target: Target): OpenTarget
  /** Of its rule, instead of the target's. */
  readonly timeouts: RouteTimeouts | null
  /** The lines may be closed as far as this request is concerned. */
  release(): void
}

/** By which rules a request is decided, and the rule that is for it; null: none is, or none is needed. */
export interface Ruled {
  readonly rule: string | null
  readonly by: Pick<Routing, 'version' | 'knowsModel'>
}

/** What a decision is made from. */
export interface Deciding {
  readonly caller: Caller
  readonly asked: Asked
  readonly classified: Classified
  /** The target of the answer that this request continues; null for a new conversation. */
  readonly bound: string | null
  readonly ruleLimits: RuleLimits
  readonly record: { ruled(ruled: Ruled): void }
}

/**
 * The attempts of the first matching rule, within what the caller may spend.
 * @throws Fault `no_route` or `stays_home`
 */
export function decide(
  book: TargetBook,
  { caller, asked, classified, bound, ruleLimits, record }: Deciding,
): Route {
  try {
    const { routing } = book
    const decision = routing.decide(asked.ask(classified.class), new ConversationLot(caller, asked, bound))
    record.ruled({ rule: decision.rule, by: routing })
    const attempts = narrowed(decision, { caller, bound, class: classified.class, routing })
    const bounds = decision.bounds ?? null
    const entry = bounds && ruleLimits.enter(bounds, asked)
    return {
      caller,
      class: classified.class,
      version: routing.version,
      rule: attempts.rule,
      attempts: attempts.list,
      privateOnly: routing.privateOnly,
      ...reservation(asked, attempts.list),
      keeping: decision.keeping,
      lookup: null,
      knowsModel: (name) => routing.knowsModel(name),
      open: (target) => book.of(target),
      timeouts: bounds && bounds.timeouts,
      release() {
        entry?.leave()
        book.release()
      },
    }
  } catch (error) {
    book.release()
    throw error
  }
}

/** The attempts that this caller may make. @throws Fault */
export function narrowed(
  { rule, attempts, refused }: Decision,
  narrowing: Pick<Deciding, 'caller' | 'bound'> & Pick<TargetBook, 'routing'> & Pick<Classified, 'class'>,
): { readonly rule: string | null; readonly list: readonly Attempt[] } {
  if (refused) throw new Fault(refused.code, refused.message, { param: 'model' })
  const { caller, bound, routing } = narrowing
  let list = permitted(withLeast(attempts, routing.leastFor(caller.tenant)), caller, narrowing.class)
  if (list.length > 0) {
    list = list.filter((attempt) => !wasToStay(caller, attempt))
    if (list.length === 0) throw new Fault('stays_home', TO_STAY, { param: 'model' })
  }
  if (bound !== null) {
    list = list.filter((attempt) => targetOf(attempt) === bound)
    if (list.length === 0) {
      if (routing.targets.get(bound)?.drained) throw boundToDrained()
      throw new Fault(
        'stays_home',
        'The answer that this request continues came from a target that its class or rule no longer allows. Begin anew.',
        {
          param: 'previous_response_id',
        },
      )
    }
  }
  if (list.length > 0) {
    list = list.filter((attempt) => mayReach(caller, attempt))
    if (list.length === 0) throw new Fault('no_route', OUT_OF_REACH, { param: 'model' })
  }
  // Without a price nobody could say when the limit is reached.
  if (hasMoneyLimit(caller)) {
    list = list.filter((attempt) => attempt.zone !== 'managed' || attempt.target.price !== null)
    if (list.length === 0) {
      throw new Fault(
        'no_route',
        'This caller has a limit of money, and the target for this request has no price. Ask the operator to set one.',
        {
          param: 'model',
        },
      )
    }
  }
  return { rule, list }
}

const boundToDrained = (): Fault =>
  new Fault(
    'draining',
    'The answer that this request continues came from a target that is out of service for maintenance. Ask again later, or begin anew.',
    { param: 'previous_response_id' },
  )

/** The name of the target that it leads to. */
export const targetOf = (attempt: Attempt): string =>
  attempt.target === 'local' ? 'local' : attempt.target.name

/** Prompt and the longest answer, at the dearest of the attempts. */
function reservation(
  asked: Asked,
  attempts: readonly Attempt[],
): Pick<Route, 'reservedTokens' | 'reservedMicros'> {
  if (asked.model === null) return { reservedTokens: 0, reservedMicros: 0 }
  const input = estimatedTokens(asked.bytes)
  let reservedTokens = input
  let reservedMicros = 0
  let isHedged = false
  for (const attempt of attempts) {
    if (attempt.target === 'local') continue
    const each = asked.mostTokens ?? attempt.target.maxOutput ?? UNSAID_OUTPUT
    const output = Math.min(asked.answers * each, MOST_OUTPUT)
    reservedTokens = Math.max(reservedTokens, input + output)
    reservedMicros = Math.max(reservedMicros, costOf({ input, output }, attempt.target.price) ?? 0)
    isHedged ||= asked.mayHedge && attempt.hedgeMs !== undefined
  }
  if (isHedged) return { reservedTokens: 2 * reservedTokens, reservedMicros: 2 * reservedMicros }
  return { reservedTokens, reservedMicros }
}
