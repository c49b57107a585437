import { dataClass } from '@freehold/contract/data-class.ts'
import type {
  homeQuery,
  homeView,
  requestPage,
  RequestView,
  usageQuery,
  usageView,
} from '@freehold/contract/requests.ts'
import { sql } from 'kysely'
import type { z } from 'zod'
import { seesRequestsOfAll } from '../../identity/authorise.ts'
import type { Caller } from '../../identity/caller.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { KnownAnswer } from '../continue.ts'
import { homeShareOf } from './home-share.ts'
import { presentRequest } from './requests-view.ts'
import type { Shipper } from './shipping.ts'
import { usageOf } from './usage.ts'

/** How long a reader waits for what was written a moment ago. */
const FLUSH_WITHIN_MS = 2000
const LARGEST_PAGE = 200

type Page = z.output<typeof requestPage>

/** The records of requests. A caller sees its own; whoever runs the house sees all of the tenant. */
export interface Requests {
  /** Newest first. @throws Fault `invalid` for a cursor that is none of ours */
  list(
    caller: Caller,
    page: Page,
  ): Promise<{ readonly data: readonly RequestView[]; readonly next: string | null }>
  /** As many of the newest as there are, page by page. */
  newest(caller: Caller, most: number): AsyncIterable<RequestView>
  /** @throws Fault `not_found`, also for a record that the caller may not see */
  read(caller: Caller, id: string): Promise<RequestView>
  /** @throws Fault `invalid` for a period that ends before it begins */
  usage(caller: Caller, query: z.output<typeof usageQuery>): Promise<z.output<typeof usageView>>
  /** Where questions to models were answered. @throws Fault `invalid`, `not_allowed` */
  home(caller: Caller, query: z.output<typeof homeQuery>): Promise<z.output<typeof homeView>>
  /** The newest answer that this caller itself was given under the id with this SHA-256. */
  findAnswer(caller: Caller, answerHash: string): Promise<KnownAnswer | null>
}

/** Reads from the database, after what is on its way there has arrived. */
export function requestsOf(
  store: Pick<Store, 'withTenant'>,
  shipper: Pick<Shipper, 'flush'>,
  clock: Clock,
): Requests {
  const requests: Requests = {
    async list(caller, { after, limit, ...filter }) {
      const from = after === undefined ? null : readCursor(after)
      await shipper.flush(FLUSH_WITHIN_MS)
      const rows = await store.withTenant(caller, (tx) =>
        narrowed(visible(tx, caller), filter)
          .$if(from !== null, (query) => query.where(sql<boolean>`(at, id) < (${from?.at}, ${from?.id})`))
          .orderBy('at', 'desc')
          .orderBy('id', 'desc')
          .limit(limit + 1)
          .execute(),
      )
      const shown = rows.slice(0, limit)
      const last = rows.length > limit ? shown.at(-1) : undefined
      return { data: shown.map(presentRequest), next: last === undefined ? null : cursorOf(last) }
    },
    async *newest(caller, most) {
      let after: string | undefined
      for (let left = most; left > 0; left -= LARGEST_PAGE) {
        const limit = Math.min(left, LARGEST_PAGE)
        const { data, next } = await requests.list(caller, { limit, ...(after !== undefined && { after }) })
        yield* data
        if (next === null) return
        after = next
      }
    },
    async read(caller, id) {
      const isComplete = await shipper.flush(FLUSH_WITHIN_MS)
      const row = await store.withTenant(caller, (tx) =>
        visible(tx, caller).where('id', '=', id).executeTakeFirst(),
      )
      if (row !== undefined) return presentRequest(row)
      if (!isComplete) throw notYet()
      throw new Fault('not_found', 'There is no such request, or it is not yours.', { param: 'id' })
    },
    async usage(caller, query) {
      await shipper.flush(FLUSH_WITHIN_MS)
      return store.withTenant(caller, (tx) => usageOf(tx, caller, { ...query, nowMs: clock.now() }))
    },
    async home(caller, query) {
      await shipper.flush(FLUSH_WITHIN_MS)
      return store.withTenant(caller, (tx) => homeShareOf(tx, caller, { ...query, nowMs: clock.now() }))
    },
    async findAnswer(caller, answerHash) {
      const look = () => store.withTenant(caller, (tx) => answerOf(tx, caller, answerHash))
      const found = await look()
      if (found !== null) return found
      if (!(await shipper.flush(FLUSH_WITHIN_MS))) throw notYet()
      return look()
    },
  }
  return requests
}

/** A record is shown once its admission has arrived: before that nobody knows whose it is. */
function visible(tx: Tx, caller: Caller) {
  return tx.db
    .selectFrom('request_record')
    .selectAll()
    .where('admitted_offset', 'is not', null)
    .$if(!seesRequestsOfAll(caller), (query) => query.where('principal', '=', caller.principal.id))
}

/** Only those that are asked for. */
function narrowed(query: ReturnType<typeof visible>, filter: Omit<Page, 'after' | 'limit'>) {
  const { since, until } = filter
  const equal = (['state', 'class', 'zone', 'target', 'code', 'principal'] as const).flatMap((column) => {
    const wanted = filter[column]
    return wanted === undefined ? [] : [[column, wanted] as const]
  })
  return equal
    .reduce((narrower, [column, wanted]) => narrower.where(column, '=', wanted), query)
    .$if(since !== undefined, (narrower) => narrower.where('at', '>=', new Date(since ?? 0)))
    .$if(until !== undefined, (narrower) => narrower.where('at', '<', new Date(until ?? 0)))
}

async function answerOf(tx: Tx, { principal }: Caller, answerHash: string): Promise<KnownAnswer | null> {
  const row = await tx.db
    .selectFrom('request_record')
    .select(['target', 'class'])
    .where('principal', '=', principal.id)
    .where('answer_hash', '=', answerHash)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined || row.target === null
    ? null
    : { target: row.target, class: dataClass.parse(row.class) }
}

const CURSOR = /^([\da-z]{1,9})-([\da-f]{24})$/

function cursorOf({ at, id }: { readonly at: Date; readonly id: string }): string {
  return `${at.getTime().toString(36)}-${id.slice('req_'.length)}`
}

function readCursor(after: string): { readonly at: Date; readonly id: string } {
  const [, ms, hex] = CURSOR.exec(after) ?? []
  const at = new Date(Number.parseInt(ms ?? '', 36))
  if (hex === undefined || Number.isNaN(at.getTime())) {
    throw new Fault('invalid', '`after` is not the `next` of an earlier page.', { param: 'after' })
  }
  return { at, id: `req_${hex}` }
}

/** While lines wait for the database, nobody can say that a record is missing. */
function notYet(): Fault {
  return new Fault(
    'unavailable',
    'The newest records are still on their way to the database. Try again shortly.',
  )
}
