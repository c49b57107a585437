import type { auditEventView, auditQuery } from '@freehold/contract/audit.ts'
import type { z } from 'zod'
import { Fault } from '../kernel/fault.ts'
import { isUuid } from '../kernel/ids.ts'
import type { Tx } from '../store/store.ts'
import type { PrivatePart } from './private-part.ts'
import { openPrivate } from './private-part.ts'

/** An event as it is shown to those who may read the record. */
export type AuditEventView = z.output<typeof auditEventView>
type Query = Partial<z.output<typeof auditQuery>> & { readonly limit: number }

/** Newest first. `next` is the `after` of the following page; null at the end. */
export interface AuditPage {
  readonly data: AuditEventView[]
  readonly next: string | null
}

/** How far the clock that made the ids may be from that of the database. */
const CLOCKS_APART_MS = 600_000

/** Reads back from the newest event, or from the one named by `after`. @throws Fault `invalid` */
export async function listEvents(tx: Tx, query: Query): Promise<AuditPage> {
  const { after, limit, action, actor, subject, request, outcome, since, until, breakGlass } = query
  if (after !== undefined && !isUuid(after)) {
    throw new Fault('invalid', 'This is not the id of an event.', { param: 'after' })
  }
  let asked = tx.db
    .selectFrom('audit_event')
    .select([
      'id',
      'at',
      'action',
      'actor',
      'subject',
      'request',
      'outcome',
      'detail',
      'dek',
      'private_sealed',
      'break_glass',
    ])
    .select((select) =>
      select
        .selectFrom('audit_leaf')
        .select('leaf')
        .whereRef('audit_leaf.source', '=', (ref) => ref.cast<string>('audit_event.id', 'text'))
        .orderBy('leaf')
        .limit(1)
        .as('leaf'),
    )
  // The ids are UUIDs of version 7, so their order is that of time.
  if (after !== undefined) asked = asked.where('id', '<', after)
  if (action?.endsWith('.*')) asked = asked.where('action', 'like', `${action.slice(0, -1)}%`)
  else if (action !== undefined) asked = asked.where('action', '=', action)
  if (actor !== undefined) asked = asked.where('actor', '=', actor)
  if (subject !== undefined) asked = asked.where('subject', '=', subject)
  if (request !== undefined) asked = asked.where('request', '=', request)
  if (outcome !== undefined) asked = asked.where('outcome', '=', outcome)
  if (breakGlass === 'any') asked = asked.where('break_glass', 'is not', null)
  else if (breakGlass !== undefined) asked = asked.where('break_glass', '=', breakGlass)
  if (since !== undefined) {
    const from = new Date(since)
    asked = asked.where('at', '>=', from).where('id', '>=', idAt(from.getTime() - CLOCKS_APART_MS))
  }
  if (until !== undefined) {
    const to = new Date(until)
    asked = asked.where('at', '<', to).where('id', '<', idAt(to.getTime() + CLOCKS_APART_MS))
  }
  const rows = await asked
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  const data = rows.slice(0, limit).map((row) => presentEvent(tx, row))
  return { data, next: rows.length > limit ? (data.at(-1)?.id ?? null) : null }
}

interface EventRow extends Omit<AuditEventView, 'at' | 'leaf' | 'breakGlass' | keyof PrivatePart> {
  readonly at: Date
  readonly leaf: string | null
  readonly dek: Buffer | null
  readonly private_sealed: Buffer | null
  readonly break_glass: string | null
}

function presentEvent(tx: Tx, row: EventRow): AuditEventView {
  const { id, action, actor, subject, request, outcome, detail } = row
  const { from = null, through = null, reason = null, before = null, after = null } = openPrivate(tx, id, row)
  return {
    id,
    at: row.at.toISOString(),
    action,
    outcome,
    actor,
    subject,
    request,
    from,
    through,
    reason,
    before,
    after,
    detail,
    breakGlass: row.break_glass,
    leaf: row.leaf === null ? null : Number(row.leaf),
  }
}

/** The smallest id of this millisecond. */
function idAt(ms: number): string {
  const hex = Math.max(0, ms).toString(16).padStart(12, '0')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-0000-0000-000000000000`
}
