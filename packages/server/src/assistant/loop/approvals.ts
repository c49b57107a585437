import type {
  approvalDecided,
  approvalInput,
  approvalView,
  toolGrantView,
} from '@freehold/contract/approvals.ts'
import { classesWithin, dataClass } from '@freehold/contract/data-class.ts'
import { sql } from 'kysely'
import type { Selectable } from 'kysely'
import type { z } from 'zod'
import { append } from '../../audit/audit.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import type { ApprovalTables } from '../../store/approval-tables.ts'
import type { Store, TenantId, Tx } from '../../store/store.ts'
import { openQuestion, sealQuestion } from './approval-rows.ts'
import type { ApprovalAnswer, ApprovalAsked, ApprovalQuestion, Approvals } from './ports.ts'
import { addGrant, isGranted, listGrants, revokeGrant } from './tool-grants.ts'
import { Waiting } from './waiting.ts'

const EXPIRES_HOURS = 24

interface ApprovalParts {
  readonly store: Store
  /** The person behind a caller; the caller itself where there is none. */
  readonly ownerOf: (caller: Caller) => string
  /** Hears of looks for answers that failed; the next one comes. */
  readonly report: (error: unknown) => void
}
/** Whoever calls an operation. */
interface By {
  readonly caller: Caller
  readonly request: string
}
interface Page {
  readonly after?: string | undefined
  readonly limit: number
}
type Row = Selectable<ApprovalTables['approval']>

/** The questions of runs, kept until their owner decides or a day is over. */
export class StoredApprovals implements Approvals {
  readonly #parts: ApprovalParts
  readonly #waiting: Waiting<ApprovalAnswer>

  constructor(parts: ApprovalParts) {
    this.#parts = parts
    this.#waiting = new Waiting((tenant, ids) => this.#answers(tenant, ids), parts.report)
  }

  async ask(question: ApprovalQuestion): Promise<ApprovalAsked> {
    const { caller, conversation, run, call, tool, effect, because, hash, grantScope } = question
    const owner = this.#parts.ownerOf(caller)
    return this.#in(caller, async (tx) => {
      const id = uuidV7()
      await tx.db
        .insertInto('approval')
        .values({
          tenant_id: tx.tenant,
          id,
          owner,
          conversation_id: conversation,
          run_id: run,
          call,
          tool,
          effect,
          because,
          class: question.class,
          ...sealQuestion(tx.keys, id, { arguments: question.arguments, hash, grantScope }),
          expires_at: sql<Date>`now() + make_interval(hours => ${EXPIRES_HOURS}::integer)`,
        })
        .onConflict((same) => same.columns(['tenant_id', 'run_id', 'call']).doNothing())
        .execute()
      const row = await tx.db
        .selectFrom('approval')
        .select(['id', 'expires_at'])
        .where('run_id', '=', run)
        .where('call', '=', call)
        .where('owner', '=', owner)
        .executeTakeFirstOrThrow()
      return { id: row.id, expiresAt: row.expires_at.toISOString() }
    })
  }

  answer({ tenant }: Caller, id: string, signal: AbortSignal): Promise<ApprovalAnswer> {
    return this.#waiting.answer(tenant, id, signal)
  }

  isGranted(caller: Caller, tool: string, scope: string): Promise<boolean> {
    const owner = this.#parts.ownerOf(caller)
    return this.#in(caller, (tx) => isGranted(tx, { owner, tool, scope }))
  }

  async withdraw(caller: Caller, run: string): Promise<void> {
    const owner = this.#parts.ownerOf(caller)
    await this.#in(caller, async ({ db }) => {
      await db
        .updateTable('approval')
        .set({ decision: 'withdrawn', decided_at: sql<Date>`now()` })
        .where('run_id', '=', run)
        .where('owner', '=', owner)
        .where('decision', 'is', null)
        .execute()
    })
    await this.#waiting.look(caller.tenant)
  }

  /** What waits for the caller, oldest first, as far as it may read what the calls would do. */
  list(caller: Caller, { after, limit, run }: Page & { readonly run?: string | undefined }) {
    const owner = this.#parts.ownerOf(caller)
    return this.#in(caller, async (tx) => {
      const rows = await tx.db
        .selectFrom('approval')
        .selectAll()
        .where('owner', '=', owner)
        .where('class', 'in', classesWithin(caller.classCeiling))
        .where('decision', 'is', null)
        .where('expires_at', '>', sql<Date>`now()`)
        .$if(after !== undefined, (query) => query.where('id', '>', after ?? ''))
        .$if(run !== undefined, (query) => query.where('run_id', '=', run ?? ''))
        .orderBy('id')
        .limit(limit + 1)
        .execute()
      return paged(
        rows.map((row) => shown(tx, row)),
        limit,
      )
    })
  }

  /** @throws Fault `not_found`; `conflict` when it was decided or its time is over; `invalid` */
  async decide(
    { caller, request }: By,
    id: string,
    { decision, days }: z.output<typeof approvalInput>,
  ): Promise<z.output<typeof approvalDecided>> {
    const owner = this.#parts.ownerOf(caller)
    const decided = await this.#in(caller, async (tx) => {
      const row = await tx.db
        .selectFrom('approval')
        .selectAll()
        .select(sql<boolean>`expires_at <= now()`.as('is_over'))
        .where('id', '=', id)
        .where('owner', '=', owner)
        .where('class', 'in', classesWithin(caller.classCeiling))
        .forUpdate()
        .executeTakeFirst()
      if (!row) throw new Fault('not_found', 'There is no such approval.', { param: 'id' })
      if (row.decision !== null || row.is_over) throw new Fault('conflict', tooLate(row), { param: 'id' })
      const { grantScope: scope } = openQuestion(tx.keys, row)
      if (decision === 'always' && scope === null)
        throw new Fault('invalid', ONLY_ONCE, { param: 'decision' })
      const { tool, effect, because, run_id: run } = row
      const grant =
        decision === 'always' ? await addGrant(tx, { owner, tool, scope: scope ?? '' }, days) : null
      const actor = caller.principal.id
      await tx.db
        .updateTable('approval')
        .set({ decision, decided_by: actor, decided_at: sql<Date>`now()` })
        .where('id', '=', id)
        .execute()
      await append(tx, {
        action: 'approval.decided',
        actor,
        subject: id,
        request,
        detail: { decision, tool, effect, because, run, ...(grant !== null && { grant }) },
      })
      return { id, run, decision, grant }
    })
    await this.#waiting.look(caller.tenant, [id])
    return decided
  }

  grants(caller: Caller, page: Page) {
    const owner = this.#parts.ownerOf(caller)
    return this.#in(caller, async (tx) =>
      paged<z.output<typeof toolGrantView>>(await listGrants(tx, owner, page), page.limit),
    )
  }

  revoke({ caller, request }: By, id: string): Promise<void> {
    const owner = this.#parts.ownerOf(caller)
    const actor = caller.principal.id
    return this.#in(caller, (tx) => revokeGrant(tx, { owner, id }, { actor, request }))
  }

  close(): void {
    this.#waiting.close()
  }

  /** Those that were answered, or whose time is over; one that is gone is over as well. */
  #answers(tenant: TenantId, ids: readonly string[]): Promise<Map<string, ApprovalAnswer>> {
    return this.#in({ tenant }, async (tx) => {
      await tx.db
        .updateTable('approval')
        .set({ decision: 'expired', decided_at: sql<Date>`now()` })
        .where('id', 'in', ids)
        .where('decision', 'is', null)
        .where('expires_at', '<=', sql<Date>`now()`)
        .execute()
      const rows = await tx.db.selectFrom('approval').selectAll().where('id', 'in', ids).execute()
      const answers = new Map<string, ApprovalAnswer>()
      for (const id of ids) {
        const row = rows.find((one) => one.id === id)
        if (row === undefined) answers.set(id, { decision: 'expired', by: null, hash: '' })
        else if (row.decision !== null) answers.set(id, answerOf(tx, row, row.decision))
      }
      return answers
    })
  }

  #in<T>({ tenant }: { readonly tenant: TenantId }, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#parts.store.withTenant({ tenant }, work)
  }
}

const ONLY_ONCE =
  'This call has to be approved by itself: the tool always asks, or text that nobody vouches for may have ordered it. Answer `once` or `deny`.'

const tooLate = ({ decision }: Row): string =>
  decision === null || decision === 'expired' || decision === 'withdrawn'
    ? 'Its time is over: the call is not made.'
    : `It was decided already: ${decision}.`

function answerOf(tx: Tx, row: Row, decision: NonNullable<Row['decision']>): ApprovalAnswer {
  const { hash } = openQuestion(tx.keys, row)
  return { decision: decision === 'withdrawn' ? 'expired' : decision, by: row.decided_by, hash }
}

function shown(tx: Tx, row: Row): z.output<typeof approvalView> {
  const question = openQuestion(tx.keys, row)
  return {
    id: row.id,
    conversation: row.conversation_id,
    run: row.run_id,
    call: row.call,
    tool: row.tool,
    effect: row.effect,
    because: row.because,
    class: dataClass.parse(row.class),
    arguments: question.arguments,
    mayRemember: question.grantScope !== null,
    scope: question.grantScope,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  }
}

/** One page out of `limit + 1`. */
function paged<T extends { readonly id: string }>(items: readonly T[], limit: number) {
  const data = items.slice(0, limit)
  return { data, next: items.length > limit ? (data.at(-1)?.id ?? null) : null }
}
