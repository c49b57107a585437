import { listEvents } from '../../audit/events.ts'
import type { AuditLogReading, Whose } from '../../audit/log/reading.ts'
import { runsTheHouse } from '../../identity/authorise.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Store } from '../../store/store.ts'
import type { Handlers } from './handlers.ts'

type AuditOperation = Extract<keyof Handlers, `audit.${string}`>

/** The record of what was done, and the log that shows whether it was changed. */
export function auditHandlers(store: Store, reading: AuditLogReading): Pick<Handlers, AuditOperation> {
  /** @throws Fault `not_allowed` */
  const whose = (caller: Caller, scope: 'tenant' | 'log'): Whose => {
    if (scope === 'tenant') return [caller.tenant]
    if (caller.tenant === store.home && runsTheHouse(caller)) return 'log'
    throw new Fault(
      'not_allowed',
      'Only the operator of the installation may read the entries of every tenant.',
      {
        param: 'scope',
      },
    )
  }
  return {
    'audit.list': ({ caller, query }) =>
      store.withTenant({ tenant: caller.tenant }, (tx) => listEvents(tx, query)),
    'audit.checkpoint': ({ query }) => reading.checkpoint(query.size),
    'audit.entries': async ({ caller, query }) => reading.entries(whose(caller, query.scope), query),
    'audit.tiles': ({ query }) => reading.tiles(query),
    'audit.proof': ({ caller, params }) => reading.proof(caller.tenant, params.id),
    'audit.consistency': ({ query }) => reading.consistency(query.from, query.to),
    'audit.unlogged': async ({ caller, query }) => reading.unlogged(whose(caller, query.scope), query.after),
  }
}
