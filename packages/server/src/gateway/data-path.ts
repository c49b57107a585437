import type { IncomingMessage, ServerResponse } from 'node:http'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { Action } from '@freehold/contract/actions.ts'
import type { Caller } from '../identity/caller.ts'
import { Fault } from '../kernel/fault.ts'
import { requestId } from '../kernel/ids.ts'
import type { RequestRecord, Rooms } from './answer.ts'
import { createAnswer } from './answer.ts'
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
  record(operation: DataOperation, exchange: Exchange): RequestRecord
  readonly engine: LocalEngine
  readonly nowMs: () => number
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
      read: async () => null,
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
  return (request, response, door) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    if (path !== '/v1' && !path.startsWith('/v1/')) return false
    const dialect = path === '/v1/messages' ? 'anthropic' : 'openai'
    const exchange = new Exchange(request, response, { id: requestId(), door, dialect, onBug: options.onBug })
    const found = operationAt(exchange.method, path)
    if (found instanceof Fault) exchange.refuse(found)
    else void answers[found](exchange)
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

function operationAt(method: string, path: string): DataOperation | Fault {
  const here = (['chat.complete', 'embeddings.create', 'models.list'] as const).filter(
    (id) => OPERATIONS[id].path === path,
  )
  if (here.length === 0)
    return new Fault('no_such_operation', `There is no operation at ${method} ${path.slice(0, 80)}.`)
  const found = here.find((id) => OPERATIONS[id].method === method)
  const allowed = here.map((id) => OPERATIONS[id].method).join(', ')
  return found ?? new Fault('wrong_method', `${path} takes ${allowed}, not ${method.slice(0, 16)}.`)
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
