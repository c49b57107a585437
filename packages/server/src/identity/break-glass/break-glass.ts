import { randomBytes } from 'node:crypto'
import type { armedView, armInput, breakGlassView, useInput } from '@freehold/contract/break-glass.ts'
import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import * as audit from '../../audit/audit.ts'
import { originNow, withOrigin } from '../../audit/origin.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import type { KeepingTables } from '../../store/keeping-tables.ts'
import type { Store, Tx } from '../../store/store.ts'
import { insertAccount } from '../accounts.ts'
import type { Caller } from '../caller.ts'
import { networkOf } from '../client-network.ts'
import type { Passwords } from '../password.ts'
import type { By } from '../people.ts'
import { RateLimit } from '../rate-limit.ts'
import { BREAK_GLASS } from '../roles.ts'
import type { Account } from '../roster.ts'
import { sealer, unseal } from '../sealed-columns.ts'
import { deleteSessionsOf, insertSession } from '../sessions.ts'
import type { OpenedSession } from '../sessions.ts'
import { readStandings } from '../standings.ts'
import { Refusals } from './refusals.ts'

const CODE_BYTES = 32
/** Nobody guesses 256 bits: this bounds the work of checking, and whoever tries must not keep the emergency out. */
const TRIES = { burst: 20, everyMs: 5000 }
const TRIES_OVERALL = { burst: 200, everyMs: 100 }
const MAX_NETWORKS = 4096
const MINUTE_MS = 60_000
const MOST_SHOWN = 100

type Row = Selectable<KeepingTables['break_glass']>

interface BreakGlassParts {
  readonly store: Store
  readonly clock: Clock
  readonly passwords: Passwords
  /** Makes what was committed count in this process. */
  readonly refresh: () => Promise<void>
}

/** A use that was opened. */
interface Used extends OpenedSession {
  readonly account: Account
  readonly minutes: number
}

/**
 * The emergency account: sealed until somebody brings its one-time code and says why, then open for a short while with
 * every right but those that could take its own traces away.
 */
export class BreakGlass {
  readonly #parts: BreakGlassParts
  readonly #perNetwork: RateLimit
  readonly #overall: RateLimit
  readonly #refusals: Refusals

  constructor(parts: BreakGlassParts) {
    const { store, clock } = parts
    this.#parts = parts
    this.#perNetwork = new RateLimit(clock, TRIES, MAX_NETWORKS)
    this.#overall = new RateLimit(clock, TRIES_OVERALL, 1)
    this.#refusals = new Refusals(store, clock)
  }

  status({ caller }: Pick<By, 'caller'>): Promise<z.output<typeof breakGlassView>> {
    return this.#parts.store.withTenant({ tenant: caller.tenant }, async (tx) => {
      const rows = await tx.db
        .selectFrom('break_glass')
        .selectAll()
        .where((where) => where.or([where('code_sealed', 'is not', null), where('used_at', 'is not', null)]))
        .orderBy('id', 'desc')
        .limit(MOST_SHOWN)
        .execute()
      const open = await openSessions(tx, this.#parts.clock.now())
      const armed = rows.find(({ code_sealed: code }) => code !== null)
      return {
        armed: armed
          ? {
              id: armed.id,
              armedAt: armed.armed_at.toISOString(),
              creator: armed.creator,
              minutes: armed.session_minutes,
            }
          : null,
        uses: rows.flatMap((row) => presentUse(tx, row, open) ?? []),
      }
    })
  }

  /** The answer holds the code, once; an earlier one is void. @throws Fault `not_allowed` for who is not the owner */
  async arm(by: By, { minutes }: z.output<typeof armInput>): Promise<z.output<typeof armedView>> {
    requireOwner(by.caller)
    const { store, clock, passwords } = this.#parts
    const code = `fhbg_${randomBytes(CODE_BYTES).toString('base64url')}`
    const phc = await passwords.hash(code)
    const actor = by.caller.principal.id
    return store.withTenant({ tenant: by.caller.tenant }, async (tx) => {
      await voidCodes(tx)
      const id = uuidV7(clock.now())
      const { dek, seal } = sealer(tx, { table: 'break_glass', row: id })
      await tx.db
        .insertInto('break_glass')
        .values({
          tenant_id: tx.tenant,
          id,
          account_id: await sealedAccount(tx, clock.now()),
          creator: actor,
          dek,
          code_sealed: seal('code_sealed', phc),
          session_minutes: minutes,
        })
        .execute()
      await audit.append(tx, {
        action: 'break_glass.armed',
        actor,
        subject: id,
        request: by.request,
        detail: { minutes },
      })
      return { id, code, minutes }
    })
  }

  /** Voids the code and ends a session that is open. @throws Fault `not_allowed` */
  async disarm(by: By): Promise<void> {
    requireOwner(by.caller)
    const { store, refresh } = this.#parts
    const actor = by.caller.principal.id
    await store.withTenant({ tenant: by.caller.tenant }, async (tx) => {
      const last = await voidCodes(tx)
      const account = await emergencyAccount(tx)
      if (account !== undefined) {
        await deleteSessionsOf(tx, account.id, { actor, reason: 'ended', request: by.request })
        await shut(tx, account.id)
      }
      // Where none was armed, of the house.
      const subject = last ?? tx.tenant
      await audit.append(tx, {
        action: 'break_glass.disarmed',
        actor,
        subject,
        request: by.request,
        detail: {},
      })
    })
    await refresh()
  }

  /** @throws Fault `wrong_login`, the same where none is armed; `too_many` after wrong ones */
  async use(
    input: z.output<typeof useInput>,
    visit: {
      readonly address?: string | undefined
      readonly requestId?: string | undefined
      readonly agent?: string | undefined
    },
  ): Promise<Used> {
    const { store, clock, passwords } = this.#parts
    const network = networkOf(visit.address)
    this.#perNetwork.take(network, 'Too many wrong codes. Try again later.')
    this.#overall.take('all', 'Too many wrong codes. Try again in a moment.')
    const tenant = store.home
    const armed = await store.withTenant({ tenant }, armedCode)
    if (!(await passwords.verify(armed?.phc ?? null, input.code)) || armed === null) {
      await this.#refusals.record(armed === null ? 'not_armed' : 'wrong_code', visit.requestId)
      throw wrongCode()
    }
    const used = await store.withTenant({ tenant }, (tx) =>
      open(tx, armed.id, { ...visit, reason: input.reason, nowMs: clock.now() }),
    )
    this.#perNetwork.giveBack(network)
    this.#overall.giveBack('all')
    await this.#parts.refresh()
    return used
  }

  /** Shuts the account again whose session is over. */
  async tidy(): Promise<void> {
    const { store, clock } = this.#parts
    await store.withTenant({ tenant: store.home }, async (tx) => {
      const account = await emergencyAccount(tx)
      if (account === undefined || account.disabled_at !== null) return
      if ((await openSessions(tx, clock.now())).size === 0) await shut(tx, account.id)
    })
  }
}

const wrongCode = (): Fault =>
  new Fault('wrong_login', 'The code is wrong, or it was used before.', { param: 'code' })

function requireOwner({ roles, scopes }: Caller): void {
  if (scopes === null && roles.includes('owner')) return
  throw new Fault('not_allowed', 'Only the owner, or the operator of the machine, may do this.')
}

function presentUse(
  tx: Tx,
  row: Row,
  open: ReadonlySet<string>,
): z.output<typeof breakGlassView>['uses'][number] | null {
  const { id, used_at: usedAt, ends_at: endsAt, reason_sealed: sealed, session_id: session } = row
  if (usedAt === null || endsAt === null || sealed === null || session === null) return null
  return {
    id,
    reason: unseal(tx, row, { table: 'break_glass', column: 'reason_sealed' }, sealed),
    usedAt: usedAt.toISOString(),
    endsAt: endsAt.toISOString(),
    isOpen: open.has(session),
  }
}

async function openSessions({ db }: Tx, nowMs: number): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('session')
    .select('id')
    .where('method', '=', 'break_glass')
    .where('expires_at', '>', new Date(nowMs))
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** Which one it was that counts no more. */
async function voidCodes({ db }: Tx): Promise<string | null> {
  const row = await db
    .updateTable('break_glass')
    .set({ code_sealed: null })
    .where('code_sealed', 'is not', null)
    .returning('id')
    .executeTakeFirst()
  return row?.id ?? null
}

function emergencyAccount({ db }: Tx) {
  return db
    .selectFrom('account')
    .selectAll()
    .where('role', '=', BREAK_GLASS)
    .forUpdate()
    .limit(1)
    .executeTakeFirst()
}

async function shut({ db }: Tx, id: string): Promise<void> {
  await db
    .updateTable('account')
    .set({ disabled_at: sql`now()` })
    .where('id', '=', id)
    .execute()
}

/** Of the one account; it has no password, so that nothing but a code opens it. */
async function sealedAccount(tx: Tx, nowMs: number): Promise<string> {
  const known = await emergencyAccount(tx)
  if (known) return known.id
  // Somebody may be called like it.
  const name = `break-glass ${randomBytes(3).toString('hex')}`
  const { id } = await insertAccount(tx, { name, phc: null, role: BREAK_GLASS }, nowMs)
  await shut(tx, id)
  return id
}

async function armedCode(tx: Tx): Promise<{ readonly id: string; readonly phc: string } | null> {
  const row = await tx.db
    .selectFrom('break_glass')
    .selectAll()
    .where('code_sealed', 'is not', null)
    .executeTakeFirst()
  if (!row?.code_sealed) return null
  const place = { table: 'break_glass', column: 'code_sealed' } as const
  return { id: row.id, phc: unseal(tx, row, place, row.code_sealed) }
}

interface Opening {
  readonly reason: string
  readonly nowMs: number
  readonly requestId?: string | undefined
  readonly agent?: string | undefined
}

/** Takes the code, once, and opens the session. */
async function open(tx: Tx, id: string, { reason, nowMs, requestId, agent }: Opening): Promise<Used> {
  const row = await tx.db
    .selectFrom('break_glass')
    .selectAll()
    .where('id', '=', id)
    .where('code_sealed', 'is not', null)
    .forUpdate()
    .executeTakeFirst()
  const account = row && (await emergencyAccount(tx))
  if (!row || !account) throw wrongCode()
  await tx.db.updateTable('account').set({ disabled_at: null }).where('id', '=', account.id).execute()
  const person: Account = {
    tenant: tx.tenant,
    id: account.id,
    name: unseal(tx, account, { table: 'account', column: 'name_sealed' }, account.name_sealed),
    role: BREAK_GLASS,
    ...(await readStandings(tx))(account),
  }
  const lifeMs = row.session_minutes * MINUTE_MS
  const origin = originNow() ?? { from: null, through: 'network' as const, reason: null }
  const opened = await withOrigin({ ...origin, reason, breakGlass: id }, async () => {
    const how = { method: 'break_glass', nowMs, lifeMs, request: requestId, agent } as const
    const session = await insertSession(tx, person, how)
    await audit.append(tx, {
      action: 'break_glass.used',
      actor: account.id,
      subject: id,
      ...(requestId === undefined ? {} : { request: requestId }),
      detail: { minutes: row.session_minutes },
    })
    return session
  })
  const place = { table: 'break_glass', row: id }
  const sealed = tx.keys
    .openDek({ ...place, column: 'dek' }, row.dek)
    .seal({ ...place, column: 'reason_sealed' }, Buffer.from(reason))
  await tx.db
    .updateTable('break_glass')
    .set({
      code_sealed: null,
      used_at: new Date(nowMs),
      session_id: opened.session.id,
      ends_at: new Date(opened.session.expiresMs),
      reason_sealed: sealed,
    })
    .where('id', '=', id)
    .execute()
  const session = { ...opened.session, breakGlass: { id, reason } }
  return { ...opened, session, account: person, minutes: row.session_minutes }
}
