import { ENTITY_TYPES, entityType } from '@freehold/contract/privacy.ts'
import type { egressView } from '@freehold/contract/privacy-preview.ts'
import { z } from 'zod'
import { append } from '../../audit/audit.ts'
import { runsTheHouse } from '../../identity/authorise.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Place, Store, Tx } from '../../store/store.ts'
import { Surrogates } from '../../privacy/restore/surrogates.ts'
import type { Left, Surrogate } from './egress.ts'

const DAY_MS = 86_400_000
const SLICE = 200
type View = z.output<typeof egressView>

/** Writes the calls, those of each tenant under one key. */
export async function writeEgress(store: Pick<Store, 'withTenant'>, calls: readonly Left[]): Promise<void> {
  for (const tenant of new Set(calls.map((call) => call.tenant))) {
    const own = calls.filter((call) => call.tenant === tenant)
    await store.withTenant({ tenant }, (tx) => insert(tx, own))
  }
}

async function insert(tx: Tx, calls: readonly Left[]): Promise<void> {
  const counts = new Map<string, number>()
  const rows = calls.map((call) => {
    const before = counts.get(call.request) ?? 0
    counts.set(call.request, before + 1)
    return { call, before }
  })
  const known = await tx.db
    .selectFrom('egress')
    .select(({ fn }) => ['request', fn.countAll<string>().as('attempts')])
    .where('request', 'in', [...counts.keys()])
    .groupBy('request')
    .execute()
  const earlier = new Map(known.map(({ request, attempts }) => [request, Number(attempts)]))
  await tx.db
    .insertInto('egress')
    .values(
      rows.map(({ call, before }) => {
        const attempt = (earlier.get(call.request) ?? 0) + before + 1
        return sealed(tx, call, attempt)
      }),
    )
    .execute()
}

function sealed(tx: Tx, call: Left, attempt: number) {
  const at = (column: string): Place => ({ table: 'egress', row: `${call.request} ${attempt}`, column })
  const { dek, wrapped } = tx.keys.newDek(at('dek'))
  return {
    tenant_id: tx.tenant,
    request: call.request,
    attempt,
    principal: call.principal,
    target: call.target,
    at: new Date(call.atMs),
    dek: wrapped,
    outbound_sealed: dek.seal(
      at('outbound_sealed'),
      Buffer.concat([Buffer.from(`${headOf(call)}\n`), call.outbound]),
    ),
    inbound_sealed: call.inbound && dek.seal(at('inbound_sealed'), call.inbound),
  }
}

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
      .$if(!runsTheHouse(caller), (query) => query.where('principal', '=', caller.principal.id))
      .orderBy('attempt')
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
    return {
      attempts: rows.map((row) => {
        const at = (column: string): Place => ({
          table: 'egress',
          row: `${row.request} ${row.attempt}`,
          column,
        })
        const dek = tx.keys.openDek(at('dek'), row.dek)
        const left = dek.open(at('outbound_sealed'), row.outbound_sealed).toString()
        const [path, surrogates] = headIn(left.slice(0, left.indexOf('\n')))
        const outbound = left.slice(left.indexOf('\n') + 1)
        return {
          target: row.target,
          at: row.at.toISOString(),
          path,
          outbound,
          inbound: row.inbound_sealed && dek.open(at('inbound_sealed'), row.inbound_sealed).toString(),
          spans: spansIn(outbound, surrogates),
        }
      }),
    }
  })
}

const REPLACED = new RegExp(`\\[(${ENTITY_TYPES.join('|')})(?:_[a-z2-7]{4}_\\d+)?\\]`, 'g')

const surrogatesOf = z.array(z.tuple([entityType, z.string()]))

/** The path, which holds no space, and behind one what was made up. */
const headOf = ({ path, surrogates }: Left): string =>
  surrogates.length === 0 ? path : `${path} ${JSON.stringify(surrogates)}`

function headIn(head: string): readonly [path: string, surrogates: readonly Surrogate[]] {
  const space = head.indexOf(' ')
  if (space < 0) return [head, []]
  return [head.slice(0, space), surrogatesOf.parse(JSON.parse(head.slice(space + 1)))]
}

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

/** Deletes what left more than so many days ago. Returns how many calls. */
export async function deleteEgressOlderThan(
  store: Pick<Store, 'tenants' | 'withTenant'>,
  days: number,
  nowMs: number,
): Promise<number> {
  const before = new Date(nowMs - days * DAY_MS)
  let deleted = 0
  for (const tenant of await store.tenants()) {
    for (let slice = SLICE; slice === SLICE; deleted += slice) {
      slice = await store.withTenant({ tenant }, async ({ db }) => {
        const oldest = db
          .selectFrom('egress')
          .select('request')
          .distinct()
          .where('at', '<', before)
          .limit(SLICE)
        const { numDeletedRows } = await db
          .deleteFrom('egress')
          .where('request', 'in', oldest)
          .where('at', '<', before)
          .executeTakeFirst()
        return Number(numDeletedRows)
      })
    }
  }
  return deleted
}
