import { sql } from 'kysely'
import type { RawBuilder } from 'kysely'
import type { Subject, SubjectPart, SubjectRoom } from '../../store/subject.ts'
import { ERASED, SUBJECT_SLICE, subjectPage } from '../../store/subject.ts'
import type { Tx } from '../../store/store.ts'
import { recordErased, TELL_OF_ERASURE } from '../erasing.ts'
import { refuseStaged } from '../log/staging.ts'
import { openPrivate, sealPrivate } from '../private-part.ts'
import { ownHolds } from './own-holds.ts'

/** Uses of break-glass and erasures themselves say who did them for as long as events are kept. */
const STAYS = sql<boolean>`(break_glass IS NOT NULL OR action LIKE 'break_glass.%'
  OR action = ANY (${[...TELL_OF_ERASURE]}::text[]))`

/** At whatever depth; lists of readers name people as `user:<id>`. */
const inDetail = (principals: readonly string[]): RawBuilder<boolean> => sql<boolean>`EXISTS (
  SELECT FROM jsonb_path_query(detail, '$.**') AS said (value)
  WHERE said.value #>> '{}' = ANY (${[...principals, ...principals.map((id) => `user:${id}`)]}::text[]))`

const about = ({ principals }: Subject): RawBuilder<boolean> => sql<boolean>`(
  actor = ANY (${[...principals]}::text[]) OR subject = ANY (${[...principals]}::text[]) OR ${inDetail(principals)})`

/** What the record says of a person. */
const events: SubjectPart = {
  kind: 'event',
  covers: [
    'audit_event.actor',
    'audit_event.subject',
    'audit_event.detail',
    'audit_event.private_sealed',
    'audit_leaf.salts',
  ],
  async count({ db }, subject) {
    const { rows } = await sql<{ count: number }>`
      SELECT count(*)::integer AS count FROM audit_event WHERE ${about(subject)} AND NOT ${STAYS}`.execute(db)
    return rows[0]?.count ?? 0
  },
  async read(tx, subject, after) {
    const rows = await tx.db
      .selectFrom('audit_event')
      .selectAll()
      .where(about(subject))
      .$if(after !== null, (query) => query.where('id', '>', after ?? ''))
      .orderBy('id')
      .limit(SUBJECT_SLICE)
      .execute()
    return subjectPage(
      rows,
      ({ id }) => id,
      (row) => {
        // From where and why somebody else acted is not the person's to know.
        const isOwn = subject.principals.includes(row.actor)
        const { from = null, reason = null } = isOwn ? openPrivate(tx, row.id, row) : {}
        return {
          id: row.id,
          at: row.at.toISOString(),
          action: row.action,
          outcome: row.outcome,
          did: isOwn,
          request: row.request,
          from,
          reason,
        }
      },
    )
  },
  erase: eraseSome,
}

interface Erasing {
  readonly id: string
  readonly actor: string
  readonly subject: string | null
  readonly dek: Buffer | null
  readonly private_sealed: Buffer | null
  readonly named: boolean
}

async function eraseSome(tx: Tx, subject: Subject): Promise<number> {
  const { rows } = await sql<Erasing>`
    SELECT id, actor, subject, dek, private_sealed, ${inDetail(subject.principals)} AS named
    FROM audit_event WHERE ${about(subject)} AND NOT ${STAYS} ORDER BY id LIMIT ${SUBJECT_SLICE}`.execute(
    tx.db,
  )
  if (rows.length === 0) return 0
  const ids = rows.map(({ id }) => id)
  // Where an entry is being made of one of them, this waits for it; those that have none yet get one of what is left.
  const due = await tx.db
    .deleteFrom('audit_pending')
    .where('kind', '=', 'event')
    .where('source', 'in', ids)
    .returning('source')
    .execute()
  await refuseStaged(tx, ids)
  const leaves: { readonly leaf: string }[] = []
  for (const row of rows) leaves.push(...(await eraseOne(tx, row, subject.principals)))
  if (due.length > 0)
    await tx.db
      .insertInto('audit_pending')
      .values(due.map(({ source }) => ({ tenant_id: tx.tenant, kind: 'event' as const, source })))
      .execute()
  await recordErased(tx, leaves, 'person')
  return rows.length
}

/** What happened, and when, stays; who it was, from where, and what was said of it goes. */
async function eraseOne(
  tx: Tx,
  event: Erasing,
  principals: readonly string[],
): Promise<readonly { readonly leaf: string }[]> {
  const isActor = principals.includes(event.actor)
  const isSubject = event.subject !== null && principals.includes(event.subject)
  const { from, through } = openPrivate(tx, event.id, event)
  // Of whoever acted on the person, the address stays; what was written may name the person.
  const rest = sealPrivate(tx, event.id, isActor ? { through } : { from, through })
  await tx.db
    .updateTable('audit_event')
    .set({
      dek: rest.dek,
      private_sealed: rest.private_sealed,
      ...(isActor && { actor: ERASED }),
      ...(isSubject && { subject: null }),
      ...(event.named && { detail: '{}' }),
    })
    .where('id', '=', event.id)
    .execute()
  const gone = [
    'reason',
    'before',
    'after',
    ...(isActor ? ['actor', 'from'] : []),
    ...(isSubject ? ['subject'] : []),
    ...(event.named ? ['detail'] : []),
  ]
  const { rows } = await sql<{ leaf: string }>`
    UPDATE audit_leaf SET salts = salts - ${gone}::text[] WHERE source = ${event.id} RETURNING leaf`.execute(
    tx.db,
  )
  return rows
}

/** What the record holds of people. */
export const auditSubjects: SubjectRoom = { room: 'audit', parts: [events, ownHolds] }
