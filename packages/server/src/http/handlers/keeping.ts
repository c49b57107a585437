import { addHold, liftHold, listHolds } from '../../audit/keeping/holds.ts'
import { readsContentOfAll } from '../../identity/authorise.ts'
import type { Caller } from '../../identity/caller.ts'
import type { Identity } from '../../identity/identity.ts'
import type { PeopleData } from '../../identity/subjects/people-data.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Store } from '../../store/store.ts'
import { TextStream } from '../text-answer.ts'
import type { Handlers } from './handlers.ts'

const LINES = 'application/x-ndjson; charset=utf-8'

type KeepingOperation = Extract<
  keyof Handlers,
  `person.${string}` | `hold.${string}` | `break_glass.${string}`
>

/** Data of people, what must be kept of it, and the way in for emergencies. */
export function keepingHandlers(
  store: Store,
  peopleData: PeopleData,
  identity: Identity,
): Pick<Handlers, KeepingOperation> {
  const { breakGlass } = identity
  return {
    'person.export': async (by) => new TextStream(LINES, await peopleData.export(by, by.params.id)),
    'person.export_own': async (by) => new TextStream(LINES, await peopleData.exportOwn(by)),
    'person.erase': (by) => peopleData.erase(by, by.params.id, by.body),
    'hold.list': ({ caller, query }) =>
      store.withTenant({ tenant: caller.tenant }, (tx) => listHolds(tx, query)),
    async 'hold.add'({ caller, body, request }) {
      requireMayHold(caller)
      const by = { actor: caller.principal.id, request }
      return store.withTenant({ tenant: caller.tenant }, (tx) => addHold(tx, body, by))
    },
    async 'hold.lift'({ caller, params, request }) {
      requireMayHold(caller)
      const by = { actor: caller.principal.id, request }
      return store.withTenant({ tenant: caller.tenant }, (tx) => liftHold(tx, params.id, by))
    },
    'break_glass.status': (by) => breakGlass.status(by),
    'break_glass.arm': (by) => breakGlass.arm(by, by.body),
    async 'break_glass.disarm'(by) {
      await breakGlass.disarm(by)
      return undefined
    },
    async 'break_glass.use'({ body, asking, header }) {
      const { view, cookie } = await identity.breakTheGlass(body, asking)
      header('set-cookie', cookie)
      return view
    },
  }
}

/** Whoever reads the record does not thereby say what stays in it. @throws Fault `not_allowed` */
function requireMayHold(caller: Caller): void {
  if (readsContentOfAll(caller)) return
  throw new Fault('not_allowed', 'Only the owner and security officers add and lift legal holds.')
}
