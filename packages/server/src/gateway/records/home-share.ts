import type { homeQuery, homeView } from '@freehold/contract/requests.ts'
import { sql } from 'kysely'
import type { z } from 'zod'
import { seesRequestsOfAll } from '../../identity/authorise.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Tx } from '../../store/store.ts'
import type { RecordedOperation } from '../record.ts'
import type { Span } from './usage.ts'
import { CACHED, DAY_MS, periodOf, stepsOf, within } from './usage.ts'

type Home = z.output<typeof homeView>
type Answers = Home['total']

/** What somebody asks a model; the rest is asked by programs for themselves. */
const QUESTIONS: readonly RecordedOperation[] = [
  'chat.complete',
  'messages.create',
  'responses.create',
  'realtime.connect',
]
const NONE: Answers = { local: 0, private: 0, managed: 0, kept: 0, unanswered: 0 }
const FIRST_REFUSAL = 400

/** By the days on which they were admitted. @throws Fault `invalid`, `not_allowed` */
export async function homeShareOf(
  tx: Tx,
  caller: Caller,
  query: z.output<typeof homeQuery> & { readonly nowMs: number },
): Promise<Home> {
  const seesAll = seesRequestsOfAll(caller)
  const whose = query.whose ?? (seesAll ? 'all' : 'own')
  if (whose === 'all' && !seesAll)
    throw new Fault('not_allowed', 'You see your own requests alone. Ask with whose=own.', { param: 'whose' })
  const { from, to } = periodOf(query)
  const days: Home['days'] = []
  for (const span of stepsOf({ fromMs: Date.parse(from), toMs: Date.parse(to) + DAY_MS }, DAY_MS)) {
    const answers = await answersOn(tx, span, whose === 'all' ? null : caller.principal.id)
    const isEmpty = Object.values(answers).every((count) => count === 0)
    if (!isEmpty) days.push({ day: new Date(span.fromMs).toISOString().slice(0, 10), ...answers })
  }
  const total = days.reduce<Answers>((sum, day) => added(sum, day), NONE)
  const atHome = total.local + total.private + total.kept
  const answered = atHome + total.managed
  return { whose, from, to, home: answered === 0 ? null : atHome / answered, total, days }
}

async function answersOn(tx: Tx, span: Span, principal: string | null): Promise<Answers> {
  const isAnswered = sql`state = 'settled' AND status < ${FIRST_REFUSAL} AND zone IS NOT NULL`
  const asked = (zone: string) => sql<string>`count(*) FILTER (
    WHERE ${isAnswered} AND NOT (${CACHED}) AND zone = ${zone})`
  const row = await within(tx, span)
    .select([
      asked('local').as('local'),
      asked('private').as('private'),
      asked('managed').as('managed'),
      sql<string>`count(*) FILTER (WHERE ${isAnswered} AND ${CACHED})`.as('kept'),
      sql<string>`count(*) FILTER (WHERE NOT coalesce(${isAnswered}, false))`.as('unanswered'),
    ])
    .where('operation', 'in', [...QUESTIONS])
    .where('admitted_offset', 'is not', null)
    .$if(principal !== null, (rest) => rest.where('principal', '=', principal))
    .executeTakeFirstOrThrow()
  return {
    local: Number(row.local),
    private: Number(row.private),
    managed: Number(row.managed),
    kept: Number(row.kept),
    unanswered: Number(row.unanswered),
  }
}

const added = (sum: Answers, more: Answers): Answers => ({
  local: sum.local + more.local,
  private: sum.private + more.private,
  managed: sum.managed + more.managed,
  kept: sum.kept + more.kept,
  unanswered: sum.unanswered + more.unanswered,
})
