import type { Caller } from '../identity/caller.ts'
import type { Classified } from './classify.ts'
import type { Exchange, Outcome } from './exchange.ts'
import type { Reply } from './reply.ts'
import type { Route } from './decide.ts'

/** Proof that a caller may use models now; `read` asks for it. */
export interface Admission {
  readonly caller: Caller
  readonly bodyBytes: number
}

/** The log and metrics of one request. Whatever happens, it is closed exactly once. */
export interface RequestRecord {
  settle(reply: Reply): void
  fail(outcome: Outcome): void
}

/** The steps of a request, each in its own file; `Chat` is what the dialect's reader makes of the body. */
export interface Rooms<Chat> {
  open(exchange: Exchange): RequestRecord
  identify(exchange: Exchange): Caller
  admit(caller: Caller): Admission
  read(exchange: Exchange, admission: Admission): Promise<Chat>
  classify(caller: Caller, chat: Chat): Classified
  decide(caller: Caller, classified: Classified): Route
  call(route: Route, chat: Chat, signal: AbortSignal): Promise<Reply>
}

/** The whole life of a request on the data path. Whatever happens in between, the record is settled. */
export function createAnswer<Chat>(rooms: Rooms<Chat>): (exchange: Exchange) => Promise<void> {
  return async (exchange) => {
    const record = rooms.open(exchange)
    try {
      const caller = rooms.identify(exchange)
      const chat = await rooms.read(exchange, rooms.admit(caller))
      const route = rooms.decide(caller, rooms.classify(caller, chat))
      const reply = await rooms.call(route, chat, exchange.signal)
      await exchange.respond(reply)
      record.settle(reply)
    } catch (error) {
      record.fail(exchange.refuse(error))
    }
  }
}
