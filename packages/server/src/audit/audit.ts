import type { AuditDetail, AuditEventName } from '@freehold/contract/audit-events.ts'
import { AUDIT_EVENTS, REFUSED_EVENTS } from '@freehold/contract/audit-events.ts'
import { uuidV7 } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import type { Json } from './log/canonical.ts'
import { originNow } from './origin.ts'
import { sealPrivate } from './private-part.ts'

export interface AuditEvent<N extends AuditEventName = AuditEventName> {
  readonly action: N
  /** Principal id of who did it. */
  readonly actor: string
  /** Id of what it was done to. */
  readonly subject?: string
  /** The request it belongs to. */
  readonly request?: string
  readonly detail: AuditDetail<N>
  /** What it was and what it is now: never content or secrets. Null: it was not there, or is no more. */
  readonly change?: { readonly before: Change; readonly after: Change }
}

type Change = { readonly [name: string]: Json } | null

/** Writes the event in the action's own transaction: no audit, no action. A trigger makes it due for the log. */
export async function append<N extends AuditEventName>(tx: Tx, event: AuditEvent<N>): Promise<void> {
  const detail = AUDIT_EVENTS[event.action].parse(event.detail)
  const id = uuidV7()
  const { change } = event
  const origin = originNow()
  await tx.db
    .insertInto('audit_event')
    .values({
      tenant_id: tx.tenant,
      id,
      action: event.action,
      actor: event.actor,
      subject: event.subject ?? null,
      request: event.request ?? null,
      outcome: REFUSED_EVENTS.has(event.action) ? 'refused' : 'done',
      detail: JSON.stringify(detail),
      break_glass: origin?.breakGlass ?? null,
      ...sealPrivate(tx, id, {
        from: origin?.from,
        through: origin?.through,
        reason: origin?.reason,
        ...(change && { before: change.before, after: change.after }),
      }),
    })
    .execute()
}
