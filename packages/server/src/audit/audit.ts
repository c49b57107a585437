import type { AuditDetail, AuditEventName } from '@freehold/contract/audit-events.ts'
import { AUDIT_EVENTS } from '@freehold/contract/audit-events.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'

export interface AuditEvent<N extends AuditEventName = AuditEventName> {
  readonly action: N
  /** Principal id of who did it. */
  readonly actor: string
  /** Id of what it was done to. */
  readonly subject?: string
  /** The request it belongs to. */
  readonly request?: string
  readonly detail: AuditDetail<N>
}

/** Writes the event in the action's own transaction: no audit, no action. */
export async function append<N extends AuditEventName>(tx: Tx, event: AuditEvent<N>): Promise<void> {
  const detail = AUDIT_EVENTS[event.action].parse(event.detail)
  await tx.db
    .insertInto('audit_event')
    .values({
      tenant_id: tx.tenant,
      id: uuidV7(),
      action: event.action,
      actor: event.actor,
      subject: event.subject ?? null,
      request: event.request ?? null,
      detail: JSON.stringify(detail),
    })
    .execute()
}
