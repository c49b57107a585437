import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import { unmasked } from '../../privacy/mask/desensitiser.ts'
import { Outbound } from '../../privacy/outbound.ts'
import type { OutsideAttempt } from '../asked.ts'
import type { CallFigures } from '../call.ts'
import type { Circuits } from '../../kernel/circuits.ts'
import type { Classified } from '../classify.ts'
import { ConversationLot } from '../conversation-lot.ts'
import { narrowed } from '../decide.ts'
import { assertMayLeave } from '../routing/compile.ts'
import type { Attempt } from '../routing/routing.ts'
import type { OpenTarget, TargetBook } from '../targets.ts'
import { leftAlone, unwell } from '../tried.ts'
import type { RealtimeAsked } from './realtime-asked.ts'

/** Where a connection leads, for as long as it stands. */
export interface Place {
  readonly attempt: OutsideAttempt
  readonly open: OpenTarget
}

interface Choosing {
  readonly caller: Caller
  readonly asked: RealtimeAsked
  readonly classified: Classified
}

interface Chosen {
  readonly rule: string | null
  readonly attempts: readonly OutsideAttempt[]
}

const EMPTY = Buffer.alloc(0)

export const isRealtime = (attempt: Attempt): attempt is OutsideAttempt =>
  attempt.target !== 'local' &&
  attempt.target.definition.kind === 'model' &&
  attempt.target.definition.realtime === true

/** What of the rule has the API. @throws Fault `no_route`, `stays_home`, `draining` */
export function realtimeAttempts({ routing }: TargetBook, { caller, asked, classified }: Choosing): Chosen {
  const lot = new ConversationLot(caller, asked, null)
  const decision = routing.decide(asked.ask(classified.class), lot)
  const { rule, list } = narrowed(decision, { caller, bound: null, class: classified.class, routing })
  return { rule, attempts: list.filter(isRealtime) }
}

/** The first that may be sent this and is well. @throws Fault why there is none */
export function choose(
  book: TargetBook,
  choosing: Choosing,
  { circuits, figures }: { readonly circuits: Circuits; readonly figures: CallFigures },
): Place & { readonly rule: string | null } {
  const { rule, attempts } = realtimeAttempts(book, choosing)
  let why: Fault | null = null
  for (const attempt of attempts) {
    const { target, model } = attempt
    const open = book.of(target)
    const { health } = open.state
    const isAway = circuits.stateOf(target.name, model, health !== 'unprobed') === 'away'
    if (health !== 'unhealthy' && !isAway) {
      try {
        const { privateOnly } = book.routing
        outboundFor(attempt, { body: EMPTY, opaque: null, class: choosing.classified.class, privateOnly })
        return { attempt, open, rule }
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        why ??= error
      }
    } else {
      figures.spared(target.name, isAway ? 'open' : 'unhealthy')
      why ??= isAway ? leftAlone({ waitMs: 1000, isLimited: false }) : unwell()
    }
  }
  throw why ?? noTarget()
}

const noTarget = (): Fault =>
  new Fault(
    'no_route',
    'No target of the rule for this model offers the Realtime API. Ask the operator to set realtime: true on one that does.',
    { param: 'model' },
  )

/** The same way out as everything else. @throws Fault `stays_home` */
export function outboundFor(
  attempt: OutsideAttempt,
  leaving: {
    readonly body: Buffer
    readonly opaque: string | null
    readonly class: DataClass
    readonly privateOnly: ReadonlySet<DataClass>
  },
): Outbound<'private'> | Outbound<'managed'> {
  const { body, opaque, privateOnly } = leaving
  assertMayLeave(attempt, leaving.class, privateOnly)
  if (attempt.zone !== 'managed') return Outbound.home(body)
  if (attempt.desensitise !== 'none') throw unread()
  return Outbound.managed(unmasked({ path: '', body }), {
    class: leaving.class,
    opaque,
    allowOpaque: attempt.opaque,
  })
}

/** Nobody looks for personal data in the pieces of a conversation that is going on. */
const unread = (): Fault =>
  new Fault(
    'stays_home',
    'A realtime conversation is not masked, so it does not leave. A rule for class public may say "desensitise: none".',
  )

/** What is in force now still leads to the same target in the same way. @throws Fault `conflict` */
export function requireSame(
  place: Place,
  attempts: readonly OutsideAttempt[],
  book: Pick<TargetBook, 'of'>,
): OutsideAttempt {
  const same = attempts.find((one) => book.of(one.target) === place.open && one.model === place.attempt.model)
  if (same !== undefined && !place.open.isDrained) return same
  throw new Fault(
    'conflict',
    'Rules or targets were changed, and this connection leads where they no longer do. Open another one.',
  )
}
