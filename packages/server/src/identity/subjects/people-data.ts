import type { erasureInput, erasureView } from '@freehold/contract/keeping.ts'
import { sql } from 'kysely'
import type { z } from 'zod'
import { append } from '../../audit/audit.ts'
import { originNow, withOrigin } from '../../audit/origin.ts'
import { principalsOf } from '../../audit/keeping/principals.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { eachTenant } from '../../store/each-tenant.ts'
import type { Store, TenantId, Tx } from '../../store/store.ts'
import type { Subject, SubjectPage, SubjectRoom } from '../../store/subject.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import { readsContentOfAll } from '../authorise.ts'
import type { Caller } from '../caller.ts'
import { requireLookedAfter } from '../looking-after.ts'
import type { By } from '../people.ts'
import { readUser } from '../users.ts'
import type { Erasing } from './erasing.ts'
import { eraseAll, erasureOf, requireErasable } from './erasing.ts'

type ErasureView = z.output<typeof erasureView>

interface PeopleDataParts {
  readonly store: Store
  readonly clock: Clock
  /** Every room that holds something of people: one line for each. */
  readonly rooms: readonly SubjectRoom[]
  /** The account behind a caller; null for the operator. */
  readonly personOf: (caller: Caller) => string | null
  /** Makes what was committed count in this process. */
  readonly refresh: () => Promise<void>
  /** Brings what rooms have not written yet to the database. */
  readonly flush: () => Promise<void>
}

/** After so long nothing of an erased person can be on its way any more. */
const SETTLED_AFTER = sql<Date>`now() - interval '1 hour'`

/** What is held of people: handed out, and erased. */
export class PeopleData {
  readonly #parts: PeopleDataParts
  #working: Promise<unknown> = Promise.resolve()

  constructor(parts: PeopleDataParts) {
    this.#parts = parts
  }

  /**
   * Lines of JSON: a heading, then one for each thing that is held. That it was asked for stands on record before the
   * first line. @throws Fault `not_found`, `not_allowed`
   */
  async export(by: By, id: string): Promise<AsyncGenerator<string>> {
    const { caller } = by
    const { store, flush, clock } = this.#parts
    await flush()
    const subject = await store.withTenant({ tenant: caller.tenant }, async (tx) => {
      const user = await readUser(tx, id)
      const own = this.#isOwn(caller, id)
      if (!own && !(user.role === 'owner' && caller.principal.kind === 'operator'))
        this.#requireMay(caller, user)
      await append(tx, {
        action: 'person.exported',
        actor: caller.principal.id,
        subject: id,
        request: by.request,
        detail: { own },
      })
      return { account: id, principals: await principalsOf(tx, [id]) }
    })
    const heading = { format: 'freehold-person-1', person: id, at: new Date(clock.now()).toISOString() }
    return this.#lines(caller.tenant, subject, heading)
  }

  /** @throws Fault `invalid` for whoever has no session */
  async exportOwn(by: By): Promise<AsyncGenerator<string>> {
    const { caller } = by
    if (caller.sessionId === undefined)
      throw new Fault('invalid', 'This is for whoever is signed in: this call did not come with a session.')
    return this.export(by, caller.principal.id)
  }

  /**
   * Erases in the background once it has begun, whatever becomes of the call or the process. Asked again, it says how
   * far it is. @throws Fault `not_found`, `not_allowed`, `on_hold`
   */
  async erase(by: By, id: string, input: z.output<typeof erasureInput>): Promise<ErasureView> {
    const { caller } = by
    const { store, rooms, refresh, flush } = this.#parts
    const known = await store.withTenant({ tenant: caller.tenant }, (tx) => erasureOf(tx, id))
    if (known) {
      if (!readsContentOfAll(caller)) throw notTheirs()
      return known.state === 'done' || input.dryRun ? viewOf(known) : this.#go(caller.tenant, known)
    }
    await flush()
    const begun = await store.withTenant({ tenant: caller.tenant }, async (tx) => {
      const user = await readUser(tx, id)
      this.#requireMay(caller, user)
      const subject = { account: id, principals: await principalsOf(tx, [id]) }
      await requireErasable(tx, subject)
      if (input.dryRun) return { counts: await countAll(tx, rooms, subject) }
      return { erasing: await begin(tx, subject, { by, reason: input.reason }) }
    })
    if (begun.counts) return { id: null, state: 'counted', counts: begun.counts }
    // From here on nobody comes in with the account or one of its keys.
    await refresh()
    return this.#go(caller.tenant, begun.erasing)
  }

  /** Goes on with what a process that ended left half done, and looks once more after what was on its way. */
  resume(): Promise<void> {
    const next = this.#working.then(() => this.#resume())
    this.#working = next.catch(() => undefined)
    return next
  }

  async close(): Promise<void> {
    await this.#working
  }

  async #resume(): Promise<void> {
    const { store, rooms } = this.#parts
    await eachTenant(store, async (tenant) => {
      const open = await store.withTenant({ tenant }, ({ db }) =>
        db
          .selectFrom('erasure')
          .selectAll()
          .where((where) =>
            where.or([
              where('state', '=', 'erasing'),
              where.and([
                where('principals', '!=', sql<string[]>`'{}'`),
                where('done_at', '<', SETTLED_AFTER),
              ]),
            ]),
          )
          .execute(),
      )
      for (const { id } of open) {
        try {
          await eraseAll(store, rooms, { tenant, id })
        } catch (error) {
          // A hold was added meanwhile: what is left waits for it to be lifted.
          if (!(error instanceof Fault) || error.code !== 'on_hold') throw error
        }
      }
    })
  }

  async #go(tenant: TenantId, erasing: Erasing): Promise<ErasureView> {
    const { store, rooms, flush } = this.#parts
    const work = this.#working.then(async () => {
      await flush()
      return eraseAll(store, rooms, { tenant, id: erasing.id })
    })
    this.#working = work.catch(() => undefined)
    return viewOf(await work)
  }

  #isOwn(caller: Caller, id: string): boolean {
    return caller.sessionId !== undefined && caller.principal.id === id
  }

  /** Whoever may open what others sent: an administrator cannot empty the record of what somebody did. */
  #requireMay(caller: Caller, user: Parameters<typeof requireLookedAfter>[2]): void {
    if (!readsContentOfAll(caller)) throw notTheirs()
    requireLookedAfter(caller, this.#parts.personOf(caller), user)
  }

  async *#lines(tenant: TenantId, subject: Subject, heading: object): AsyncGenerator<string> {
    yield `${JSON.stringify(heading)}\n`
    for (const { room, parts } of this.#parts.rooms) {
      for (const part of parts) {
        let after: string | null = null
        do {
          const from: string | null = after
          const page: SubjectPage = await this.#parts.store.withTenant({ tenant }, (tx) =>
            part.read(tx, subject, from),
          )
          for (const item of page.items) yield `${JSON.stringify({ room, kind: part.kind, ...item })}\n`
          after = page.next
        } while (after !== null)
      }
    }
    yield `${JSON.stringify({ end: true })}\n`
  }
}

const notTheirs = (): Fault =>
  new Fault(
    'not_allowed',
    'This takes the right to open what others sent, which the owner and security officers have.',
    { param: 'id' },
  )

const viewOf = ({ id, state, counts }: Erasing): ErasureView => ({ id, state, counts: { ...counts } })

async function countAll(
  tx: Tx,
  rooms: readonly SubjectRoom[],
  subject: Subject,
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { room, parts } of rooms)
    for (const part of parts) counts[`${room}.${part.kind}`] = await part.count(tx, subject)
  return counts
}

/** Shuts the account and says on record that it began: from here on it is done to the end. */
async function begin(
  tx: Tx,
  { account, principals }: Subject,
  { by, reason }: { readonly by: By; readonly reason: string },
): Promise<Erasing> {
  const actor = by.caller.principal.id
  const { db } = tx
  await db
    .updateTable('account')
    .set({ disabled_at: sql`now()` })
    .where('id', '=', account)
    .execute()
  const row = await db
    .insertInto('erasure')
    .values({
      tenant_id: tx.tenant,
      id: uuidV7(),
      account_id: account,
      principals: [...principals],
      creator: actor,
      state: 'erasing',
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  const origin = originNow() ?? { from: null, through: 'control' as const, reason: null }
  await withOrigin({ ...origin, reason }, () =>
    append(tx, {
      action: 'person.erasure_started',
      actor,
      subject: row.id,
      request: by.request,
      detail: {},
    }),
  )
  return row
}
