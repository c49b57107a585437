import type { Tokens } from '../identity/tokens.ts'
import type { Dialect } from '../kernel/fault.ts'
import { Fault } from '../kernel/fault.ts'
import type { Trace } from '../kernel/trace.ts'
import { Outbound } from '../privacy/outbound.ts'
import type { Desensitising } from './desensitise/desensitising.ts'
import type { Tally } from '../privacy/mask/masking.ts'
import type { Asked, Dialled, OutsideAttempt } from './asked.ts'
import { timeoutsWith } from './call/timeouts.ts'
import type { Balance } from './balance/balance.ts'
import { UpstreamCall } from './call/upstream-call.ts'
import type { Watchdog } from './call/watchdog.ts'
import { outsideReply } from './call/outside-reply.ts'
import type { Spending } from './budgets/spending.ts'
import type { Circuits } from '../kernel/circuits.ts'
import type { Route } from './decide.ts'
import type { Exchange } from './exchange.ts'
import { addHanded } from './handed-headers.ts'
import type { Client, Hedged } from './hedge.ts'
import { hedge, LOST } from './hedge.ts'
import type { CallerLimits } from './limits.ts'
import type { Reply } from './reply.ts'
import { assertMayLeave } from './routing/compile.ts'
import type { Attempt } from './routing/routing.ts'
import { isCharged } from './stream-usage.ts'
import type { OpenTarget } from './targets.ts'
import type { Tried } from './tried.ts'
import { leftAlone, notMade, nothing, outOfService, resultOf, shortOf, unwell } from './tried.ts'
import { askedToWaitMs, DOWN, Verdict } from './verdict.ts'

/** Hears how each call went, for metrics and log. */
export interface CallFigures {
  attempt(call: {
    readonly request: string
    readonly target: string
    readonly zone: OutsideAttempt['zone']
    /** `ok`, the status of a refusal, or a fault code. */
    readonly outcome: string
    readonly bytes: number
    readonly firstByteMs: number | null
    /** By the monotonic clock. */
    readonly startedMs: number
    readonly trace: Trace | null
  }): void
  /** A call that was not made. `open`: its target failed again and again; `limited`: it asked for time; `unhealthy`: its probe failed; `budget`: it is used up. */
  spared(target: string, reason: 'open' | 'limited' | 'unhealthy' | 'budget'): void
  /** A call that was made again, or was not because too many were. */
  retried(target: string, outcome: 'ok' | 'failed' | 'over_budget'): void
  /** A second target that was asked because the first took its time; `lost`: the first answered after all; `over_budget`: too many were. */
  hedged(target: string, outcome: 'won' | 'lost' | 'failed' | 'over_budget'): void
}

export interface CallOptions<A extends Asked> {
  readonly tokens: Pick<Tokens, 'tokenFor'>
  readonly watchdog: Watchdog
  readonly figures: CallFigures
  readonly circuits: Circuits
  readonly balance: Balance
  readonly limits: Pick<CallerLimits, 'spending'>
  readonly desensitising: Pick<Desensitising, 'outbound' | 'restored' | 'left'>
  /** The program itself as a target. */
  readonly local: (route: Route, asked: A, exchange: Exchange) => Promise<Reply>
}

/** What a call needs of the record: nothing leaves before these have resolved. */
export interface Leaving {
  readonly atMs: number
  readonly own: Spending | null
  staying(): Promise<void>
  leaving(attempt: OutsideAttempt, bytes: number, there: Spending | null): Promise<void>
  /** What was replaced in what leaves; to be called before. */
  masking(tally: Tally): void
  /** The attempt ended before its target could see a byte. */
  stayed(attempt: OutsideAttempt, bytes: number): void
  /** Of two that were asked at once the other one answered. */
  lost(loser: OutsideAttempt, winner: OutsideAttempt, mayHaveWorked: boolean): void
}

interface Visit {
  readonly exchange: Exchange
  readonly record: Leaving
  readonly dialect: Dialect
}

interface Trying {
  readonly options: Omit<CallOptions<Asked>, 'local'>
  readonly route: Route
  readonly asked: Asked
  readonly visit: Omit<Visit, 'exchange'> & { readonly exchange: Client }
  /** What the caller has reserved, where nothing is under way that needs it. */
  readonly own: Spending | null
}

/** Tries the attempts in order until one answers. Nothing of which a client has seen a byte is ever tried again. */
export function createCall<A extends Asked>(options: CallOptions<A>) {
  return async (route: Route, asked: A, visit: Visit): Promise<Reply> => {
    let failed: Tried | null = null
    const attempts = options.balance.inOrder(route, asked)
    let spent: OutsideAttempt | null = null
    for (const [at, attempt] of attempts.entries()) {
      if (attempt === spent) continue
      if (visit.record.own?.isLost) await visit.record.own.reserve(route.reservedTokens, route.reservedMicros)
      if (attempt.target === 'local') {
        failed?.discard()
        await visit.record.staying()
        return await options.local(route, asked, visit.exchange)
      }
      const trying = { options, route, asked, visit, own: visit.record.own }
      const next = attempts[at + 1]
      const second = hedgeOf(attempt, next, trying)
      const both: Hedged<Tried> | null = second === null ? null : await tryBoth(attempt, second, trying)
      spent = both?.isHedged ? second : null
      let tried: Tried = both?.tried ?? (await tryOutside(attempt, trying))
      if (tried.wasMade) route.open(attempt.target).retries.asked()
      if (tried.passesMs !== null && spent === null && !hasOther(attempt, next, trying)) {
        tried = await tryAgain(attempt, tried, trying)
      }
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

/** The target that is asked too when this one takes its time. */
function hedgeOf(
  attempt: OutsideAttempt,
  next: Attempt | undefined,
  { options, route, asked }: Trying,
): OutsideAttempt | null {
  if (attempt.hedgeMs === undefined || !asked.mayHedge) return null
  if (next === undefined || next.target === 'local' || next.zone !== attempt.zone) return null
  return options.balance.stateOf(next, route.open(next.target).state) === 'away' ? null : next
}

async function tryBoth(
  first: OutsideAttempt,
  second: OutsideAttempt,
  trying: Trying,
): Promise<Hedged<Tried>> {
  const { visit, options, route, asked } = trying
  const startedMs = performance.now()
  const both = await hedge<Tried>({
    first,
    second,
    afterMs: first.hedgeMs ?? 0,
    client: visit.exchange,
    mayHedge() {
      const mayHedge = route.open(second.target).retries.spend()
      if (!mayHedge) options.figures.hedged(second.target.name, 'over_budget')
      return mayHedge
    },
    run: (attempt, exchange) => tryOutside(attempt, { ...trying, own: null, visit: { ...visit, exchange } }),
    lost(loser, winner, mayHaveWorked) {
      visit.record.lost(loser, winner, mayHaveWorked)
      if (loser !== first || !mayHaveWorked) return
      // It would never be known as slow where it is never waited for.
      route
        .open(first.target)
        .state.of(first.model)
        .heard(asked.streams, performance.now() - startedMs)
    },
  })
  if (both.isHedged) {
    const outcome = both.tried.mayRepeat ? 'failed' : both.bySecond ? 'won' : 'lost'
    options.figures.hedged(second.target.name, outcome)
  }
  return both
}

/** Another member of its group can do what this one cannot. */
function hasOther({ group }: OutsideAttempt, next: Attempt | undefined, { options, route }: Trying): boolean {
  if (group === undefined || next === undefined || next.target === 'local' || next.group !== group)
    return false
  return options.balance.stateOf(next, route.open(next.target).state) !== 'away'
}

/** What went wrong passes by: the same target is asked again, within its budget, and never after a byte was sent on. */
async function tryAgain(attempt: OutsideAttempt, first: Tried, trying: Trying): Promise<Tried> {
  const { options, route, visit } = trying
  const { name } = attempt.target
  const { retries } = route.open(attempt.target)
  let tried = first
  for (let nth = 1; tried.passesMs !== null; nth += 1) {
    const waitMs = retries.wait(nth, tried.passesMs)
    if (waitMs === 'over_budget') options.figures.retried(name, waitMs)
    if (typeof waitMs !== 'number') break
    await pause(waitMs, visit.exchange)
    const again = await tryOutside(attempt, trying)
    // By now it is left alone; what it said itself says more.
    if (!again.wasMade) break
    options.figures.retried(name, again.fault !== null || again.mayRepeat ? 'failed' : 'ok')
    tried.discard()
    tried = again
  }
  return tried
}

/** @throws Fault `client_left` or `revoked` at once when nobody waits any more */
function pause(waitMs: number, exchange: Client): Promise<void> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | null = null
    const forget = exchange.onLeave((reason) => {
      if (timer !== null) clearTimeout(timer)
      reject(reason)
    })
    // A fraction would be cut off, and the wait too short.
    const wholeMs = Math.ceil(waitMs)
    timer = setTimeout(() => {
      forget()
      resolve()
    }, wholeMs)
  })
}

async function tryOutside(attempt: OutsideAttempt, trying: Trying): Promise<Tried> {
  const { options, route, asked, visit } = trying
  const open = route.open(attempt.target)
  if (open.isDrained) return outOfService()
  let dialled: Dialled
  let outbound: Outbound<'private'> | Outbound<'managed'>
  try {
    dialled = asked.dial(attempt, open.url, isCharged(attempt, route.caller.budgets))
    if (open.handed.request) addHanded(dialled.headers, open.handed.request, visit.exchange.headers)
    const made =
      attempt.zone === 'managed'
        ? options.desensitising.outbound({ attempt, dialled, route, asked })
        : Outbound.home(dialled.body)
    outbound = made instanceof Promise ? await made : made
  } catch (error) {
    if (!(error instanceof Fault) || !KEPT_FROM.has(error.code)) throw error
    return notMade(error)
  }
  assertMayLeave(attempt, route.class, route.privateOnly)
  const { name } = attempt.target
  const { health, unusable } = open.state
  if (health === 'unhealthy') {
    options.figures.spared(name, 'unhealthy')
    return notMade(unwell(unusable?.message))
  }
  const there = options.limits.spending(route.caller.tenant, attempt.target.budgets, visit.record.atMs)
  const short = there === null ? null : await shortOf(there, trying.own, { route, client: visit.exchange })
  if (short !== null) {
    if (short.mayRepeat) options.figures.spared(name, 'budget')
    return short
  }
  const spared = options.circuits.enter(name, attempt.model, health !== 'unprobed')
  if (spared !== null) {
    there?.giveBack()
    options.figures.spared(name, spared.isLimited ? 'limited' : 'open')
    return notMade(leftAlone(spared))
  }
  const verdict = new Verdict({
    circuits: options.circuits,
    attempt,
    knowsCallers: open.audience !== null,
    turn: open.state.of(attempt.model).begin(asked.streams),
  })
  try {
    return await callTarget({ attempt, open, dialled, outbound, verdict, there }, trying)
  } catch (error) {
    verdict.abandoned()
    throw error
  }
}

/** Nobody waits for another try. */
const CALLED_OFF = new Set<string>(['client_left', 'revoked'])
/** Why a target is passed over: it must not see this request, or its API cannot say what stands in it. */
const KEPT_FROM = new Set<string>(['stays_home', 'invalid'])

interface Sending {
  readonly attempt: OutsideAttempt
  readonly open: OpenTarget
  readonly dialled: Dialled
  /** Nothing else is ever sent. */
  readonly outbound: Outbound<'private'> | Outbound<'managed'>
  readonly verdict: Verdict
  /** What was reserved at the target's own budget. */
  readonly there: Spending | null
}

async function callTarget(
  { attempt, open, dialled, outbound, verdict, there }: Sending,
  trying: Trying,
): Promise<Tried> {
  const { options, route, asked, visit } = trying
  const { name } = attempt.target
  const { body, masked } = outbound
  if (masked?.tally) visit.record.masking(masked.tally)
  await visit.record.leaving(attempt, body.length, there)
  // Drained while the record was written: whoever saw that nothing is under way must be able to rely on it.
  if (open.isDrained) {
    visit.record.stayed(attempt, body.length)
    verdict.abandoned()
    return outOfService()
  }
  const left =
    outbound.zone === 'private'
      ? null
      : options.desensitising.left({ attempt, route, request: visit.exchange.id }, outbound)
  const call = new UpstreamCall(
    {
      line: open.line,
      path: masked?.path ?? dialled.path,
      method: dialled.method,
      headers: identified(dialled.headers, open, { route, tokens: options.tokens }),
      body: body.length === 0 ? null : body,
      format: dialled.format,
      timeouts: timeoutsWith(open.timeouts, route.timeouts),
      over(failure) {
        verdict.over(failure)
        if (failure !== null) left?.over()
      },
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
    const answer = options.desensitising.restored(await call.answer(), { masked, dialled, left })
    const isFailure = answer.error !== null || answer.status >= 400
    const discard = (): void => {
      forget()
      call.abort(new Fault('upstream_broke', 'Another target was tried.'))
    }
    const reply = outsideReply(answer, {
      attempt,
      asked,
      class: route.class,
      dialect: visit.dialect,
      base: open.url,
      handed: open.handed.response,
      path: dialled.path,
      translation: dialled.translation,
      masked: masked?.count ?? 0,
    })
    told(isFailure ? String(answer.error ? 'error_event' : answer.status) : 'ok', answer.firstByteMs)
    const mayRepeat =
      isFailure && asked.mayRepeat({ status: answer.error ? null : answer.status, wasSent: true })
    verdict.answered(answer, reply.status, mayRepeat)
    if (answer.error !== null) discard()
    if (mayRepeat) there?.giveBack()
    const passesMs = mayRepeat && DOWN.has(reply.status) ? (askedToWaitMs(answer.headers) ?? 0) : null
    return { reply, fault: null, wasMade: true, wasSent: true, mayRepeat, passesMs, discard }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    forget()
    // An answer that was refused may still be coming.
    call.abort(error)
    // A whole one that was refused had ended well before anybody looked at it.
    verdict.over(error)
    if (!call.wasSent) visit.record.stayed(attempt, body.length)
    told(error === LOST ? 'lost' : error.code, null)
    const mayRepeat = !CALLED_OFF.has(error.code) && asked.mayRepeat({ status: null, wasSent: call.wasSent })
    // Whoever is asked next reserves anew; what this call cost all the same is charged in the end.
    if (mayRepeat) there?.giveBack()
    const passesMs = mayRepeat && error.code === 'upstream_down' ? 0 : null
    return {
      reply: null,
      fault: error,
      wasMade: true,
      wasSent: call.wasSent,
      mayRepeat,
      passesMs,
      discard: nothing,
    }
  }
}

/** Who is asking, as this target wants to know it. */
function identified(
  headers: string[],
  { credential, audience, certificate }: OpenTarget,
  { route, tokens }: { readonly route: Route; readonly tokens: Trying['options']['tokens'] },
): string[] {
  const token = audience && tokens.tokenFor(route.caller, audience, route.class, certificate)
  if (token !== null) headers.push('authorization', `Bearer ${token}`)
  headers.push(...credential)
  return headers
}
