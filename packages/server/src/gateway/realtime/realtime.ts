import type { IncomingHttpHeaders } from 'node:http'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import { requestId } from '../../kernel/ids.ts'
import { parseInput } from '../../kernel/input.ts'
import { classify, declaredClass } from '../classify.ts'
import type { DataPathOptions } from '../data-path.ts'
import type { Door } from '../exchange.ts'
import { keeping } from '../reach.ts'
import type { Session, Wire } from '../socket/wire.ts'
import { choose } from './place.ts'
import { RealtimeAsked } from './realtime-asked.ts'
import { RealtimeSession } from './realtime-session.ts'

/** What a realtime connection needs of the gateway. */
export type RealtimeOptions = Pick<
  DataPathOptions,
  | 'identify'
  | 'authorise'
  | 'openRequests'
  | 'enter'
  | 'targets'
  | 'ruleLimits'
  | 'limits'
  | 'tokens'
  | 'circuits'
  | 'figures'
  | 'records'
  | 'bodies'
  | 'onBug'
  | 'trace'
>

/** Who asks for a connection, and what the handshake said. */
interface Entering {
  readonly caller: Caller
  readonly door: Door
  readonly headers: IncomingHttpHeaders
  readonly url: string
}

/** What the handshake said that holds for all of its connection. */
export interface Handshake {
  readonly model: string
  readonly declared: DataClass | null
  readonly url: string
  /** The same for all that is asked over the connection. */
  readonly connection: string
}

/** Its class would have to be kept for the next one, and is not. */
const CONVERSATION = 'x-freehold-conversation'
const { input, path } = OPERATIONS['realtime.connect']

/**
 * The ways in of `/v1/realtime`: what is returned refuses a handshake that leads nowhere, over HTTP, and opens the
 * session of every other.
 */
export function createRealtime(options: RealtimeOptions): (entering: Entering) => (wire: Wire) => Session {
  return ({ caller: entered, headers, url }) => {
    const caller = keeping(entered, headers)
    const handshake = readHandshake(url, headers)
    const { declared } = handshake
    const classified = classify(caller, { declared, conversation: null })
    const asked = new RealtimeAsked({ ...handshake, bytes: 0, mostTokens: null })
    const book = options.targets.hold()
    try {
      choose(book, { caller, asked, classified }, options)
    } finally {
      book.release()
    }
    return (wire) => new RealtimeSession(wire, handshake, options)
  }
}

/** @throws Fault `invalid` */
function readHandshake(url: string, headers: IncomingHttpHeaders): Handshake {
  const query = new URLSearchParams(url.slice(path.length))
  const names = [...query.keys()]
  const named = names.find((name, at) => names.indexOf(name) !== at)
  // Object.fromEntries would keep the last of two; a list is no name.
  const wish = Object.fromEntries(query)
  const { model } = parseInput(input.query, named === undefined ? wish : { ...wish, [named]: null })
  if (headers[CONVERSATION] !== undefined) {
    throw new Fault('invalid', `${CONVERSATION}: a realtime connection is a conversation of its own.`, {
      param: CONVERSATION,
    })
  }
  const declared = declaredClass(headers['x-freehold-class'])
  return { model, declared, url: path, connection: requestId() }
}
