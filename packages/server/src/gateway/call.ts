import type { Tokens } from '../identity/tokens.ts'
import type { Dialect } from '../kernel/fault.ts'
import { Fault } from '../kernel/fault.ts'
import { Outbound } from '../privacy/outbound.ts'
import type { Asked, Dialled, OutsideAttempt } from './asked.ts'
import { UpstreamCall } from './call/upstream-call.ts'
import type { Watchdog } from './call/watchdog.ts'
import { outsideReply } from './call/outside-reply.ts'
import type { Route } from './decide.ts'
import type { Exchange } from './exchange.ts'
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
  }): void
}

export interface CallOptions<A extends Asked> {
  readonly tokens: Pick<Tokens, 'tokenFor'>
  readonly watchdog: Watchdog
  readonly figures: CallFigures
  /** The program itself as a target. */
  readonly local: (route: Route, asked: A, exchange: Exchange) => Promise<Reply>
}

/** What a call needs of the record: nothing leaves before these have resolved. */
export interface Leaving {
  staying(): Promise<void>
  leaving(attempt: OutsideAttempt, bytes: number): Promise<void>
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
      // That something may not leave says less than what a target that was reached had to say.
      if (failed !== null && tried.fault?.code === 'stays_home') continue
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
  const { options, route, asked, visit } = trying
  const open = route.open(attempt.target)
  const dialled = asked.dial(attempt, open.url)
  let outbound: Outbound<'private'> | Outbound<'managed'>
  try {
    outbound = outboundFor(attempt, dialled, trying)
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'stays_home') throw error
    return { reply: null, fault: error, mayRepeat: true, discard: nothing }
  }
  assertMayLeave(attempt, route.class, route.privateOnly)
  await visit.record.leaving(attempt, outbound.body.length)
  const call = new UpstreamCall(
    {
      line: open.line,
      path: dialled.path,
      method: dialled.method,
      headers: identified(dialled.headers, open, { route, tokens: options.tokens }),
      body: outbound.body.length === 0 ? null : outbound.body,
      format: dialled.format,
      timeouts: open.timeouts,
    },
    options.watchdog,
  )
  const forget = visit.exchange.onLeave((reason) => call.abort(reason))
  const told = (outcome: string, firstByteMs: number | null): void =>
    options.figures.attempt({
      request: visit.exchange.id,
      target: attempt.target.name,
      zone: attempt.zone,
      outcome,
      bytes: outbound.body.length,
      firstByteMs,
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
    return {
      reply: outsideReply(answer, {
        attempt,
        asked,
        class: route.class,
        dialect: visit.dialect,
        base: open.url,
        path: dialled.path,
      }),
      fault: null,
      mayRepeat: isFailure && asked.mayRepeat({ status: answer.error ? null : answer.status, wasSent: true }),
      discard,
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    forget()
    if (!call.wasSent) visit.record.stayed(attempt, outbound.body.length)
    told(error.code, null)
    const mayRepeat = error.code !== 'client_left' && asked.mayRepeat({ status: null, wasSent: call.wasSent })
    return { reply: null, fault: error, mayRepeat, discard: nothing }
  }
}

const nothing = (): void => {}

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
