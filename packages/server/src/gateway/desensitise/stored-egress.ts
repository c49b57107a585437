import { ENTITY_TYPES } from '@freehold/contract/privacy.ts'
import type { egressView } from '@freehold/contract/privacy-preview.ts'
import { sql } from 'kysely'
import type { z } from 'zod'
import { append } from '../../audit/audit.ts'
import { free } from '../../audit/keeping/held.ts'
import type { Kept } from '../../audit/keeping/kept.ts'
import { readsContentOfAll } from '../../identity/authorise.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import type { Place, Store, Tx } from '../../store/store.ts'
import { Surrogates } from '../../privacy/restore/surrogates.ts'
import type { EgressBatch, Surrogate } from './egress-batch.ts'
import { callIn } from './egress-batch.ts'
import { Packer, unpacked } from './packed-calls.ts'

const SLICE = 20
type View = z.output<typeof egressView>

/** Writes batches one after the other, each packed and sealed as one. */
export function createEgressWriting(store: Pick<Store, 'withTenant'>): (batch: EgressBatch) => Promise<void> {
  const packer = new Packer()
  return async (batch) => {
    const packed = await packer.pack(batch.pieces)
    await store.withTenant(batch, (tx) => insert(tx, batch.calls, packed))
  }
}

async function insert(tx: Tx, calls: EgressBatch['calls'], packed: Buffer): Promise<void> {
  const id = uuidV7()
  const { dek, wrapped } = tx.keys.newDek(placeOf(id, 'dek'))
  const sealed = await dek.sealLarge(placeOf(id, 'calls_sealed'), packed)
  const at = new Date(Math.max(...calls.map(({ atMs }) => atMs)))
  await tx.db
    .insertInto('egress_batch')
    .values({ tenant_id: tx.tenant, id, at, dek: wrapped, calls_sealed: sealed })
    .execute()
  // Values for each row would be compiled into one statement of thousands, and lists escaped one by one.
  await sql`
    INSERT INTO egress (tenant_id, batch, request, principal, target, at, start, outbound_bytes, inbound_bytes)
    SELECT ${tx.tenant}::uuid, ${id}::uuid, said ->> 'request', said ->> 'principal', said ->> 'target',
      to_timestamp((said ->> 'atMs')::float8 / 1000), (said ->> 'start')::integer,
      (said ->> 'outbound_bytes')::integer, (said ->> 'inbound_bytes')::integer
    FROM json_array_elements(${JSON.stringify(calls)}::json) WITH ORDINALITY AS one (said, nth)
    ORDER BY nth`.execute(tx.db)
}

export const placeOf = (id: string, column: string): Place => ({ table: 'egress_batch', row: id, column })

/**
 * What left in a request, for its own caller. Whoever runs the house may read it too, and that stands on record first.
 * @throws Fault `not_found`, also for what the caller may not see
 */
export async function readEgress(
  store: Pick<Store, 'withTenant'>,
  caller: Caller,
  { id, request }: { readonly id: string; readonly request: string },
): Promise<View> {
  return store.withTenant(caller, async (tx) => {
    const rows = await tx.db
      .selectFrom('egress')
      .selectAll()
      .where('request', '=', id)
      .$if(!readsContentOfAll(caller), (query) => query.where('principal', '=', caller.principal.id))
      .orderBy('call')
      .execute()
    if (rows.length === 0) {
      throw new Fault('not_found', 'Nothing is kept of what left in this request, or it is not yours.', {
        param: 'id',
      })
    }
    if (rows.some(({ principal }) => principal !== caller.principal.id)) {
      await append(tx, {
        action: 'egress.read',
        actor: caller.principal.id,
        subject: id,
        request,
        detail: {},
      })
    }
    const attempts: View['attempts'] = []
    for (const { batch, target, at, ...place } of rows) {
      const { surrogates, ...call } = callIn(await opened(tx, batch), place)
      attempts.push({ target, at: at.toISOString(), ...call, spans: spansIn(call.outbound, surrogates) })
    }
    return { attempts }
  })
}

/** The calls of a batch, one after the other. */
export async function opened(tx: Tx, id: string): Promise<Buffer> {
  const { dek, calls_sealed } = await tx.db
    .selectFrom('egress_batch')
    .select(['dek', 'calls_sealed'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return unpacked(
    await tx.keys.openDek(placeOf(id, 'dek'), dek).openLarge(placeOf(id, 'calls_sealed'), calls_sealed),
  )
}

const REPLACED = new RegExp(`\\[(${ENTITY_TYPES.join('|')})(?:_[a-z2-7]{4}_\\d+)?\\]`, 'g')

function spansIn(outbound: string, surrogates: readonly Surrogate[]): View['attempts'][number]['spans'] {
  const placeholders = [...outbound.matchAll(REPLACED)].map(({ index, 0: found, 1: type = '' }) => ({
    start: index,
    end: index + found.length,
    type,
  }))
  if (surrogates.length === 0) return placeholders
  const live = new Surrogates()
  for (const [surrogate, placeholder] of surrogates) live.add({ placeholder, value: '', surrogate })
  const madeUp = live.allIn(outbound).map(({ start, end, type }) => ({ start, end, type }))
  return [...placeholders, ...madeUp].toSorted((one, other) => one.start - other.start)
}

/** Bodies of what left. They were sealed together: where a hold covers one of a batch, all of it stays. */
export const oldEgress: Kept = {
  kind: 'egress',
  slice: SLICE,
  async remove({ db }, { before, held }) {
    const oldest = db
      .selectFrom('egress_batch as batch')
      .select('batch.id')
      .where('batch.at', '<', before)
      .where((where) =>
        where.not(
          where.exists(
            where
              .selectFrom('egress')
              .select('egress.batch')
              .whereRef('egress.batch', '=', 'batch.id')
              .where(sql<boolean>`NOT ${free(held, { principals: ['egress.principal'], at: 'egress.at' })}`),
          ),
        ),
      )
      .limit(SLICE)
    const { numDeletedRows } = await db
      .deleteFrom('egress_batch')
      .where('id', 'in', oldest)
      .executeTakeFirstOrThrow()
    return Number(numDeletedRows)
  },
  async older({ db }, before) {
    const { rows } = await sql<{ count: number }>`
      SELECT count(*)::integer AS count FROM egress_batch WHERE at < ${before}`.execute(db)
    return rows[0]?.count ?? 0
  },
}
