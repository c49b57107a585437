import type { DataClass } from '@freehold/contract/data-class.ts'
import { highestClass, isWithin } from '@freehold/contract/data-class.ts'
import type { Dialect, Explanation, explainInput } from '@freehold/contract/routing.ts'
import type { Skip } from '@freehold/contract/skips.ts'
import { isSkipCode, skip } from '@freehold/contract/skips.ts'
import type { z } from 'zod'
import type { Caller } from '../../identity/caller.ts'
import { forbidden } from '../../identity/policies/restraint.ts'
import { Fault } from '../../kernel/fault.ts'
import { opaqueContent } from '../../privacy/opaque.ts'
import { assertLeaves } from '../../privacy/outbound.ts'
import type { Classified } from '../classify.ts'
import { classify } from '../classify.ts'
import { beginningOf, ConversationLot } from '../conversation-lot.ts'
import { hasMoneyLimit } from '../limits.ts'
import { forbids } from '../permitted.ts'
import { mayReach, OUT_OF_REACH, TO_STAY, wasToStay } from '../reach.ts'
import { withLeast } from './least.ts'
import type { Ask, Attempt, Decision, Drawn, Routing } from './routing.ts'
import { LOCAL_NAME } from './rule.ts'

type Input = z.output<typeof explainInput>
type Asking = Pick<
  Caller,
  | 'tenant'
  | 'onBehalfOf'
  | 'principal'
  | 'baseClass'
  | 'classCeiling'
  | 'budgets'
  | 'restraint'
  | 'bounds'
  | 'keepsPrivate'
>

/**
 * Where a request of this caller would go, by the very steps that the request would take. Nothing is dialled or recorded.
 * @throws Fault as the request itself: `above_ceiling`
 */
export function explain(
  caller: Asking,
  input: Input,
  { routing, read }: { readonly routing: Routing; readonly read?: ReadRequest },
): Explanation {
  const classified =
    read?.classified ?? classify(caller, { declared: input.class ?? null, conversation: null })
  const ask = askOf(input, classified.class, routing)
  const lot = new ConversationLot(caller, conversingOf(input), null)
  const decision = routing.decide(ask, lot)
  const shares = routing.shares(ask, lot)
  const opaque = input.service === undefined ? opaqueContent({ messages: input.messages }) : null
  const possible = withLeast(decision.attempts, routing.leastFor(caller.tenant))
  const tried = possible.map((attempt) => ({
    attempt,
    reason: hindrance(attempt, { caller, class: classified.class, opaque }) ?? maskedBy(attempt, read).reason,
  }))
  const groups = new Map<unknown, number>()
  const attempts = tried.flatMap(({ attempt, reason }) =>
    reason === null ? [viewOf(attempt, groups, maskedBy(attempt, read).masked)] : [],
  )
  const held = tried.flatMap(({ attempt, reason }) =>
    reason === null ? [] : [{ target: nameOf(attempt), reason }],
  )
  const refused = refusalOf(decision, attempts.length > 0 ? null : (held.at(-1)?.reason ?? null))
  return {
    class: classified.class,
    because: reasons(caller, classified),
    rule: decision.rule,
    ...(shares.length > 0 && { shares: [...shares] }),
    attempts,
    skipped: [
      ...decision.skipped,
      ...held.map(({ target, reason }) => Object.assign({ target }, reason.skip)),
    ],
    refused,
    ...(refused !== null && { instead: insteadOf(ask, { caller, routing, shares }) }),
    version: routing.version,
    cache: cacheOf(decision),
  }
}

/** Names that are looked at: whoever needs another one knows it. */
const MOST_MODELS = 200

/** What would help where a request is refused. */
function insteadOf(
  ask: Ask,
  {
    caller,
    routing,
    shares,
  }: { readonly caller: Asking; readonly routing: Routing; readonly shares: readonly Drawn[] },
): NonNullable<Explanation['instead']> {
  const notDrawn = shares.flatMap(({ rule, drawn }) => (drawn ? [] : [{ rule, unmet: 'share' as const }]))
  const rules = [...routing.unmet(ask), ...notDrawn]
  if (ask.kind === 'service') return { rules, models: [] }
  const models = routing.modelsFor(ask.class, ask.dialect).slice(0, MOST_MODELS)
  return {
    rules,
    models: models.filter(
      (model) =>
        model !== ask.model &&
        withLeast(routing.decide({ ...ask, model }).attempts, routing.leastFor(caller.tenant)).some(
          (attempt) => hindrance(attempt, { caller, class: ask.class, opaque: null }) === null,
        ),
    ),
  }
}

const conversingOf = ({ conversation, messages }: Input) => ({
  conversation: conversation ?? null,
  beginning: () => beginningOf({ messages }),
})

/** Which entries made the class what it is; one that did not raise it is not named. */
export function reasons(
  { principal }: Pick<Caller, 'principal'>,
  { class: reached, base, declared, conversation, found, findings }: Classified,
): string[] {
  const because = [`${principal.kind === 'key' ? 'key' : 'caller'}: ${base}`]
  if (declared !== null && !isWithin(declared, base)) because.push(`declared: ${declared}`)
  const own = highestClass(base, declared ?? 'public')
  if (conversation !== null && !isWithin(conversation, own)) because.push(`conversation: ${conversation}`)
  const said = highestClass(own, conversation ?? 'public')
  if (found !== null && reached !== said) because.push(`found ${Object.keys(findings).join(', ')}: ${found}`)
  return because
}

/** What was found in the messages, and what each profile would make of it. */
export interface ReadRequest {
  readonly classified: Classified
  /** By profile: values by type, or why it would not leave. */
  readonly masked: ReadonlyMap<string, Readonly<Record<string, number>> | Fault>
}

type MaskedBy = { readonly masked?: Readonly<Record<string, number>>; readonly reason: Reason | null }

function maskedBy(attempt: Attempt, read: ReadRequest | undefined): MaskedBy {
  if (attempt.zone !== 'managed') return { reason: null }
  const made = read?.masked.get(attempt.desensitise)
  if (made instanceof Fault) return { reason: staysAs(made) }
  return { reason: null, ...(made && { masked: made }) }
}

/** What is asked by a request of which only a part is known. @throws Fault `invalid` */
export function askOf(input: Input, dataClass: DataClass, routing: Routing): Ask {
  if (input.service !== undefined) {
    if (input.model !== undefined) {
      throw new Fault('invalid', 'service: a request is for a model or for a service, not for both.', {
        param: 'service',
      })
    }
    return { kind: 'service', service: input.service, class: dataClass }
  }
  const dialect = input.dialect ?? 'openai'
  const model = input.model ?? anyModel(routing, dataClass, dialect)
  return { kind: 'model', model, dialect, local: true, portable: true, class: dataClass }
}

/** The name of no model that stands for every name where a target offers them all. */
const EVERY_MODEL = '*'

/** The first that a target offers, the engine of the program last: it answers its own name whatever the rules say. */
function anyModel(routing: Routing, dataClass: DataClass, dialect: Dialect): string {
  const names = routing.modelsFor(dataClass, dialect)
  const named = names.find((name) => name !== LOCAL_NAME)
  if (named !== undefined) return named
  const every = routing.decide({
    kind: 'model',
    model: EVERY_MODEL,
    dialect,
    local: false,
    portable: true,
    class: dataClass,
  })
  if (every.refused === null) return EVERY_MODEL
  return LOCAL_NAME
}

interface Reason {
  readonly code: 'stays_home' | 'no_route' | 'not_allowed'
  /** Its sentence is what the caller hears. */
  readonly skip: Skip
}

interface Leaving {
  readonly caller: Pick<Caller, 'budgets' | 'restraint' | 'bounds' | 'keepsPrivate'>
  readonly class: DataClass
  readonly opaque: string | null
}

/** Why an attempt would not be made today; null where it would. */
export function hindrance(attempt: Attempt, { caller, class: dataClass, opaque }: Leaving): Reason | null {
  if (!mayReach(caller, attempt)) return { code: 'no_route', skip: skip('out_of_reach', {}, OUT_OF_REACH) }
  const policy = forbids(caller, attempt, dataClass)
  if (policy !== null) {
    const { name, advice } = policy
    return {
      code: 'not_allowed',
      skip: skip('policy', { policy: name, advice: advice ?? '' }, forbidden(policy).message),
    }
  }
  if (attempt.zone !== 'managed') return null
  if (wasToStay(caller, attempt)) return { code: 'stays_home', skip: skip('to_stay', {}, TO_STAY) }
  if (hasMoneyLimit(caller) && attempt.target.price === null) return NO_PRICE
  try {
    // The gate itself, so that the two never disagree.
    assertLeaves({ class: dataClass, opaque, allowOpaque: attempt.opaque })
    return null
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'stays_home') throw error
    return staysAs(error)
  }
}

const NO_PRICE: Reason = {
  code: 'no_route',
  skip: skip(
    'no_price',
    {},
    'This caller has a limit of money, and the target has no price. Ask the operator to set one.',
  ),
}

/** What the gate or the desensitiser keeps at home, as they say it. */
function staysAs({ message, remark }: Fault): Reason {
  const known =
    remark !== null && isSkipCode(remark.code) ? { code: remark.code, params: remark.params } : UNSEARCHED
  return { code: 'stays_home', skip: { ...known, reason: message } }
}
const UNSEARCHED = skip('not_searchable')

const nameOf = (attempt: Attempt): string => (attempt.target === 'local' ? 'local' : attempt.target.name)

/** `groups`: the number of each that was seen so far. */
function viewOf(
  attempt: Attempt,
  groups: Map<unknown, number>,
  masked: MaskedBy['masked'],
): Explanation['attempts'][number] {
  const group = attempt.target === 'local' ? undefined : attempt.group
  if (group !== undefined && !groups.has(group)) groups.set(group, groups.size + 1)
  return {
    target: nameOf(attempt),
    zone: attempt.zone,
    model: attempt.model,
    desensitise: attempt.zone === 'managed' ? attempt.desensitise : null,
    ...(masked !== undefined && { masked }),
    ...(group !== undefined && { group: groups.get(group) }),
  }
}

const cacheOf = ({ keeping }: Decision): Explanation['cache'] =>
  keeping && { ttlSeconds: keeping.ttlMs / 1000, scope: keeping.scope }

/** What the request would be refused with: after the last attempt its reason is what the caller hears. */
function refusalOf({ refused }: Decision, last: Reason | null): Explanation['refused'] {
  if (refused) return { ...refused }
  return last && { code: last.code, message: last.skip.reason }
}
