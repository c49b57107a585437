import type { IncomingMessage, ServerResponse } from 'node:http'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { Action } from '@freehold/contract/actions.ts'
import type { Caller } from '../identity/caller.ts'
import { Fault } from '../kernel/fault.ts'
import { requestId } from '../kernel/ids.ts'
import { parseInput, parseJson } from '../kernel/input.ts'
import type { RequestRecord, Rooms } from './answer.ts'
import { createAnswer } from './answer.ts'
import type { BodyBudget } from './body-budget.ts'
import type { Chat } from './chat.ts'
import { readChat } from './chat.ts'
import { classify } from './classify.ts'
import { decide } from './decide.ts'
import type { Door } from './exchange.ts'
import { Exchange } from './exchange.ts'
import type { LocalEngine } from './local-engine.ts'
import { LOCAL_MODEL } from './local-engine.ts'
import { createLocalTarget } from './local-target.ts'
import type { Reply } from './reply.ts'

/** The operations of the route table that the data path serves. */
export type DataOperation = 'chat.complete' | 'embeddings.create' | 'models.list'

export interface DataPathOptions {
  /** The caller behind a request, already checked for forged cross-site calls. */
  identify(exchange: Exchange): Caller
  authorise(caller: Caller, action: Action): void
  record(operation: DataOperation | 'unknown', exchange: Exchange): RequestRecord
  readonly engine: LocalEngine
  readonly nowMs: () => number
  /** Shared with the platform API. */
  readonly bodies: BodyBudget
  readonly onBug: (request: string, error: unknown) => void
}

type Answer = (exchange: Exchange) => Promise<void>

/** Serves every `/v1` operation. Returns false when the path is not one of them. */
export function createDataPath(
  options: DataPathOptions,
): (request: IncomingMessage, response: ServerResponse, door: Door) => boolean {
  const answers: Readonly<Record<DataOperation, Answer>> = {
    'chat.complete': createAnswer(chatRooms(options)),
    'embeddings.create': createAnswer<null>({
      ...guard('embeddings.create', options),
      async read(exchange, { bodyBytes }) {
        parseInput(OPERATIONS['embeddings.create'].input.body, parseJson(await exchange.body(bodyBytes)))
        return null
      },
      classify: (caller) => classify(caller, null),
      decide,
      async call() {
        throw new Fault('not_built', 'No embedding model is connected, so nothing can embed text here.', {
          param: 'model',
        })
      },
    }),
    'models.list': createAnswer<null>({
      ...guard('models.list', options),
      read: async () => null,
      classify: (caller) => classify(caller, null),
      decide,
      call: async (route) => listed(route.class),
    }),
  }
  const { bodies } = options
  return (request, response, door) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    if (path !== '/v1' && !path.startsWith('/v1/')) return false
    const dialect = path === '/v1/messages' ? 'anthropic' : 'openai'
    const id = requestId()
    const exchange = new Exchange(request, response, { id, door, dialect, bodies, onBug: options.onBug })
    const here = DATA_OPERATIONS.filter((id) => OPERATIONS[id].path === path)
    const found = here.find((id) => takes(id, exchange.method))
    if (found) {
      void answers[found](exchange)
    } else {
      const methods = here.map(methodsOf)
      // RFC 9110 section 15.5.6: a 405 says what would be allowed.
      if (methods.length > 0) response.setHeader('allow', methods.join(', '))
      const record = options.record('unknown', exchange)
      record.fail(exchange.refuse(misdirected(exchange.method, path, methods)))
    }
    return true
  }
}

function chatRooms(options: DataPathOptions): Rooms<Chat> {
  const local = createLocalTarget(options.engine, options.nowMs)
  return {
    ...guard('chat.complete', options),
    read: readChat,
    classify: (caller, chat) => classify(caller, chat.declared),
    decide,
    call: local,
  }
}

/** The steps that all operations of the data path share. */
function guard(
  operation: DataOperation,
  options: DataPathOptions,
): Pick<Rooms<unknown>, 'open' | 'identify' | 'admit'> {
  const { action, limits } = OPERATIONS[operation]
  return {
    open: (exchange) => options.record(operation, exchange),
    identify: (exchange) => options.identify(exchange),
    admit(caller) {
      options.authorise(caller, action)
      return { caller, bodyBytes: limits.bodyBytes }
    },
  }
}

const DATA_OPERATIONS = [
  'chat.complete',
  'embeddings.create',
  'models.list',
] as const satisfies readonly DataOperation[]

/** RFC 9110 section 9.3.2: what answers GET answers HEAD, and node leaves the body out. */
function takes(id: DataOperation, method: string): boolean {
  return OPERATIONS[id].method === (method === 'HEAD' ? 'GET' : method)
}

const methodsOf = (id: DataOperation): string => {
  const { method } = OPERATIONS[id]
  return method === 'GET' ? 'GET, HEAD' : method
}

function misdirected(method: string, path: string, methods: readonly string[]): Fault {
  return methods.length === 0
    ? new Fault('no_such_operation', `There is no operation at ${method} ${path.slice(0, 80)}.`)
    : new Fault('wrong_method', `${path} takes ${methods.join(', ')}, not ${method}.`)
}

function listed(dataClass: Reply['class']): Reply {
  const data = [{ id: LOCAL_MODEL, object: 'model', created: 0, owned_by: 'freehold' }]
  return {
    zone: 'local',
    target: 'local',
    model: LOCAL_MODEL,
    class: dataClass,
    masked: 0,
    usage: null,
    contentType: 'application/json; charset=utf-8',
    body: Buffer.from(JSON.stringify({ object: 'list', data })),
  }
}
