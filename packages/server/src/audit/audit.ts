import type { AuditDetail, AuditEventName } from '@freehold/contract/audit-events.ts'
import { AUDIT_EVENTS } from '@freehold/contract/audit-events.ts'
import type { auditEventView } from '@freehold/contract/platform.ts'
import type { z } from 'zod'
import { Fault } from '../kernel/fault.ts'
import { isUuid, uuidV7 } from '../kernel/ids.ts'
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

/** An event as it is shown to those who may read the record. */
export type AuditEventView = z.infer<typeof auditEventView>

/** Newest first. `next` is the `after` of the following page; null at the end. */
export interface AuditPage {
  readonly data: AuditEventView[]
  readonly next: string | null
}

/** Reads back from the newest event, or from the one named by `after`. */
export async function listEvents(
  tx: Tx,
  page: { readonly after?: string | undefined; readonly limit: number },
): Promise<AuditPage> {
  const { after, limit } = page
  if (after !== undefined && !isUuid(after)) {
    throw new Fault('invalid', 'This is not the id of an event.', { param: 'after' })
  }
  // The ids are UUIDs of version 7, so their order is that of time.
  const rows = await tx.db
    .selectFrom('audit_event')
    .select(['id', 'at', 'action', 'actor', 'subject', 'request', 'detail'])
    .$if(after !== undefined, (query) => query.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const data = rows.slice(0, limit).map(({ at, ...event }) => Object.assign(event, { at: at.toISOString() }))
  return { data, next: rows.length > limit ? (data.at(-1)?.id ?? null) : null }
}
