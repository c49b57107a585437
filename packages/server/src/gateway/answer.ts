import type { Caller } from '../identity/caller.ts'
import type { Asked } from './asked.ts'
import type { Classified } from './classify.ts'
import type { Continued } from './continue.ts'
import type { Route, Ruled } from './decide.ts'
import { targetOf } from './decide.ts'
import type { Exchange, Outcome } from './exchange.ts'
import type { Entry } from './limits.ts'
import type { OpenRequest } from './open-requests.ts'
import { requirePermitted } from './permitted.ts'
import type { Reply } from './reply.ts'

/** What is written of one request. Whatever happens, it is closed exactly once. */
export interface Record {
  entered(caller: Caller, entry: Entry): void
  read(asked: Asked): void
  classified(classified: Classified): void
  /** Told before anything is refused, so that a refusal says by which rules. */
  ruled(ruled: Ruled): void
  decided(route: Route): void
  answered(reply: Reply): void
  /** Resolves when a refusal may be sent; never rejects. */
  refusing(): Promise<void>
  settle(): void
  fail(outcome: Outcome): void
}

/**
 * The steps of a request, each in its own file. Most requests wait for their body and for the call, and for nothing
 * else: what is there at once comes without a promise, because each turn through their queue costs as much as a step.
 */
export interface Rooms<A extends Asked, R extends Record> {
  open(exchange: Exchange): R
  /** @throws Fault `unidentified`, … */
  identify(exchange: Exchange): Caller
  /** Counts the request before its body is read. @throws Fault `over_limit`, `not_allowed` */
  admit(caller: Caller): Entry
  /** From now on it ends with what it rests on: its key, its session, its rights. */
  enlist(exchange: Exchange): OpenRequest
  dismiss(open: OpenRequest): void
  read(exchange: Exchange): Promise<A>
  /** What this request goes on from. @throws Fault `unknown_response` */
  continue(caller: Caller, asked: A): Continued | Promise<Continued>
  /** @throws Fault `above_ceiling` */
  classify(caller: Caller, asked: A, continued: Continued): Classified | Promise<Classified>
  /** Keeps the class for the next request of this conversation, whatever becomes of this one. */
  keep(caller: Caller, asked: A, classified: Classified): Promise<void> | null
  /** @throws Fault `no_route`, `stays_home` */
  decide(
    caller: Caller,
    asked: A,
    found: {
      readonly classified: Classified
      readonly continued: Continued
      readonly request: string
      readonly record: R
    },
  ): Route
  /** Tries the attempts in order; nothing leaves before the record is written. */
  call(route: Route, asked: A, visit: { readonly exchange: Exchange; readonly record: R }): Promise<Reply>
  /** Keeps what the next request of this conversation needs, before the answer begins. */
  remember(route: Route, asked: A, reply: Reply): Promise<void> | null
}

/** The whole life of a request on the data path. Whatever happens in between, the record is settled. */
export function createAnswer<A extends Asked, R extends Record>(
  rooms: Rooms<A, R>,
): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const record = rooms.open(exchange)
    let open: OpenRequest | null = null
    try {
      const caller = rooms.identify(exchange)
      const entry = rooms.admit(caller)
      open = rooms.enlist(exchange)
      record.entered(caller, entry)
      const asked = await rooms.read(exchange)
      record.read(asked)
      const before = rooms.continue(caller, asked)
      const continued = before instanceof Promise ? await before : before
      const read = rooms.classify(caller, asked, continued)
      const classified = read instanceof Promise ? await read : read
      open.class = classified.class
      record.classified(classified)
      const kept = rooms.keep(caller, asked, classified)
      if (kept !== null) await kept
      const route = rooms.decide(caller, asked, { classified, continued, request: exchange.id, record })
      open.attempts = route.attempts
      record.decided(route)
      // Policies may have changed while the body was read.
      if (open.caller !== null) requirePermitted(open.caller, route.attempts, route.class)
      const reserved = entry.reserve(route.reservedTokens, route.reservedMicros)
      if (reserved !== null) await reserved
      const reply = await rooms.call(route, asked, { exchange, record })
      if (route.attempts.length > 1)
        open.attempts = route.attempts.filter((attempt) => targetOf(attempt) === reply.target)
      record.answered(reply)
      const remembered = rooms.remember(route, asked, reply)
      if (remembered !== null) await remembered
      const sent = exchange.respond(reply)
      if (sent !== null) await sent
      exchange.over()
      record.settle()
    } catch (error) {
      await record.refusing()
      record.fail(exchange.refuse(error))
    } finally {
      if (open !== null) rooms.dismiss(open)
    }
  }
}
