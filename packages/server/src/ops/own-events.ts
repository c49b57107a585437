import type { AuditDetail, AuditEventName } from '@freehold/contract/audit-events.ts'
import { append } from '../audit/audit.ts'
import { causeOf } from '../kernel/cause.ts'
import type { Log } from '../kernel/log.ts'
import type { Store } from '../store/store.ts'

/** Writes an event of the program itself. */
export type RecordOwn = <N extends AuditEventName>(action: N, detail: AuditDetail<N>) => Promise<void>

/** A failure is logged and not thrown: the database may be away while the program still lives. */
export function ownEvents(store: Store, log: Log): RecordOwn {
  return async (action, detail) => {
    try {
      await store.withTenant({ tenant: store.home }, (tx) => append(tx, { action, actor: 'system', detail }))
    } catch (error) {
      const { name, code } = causeOf(error)
      log.error('audit.failed', { action, name, code })
    }
  }
}
