import type { Tokens } from '../identity/tokens.ts'
import type { Dialect } from '../kernel/fault.ts'
import { Fault } from '../kernel/fault.ts'
import type { Trace } from '../kernel/trace.ts'
import { Outbound } from '../privacy/outbound.ts'
import type { Asked, Dialled, OutsideAttempt } from './asked.ts'
import { UpstreamCall } from './call/upstream-call.ts'
import type { Watchdog } from './call/watchdog.ts'
import { outsideReply } from './call/outside-reply.ts'
import type { Spending } from './budgets/spending.ts'
import type { Circuits, Spared } from './circuits.ts'
import type { Route } from './decide.ts'
import type { Exchange } from './exchange.ts'
import type { CallerLimits } from './limits.ts'
import type { Reply } from './reply.ts'
import { assertMayLeave } from './routing/compile.ts'
import type { OpenTarget } from './targets.ts'

/** Hears how each call went, for metrics and log. */
export interface CallFigures {
  attempt(call: {
    readonly request: string
    readonly target: string
    readonly zone: 'private' | 'managed'
    /** `ok`, the status of a refusal, or a fault code. */
    readonly outcome: string
    readonly bytes: number
    readonly firstByteMs: number | null
    /** By the monotonic clock. */
    readonly startedMs: number
    readonly trace: Trace | null
  }): void
  /** A call that was not made. `open`: its target failed again and again; `limited`: it asked for time; `budget`: it is used up. */
  spared(target: string, reason: 'open' | 'limited' | 'budget'): void
}

export interface CallOptions<A extends Asked> {
  readonly tokens: Pick<Tokens, 'tokenFor'>
  readonly watchdog: Watchdog
  readonly figures: CallFigures
  readonly circuits: Circuits
  readonly limits: Pick<CallerLimits, 'spending'>
  /** The program itself as a target. */
  readonly local: (route: Route, asked: A, exchange: Exchange) => Promise<Reply>
}

/** What a call needs of the record: nothing leaves before these have resolved. */
export interface Leaving {
  readonly atMs: number
  staying(): Promise<void>
  leaving(attempt: OutsideAttempt, bytes: number, there: Spending | null): Promise<void>
  /** The attempt ended before its target could see a byte. */
  stayed(attempt: OutsideAttempt, bytes: number): void
}

interface Visit {
  readonly exchange: Exchange
  readonly record: Leaving
  readonly dialect: Dialect
}

/** One attempt's end. */
interface Tried {
  readonly reply: Reply | null
  /** What to say where there is no reply. */
  readonly fault: Fault | null
  readonly wasMade: boolean
  /** Another target may be tried instead; the client has seen nothing yet. */
  readonly mayRepeat: boolean
  /** Ends what still comes for a reply that nobody will get. */
  readonly discard: () => void
}

interface Trying {
  readonly options: Omit<CallOptions<Asked>, 'local'>
  readonly route: Route
  readonly asked: Asked
  readonly visit: Visit
}

/** Tries the attempts in order until one answers. Nothing of which a client has seen a byte is ever tried again. */
export function createCall<A extends Asked>(options: CallOptions<A>) {
  return async (route: Route, asked: A, visit: Visit): Promise<Reply> => {
    let failed: Tried | null = null
    for (const attempt of route.attempts) {
      if (attempt.zone === 'local') {
        failed?.discard()
        await visit.record.staying()
        return await options.local(route, asked, visit.exchange)
      }
      const tried: Tried = await tryOutside(attempt, { options, route, asked, visit })
      if (!tried.mayRepeat) {
        failed?.discard()
        return resultOf(tried)
      }
      // Why a call was not made says less than what a target that was reached had to say.
      if (failed !== null && !tried.wasMade) continue
      failed?.discard()
      failed = tried
    }
    if (failed === null) throw new Error('a route without attempts was let through')
    return resultOf(failed)
  }
}

function resultOf({ reply, fault }: Tried): Reply {
  if (reply !== null) return reply
  throw fault ?? new Error('an attempt ended without an answer and without a refusal')
}

async function tryOutside(attempt: OutsideAttempt, trying: Trying): Promise<Tried> {
  const { options, route, asked } = trying
  const open = route.open(attempt.target)
  const dialled = asked.dial(attempt, open.url)
  let outbound: Outbound<'private'> | Outbound<'managed'>
  try {
    outbound = outboundFor(attempt, dialled, trying)
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'stays_home') throw error
    return notMade(error)
  }
  assertMayLeave(attempt, route.class, route.privateOnly)
  const { name } = attempt.target
  const there = options.limits.spending(route.caller.tenant, attempt.target.budgets, trying.visit.record.atMs)
  const short = there === null ? null : await shortOf(there, route)
  if (short !== null) {
    options.figures.spared(name, 'budget')
    return notMade(short)
  }
  const spared = options.circuits.enter(name, attempt.model)
  if (spared !== null) {
    there?.giveBack()
    options.figures.spared(name, spared.isLimited ? 'limited' : 'open')
    return notMade(leftAlone(spared))
  }
  try {
    return await callTarget({ attempt, open, dialled, outbound, there }, trying)
  } catch (error) {
    options.circuits.abandoned(name, attempt.model)
    throw error
  }
}

/** Null when the reservation stands. */
async function shortOf(there: Spending, { reservedTokens, reservedMicros }: Route): Promise<Fault | null> {
  try {
    await there.reserve(reservedTokens, reservedMicros)
    return null
  } catch (error) {
    if (error instanceof Fault) return error
    throw error
  }
}

interface Sending {
  readonly attempt: OutsideAttempt
  readonly open: OpenTarget
  readonly dialled: Dialled
  /** Nothing else is ever sent. */
  readonly outbound: Outbound<'private'> | Outbound<'managed'>
  /** What was reserved at the target's own budget. */
  readonly there: Spending | null
}

async function callTarget(
  { attempt, open, dialled, outbound, there }: Sending,
  trying: Trying,
): Promise<Tried> {
  const { options, route, asked, visit } = trying
  const { name } = attempt.target
  const { body } = outbound
  await visit.record.leaving(attempt, body.length, there)
  const call = new UpstreamCall(
    {
      line: open.line,
      path: dialled.path,
      method: dialled.method,
      headers: identified(dialled.headers, open, { route, tokens: options.tokens }),
      body: body.length === 0 ? null : body,
      format: dialled.format,
      timeouts: open.timeouts,
    },
    options.watchdog,
  )
  const forget = visit.exchange.onLeave((reason) => call.abort(reason))
  const startedMs = performance.now()
  const told = (outcome: string, firstByteMs: number | null): void =>
    options.figures.attempt({
      request: visit.exchange.id,
      target: name,
      zone: attempt.zone,
      outcome,
      bytes: body.length,
      firstByteMs,
      startedMs,
      trace: visit.exchange.trace,
    })
  try {
    const answer = await call.answer()
    const isFailure = answer.error !== null || answer.status >= 400
    told(isFailure ? String(answer.error ? 'error_event' : answer.status) : 'ok', answer.firstByteMs)
    const discard = (): void => {
      forget()
      call.abort(new Fault('upstream_broke', 'Another target was tried.'))
    }
    if (answer.error !== null) discard()
    const reply = outsideReply(answer, {
      attempt,
      asked,
      class: route.class,
      dialect: visit.dialect,
      base: open.url,
      path: dialled.path,
    })
    judge(options.circuits, { attempt, open }, reply)
    return {
      reply,
      fault: null,
      wasMade: true,
      mayRepeat: isFailure && asked.mayRepeat({ status: answer.error ? null : answer.status, wasSent: true }),
      discard,
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    forget()
    if (!call.wasSent) visit.record.stayed(attempt, body.length)
    told(error.code, null)
    if (SAYS_DOWN.has(error.code)) options.circuits.failed(name, attempt.model)
    else options.circuits.abandoned(name, attempt.model)
    const mayRepeat = error.code !== 'client_left' && asked.mayRepeat({ status: null, wasSent: call.wasSent })
    return { reply: null, fault: error, wasMade: true, mayRepeat, discard: nothing }
  }
}

const nothing = (): void => {}

const notMade = (fault: Fault): Tried => ({
  reply: null,
  fault,
  wasMade: false,
  mayRepeat: true,
  discard: nothing,
})

function leftAlone({ waitMs, isLimited }: Spared): Fault {
  const retryAfterS = Math.max(1, Math.ceil(waitMs / 1000))
  return isLimited
    ? new Fault('too_many', 'The target takes no more requests for now and said when it will again.', {
        retryAfterS,
      })
    : new Fault(
        'upstream_down',
        'The target failed several times in a row and is left alone for a moment. Ask again later.',
        { retryAfterS },
      )
}

/** Faults that say that the target itself is in trouble. */
const SAYS_DOWN = new Set<string>(['upstream_down', 'upstream_timeout', 'upstream_broke'])
/** Statuses that say so; a plain 500 may be the fault of one request, which must not close the way for all others. */
const DOWN = new Set([502, 503, 504, 529])

/** Where each caller has a token of its own, a target may ask one of them for time and still serve the others. */
function judge(
  circuits: Circuits,
  { attempt: { target, model }, open }: Pick<Sending, 'attempt' | 'open'>,
  { status, headers }: Reply,
): void {
  const isForAll = status === 503 || (status === 429 && open.audience === null)
  const waitMs = isForAll ? askedToWaitMs(headers) : null
  if (waitMs !== null) circuits.limited(target.name, model, waitMs)
  else if (DOWN.has(status)) circuits.failed(target.name, model)
  else circuits.succeeded(target.name, model)
}

/** RFC 9110 section 10.2.3 in seconds, or the milliseconds that model APIs send; null where neither is said. */
function askedToWaitMs(headers: readonly string[]): number | null {
  const milliseconds = numberIn(headers, 'retry-after-ms')
  if (milliseconds !== null) return milliseconds
  const seconds = numberIn(headers, 'retry-after')
  return seconds === null ? null : seconds * 1000
}

function numberIn(headers: readonly string[], name: string): number | null {
  const at = headers.indexOf(name)
  const value = at < 0 || at % 2 === 1 ? Number.NaN : Number(headers[at + 1])
  return Number.isFinite(value) && value > 0 ? value : null
}

/** @throws Fault `stays_home` */
function outboundFor(
  attempt: OutsideAttempt,
  { body }: Dialled,
  { route, asked }: Trying,
): Outbound<'private'> | Outbound<'managed'> {
  if (attempt.zone === 'private') return Outbound.home(body)
  return Outbound.managed({ body, class: route.class, opaque: asked.opaque(), allowOpaque: attempt.opaque })
}

/** Who is asking, as this target wants to know it. */
function identified(
  headers: string[],
  { credential, audience }: OpenTarget,
  { route, tokens }: { readonly route: Route; readonly tokens: Trying['options']['tokens'] },
): string[] {
  if (audience !== null) {
    headers.push('authorization', `Bearer ${tokens.tokenFor(route.caller, audience, route.class)}`)
  }
  headers.push(...credential)
  return headers
}
