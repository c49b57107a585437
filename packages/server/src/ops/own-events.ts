import type { AuditDetail, AuditEventName } from '@freehold/contract/audit-events.ts'
import { append } from '../audit/audit.ts'
import { causeOf } from '../kernel/cause.ts'
import type { Log } from '../kernel/log.ts'
import type { KeyChanges } from '../store/keys/root-key-protection.ts'
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

/** Brings what a command did to the root key into the record. Without the record the program does not start. */
export async function recordKeyChanges(store: Store, changes: KeyChanges | null): Promise<void> {
  if (changes === null) return
  await store.withTenant({ tenant: store.home }, async (tx) => {
    for (const { change, atMs } of changes.changes)
      await append(tx, { action: 'root_key.passphrase', actor: 'system', detail: { change, atMs } })
  })
  changes.forget()
}
