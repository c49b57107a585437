import { sql } from 'kysely'
import type { Subject, SubjectPart } from '../../store/subject.ts'
import { countOf, subjectPage } from '../../store/subject.ts'
import type { Tx } from '../../store/store.ts'
import { callIn } from './egress-batch.ts'
import { Packer } from './packed-calls.ts'
import { opened, placeOf } from './stored-egress.ts'

/** Bodies are large: fewer at a time than of other things. */
const CALLS = 20
const BATCHES = 5

const own = ({ principals }: Subject) => sql<boolean>`principal = ANY (${[...principals]}::text[])`

/** What left for managed targets in requests of a person, and what came back. */
export const ownEgress: SubjectPart = {
  kind: 'egress',
  covers: ['egress.principal', 'egress_batch.calls_sealed'],
  count: (tx, subject) => countOf(tx, sql`egress WHERE ${own(subject)}`),
  async read(tx, subject, after) {
    const rows = await tx.db
      .selectFrom('egress')
      .selectAll()
      .where(own(subject))
      .$if(after !== null, (query) => query.where('call', '>', after ?? ''))
      .orderBy('call')
      .limit(CALLS)
      .execute()
    const batches = new Map<string, Buffer>()
    for (const { batch } of rows) if (!batches.has(batch)) batches.set(batch, await opened(tx, batch))
    const page = subjectPage(
      rows,
      ({ call }) => call,
      ({ request, target, at, batch, ...place }) => {
        const { path, outbound, inbound } = callIn(batches.get(batch) ?? Buffer.alloc(0), place)
        return { request, target, at: at.toISOString(), path, outbound, inbound }
      },
    )
    return { ...page, next: rows.length === CALLS ? (rows.at(-1)?.call ?? null) : null }
  },
  async erase(tx, subject) {
    const { rows: batches } = await sql<{ batch: string }>`
      SELECT DISTINCT batch FROM egress WHERE ${own(subject)} LIMIT ${BATCHES}`.execute(tx.db)
    let calls = 0
    for (const { batch } of batches) calls += await takeOut(tx, batch, subject)
    return calls
  },
}

/** Calls of many are sealed as one: what is left is sealed anew, without those of the person. */
async function takeOut(tx: Tx, id: string, subject: Subject): Promise<number> {
  // One at a time changes a batch.
  await tx.db.selectFrom('egress_batch').select('id').where('id', '=', id).forUpdate().executeTakeFirst()
  const gone = await tx.db
    .deleteFrom('egress')
    .where('batch', '=', id)
    .where(own(subject))
    .returning('call')
    .execute()
  const left = await tx.db
    .selectFrom('egress')
    .select(['request', 'call', 'start', 'outbound_bytes', 'inbound_bytes'])
    .where('batch', '=', id)
    .orderBy('start')
    .execute()
  if (left.length === 0) {
    await tx.db.deleteFrom('egress_batch').where('id', '=', id).execute()
    return gone.length
  }
  const bytes = await opened(tx, id)
  const parts = left.map(({ start, outbound_bytes, inbound_bytes }) =>
    bytes.subarray(start, start + outbound_bytes + (inbound_bytes ?? 0)),
  )
  const { dek, wrapped } = tx.keys.newDek(placeOf(id, 'dek'))
  const sealed = await dek.sealLarge(placeOf(id, 'calls_sealed'), await new Packer().pack(parts))
  await tx.db
    .updateTable('egress_batch')
    .set({ dek: wrapped, calls_sealed: sealed })
    .where('id', '=', id)
    .execute()
  let start = 0
  for (const [at, { request, call }] of left.entries()) {
    await tx.db
      .updateTable('egress')
      .set({ start })
      .where('request', '=', request)
      .where('call', '=', call)
      .execute()
    start += parts[at]?.length ?? 0
  }
  return gone.length
}
