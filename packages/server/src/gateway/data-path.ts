import type { IncomingMessage, ServerResponse } from 'node:http'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { Action } from '@freehold/contract/actions.ts'
import type { Dialect } from '@freehold/contract/routing.ts'
import type { Caller } from '../identity/caller.ts'
import { Fault } from '../kernel/fault.ts'
import { requestId } from '../kernel/ids.ts'
import type { Trace } from '../kernel/trace.ts'
import type { Rooms } from './answer.ts'
import { createAnswer } from './answer.ts'
import type { Asked } from './asked.ts'
import type { BodyBudget } from './body-budget.ts'
import type { CallOptions } from './call.ts'
import { createCall } from './call.ts'
import type { Cache } from './cache/cache.ts'
import type { Continuity } from './continue.ts'
import type { Classifying } from './desensitise/classifying.ts'
import { decide } from './decide.ts'
import type { Door } from './exchange.ts'
import type { Exchange } from './exchange.ts'
import { HttpExchange } from './exchange.ts'
import type { Entry } from './limits.ts'
import type { RuleLimits } from './limits/rule-limits.ts'
import type { LocalEngine } from './local-engine.ts'
import { createLocalTarget } from './local-target.ts'
import { ModelAsked } from './model-asked.ts'
import type { ModelOperationId } from './model-operations.ts'
import { MODEL_OPERATIONS } from './model-operations.ts'
import { createModelAnswers, dialectOfModels } from './model-list.ts'
import type { Discovered } from './offer/askable.ts'
import { createRealtime } from './realtime/realtime.ts'
import type { OpenRequests } from './open-requests.ts'
import { keeping } from './reach.ts'
import type { RecordOptions } from './record.ts'
import { RequestRecord } from './record.ts'
import type { Shadow } from './routing/shadow.ts'
import { ServiceAsked } from './service-asked.ts'
import { sideOf } from './shadow-side.ts'
import { ResponsesSession } from './socket/responses-session.ts'
import type { Session, Wire } from './socket/wire.ts'
import type { Targets } from './targets.ts'

/** The operations of the route table that the data path serves. */
export type DataOperation = ModelOperationId | 'models.list' | 'models.read' | 'service.call'

export interface DataPathOptions extends Omit<CallOptions<Asked>, 'local'> {
  /** The caller behind a request, already checked for forged cross-site calls. */
  identify(exchange: Exchange): Caller
  authorise(caller: Caller, action: Action): void
  /** Shared with the platform API. */
  readonly openRequests: OpenRequests
  /** Counts a request against the limits of its caller. @throws Fault `over_limit` */
  enter(caller: Caller): Entry
  readonly targets: Targets
  readonly shadow: Shadow
  readonly ruleLimits: RuleLimits
  readonly discovery: Discovered
  readonly continuity: Continuity
  readonly classifying: Pick<Classifying, 'of'>
  readonly cache: Pick<Cache, 'around'>
  readonly records: RecordOptions
  readonly engine: LocalEngine
  /** Shared with the platform API. */
  readonly bodies: BodyBudget
  /** Flat; every answer carries them. */
  readonly securityHeaders: readonly string[]
  readonly onBug: (request: string, error: unknown) => void
  /** Begins the trace of a request, or does not; null: no trace is kept of any. */
  readonly trace: ((request: string, traceparent: unknown) => Trace | null) | null
}

type Answer = (exchange: Exchange) => Promise<void>

/** By what is asked. */
export type HouseAnswers = Readonly<Record<'embeddings.create' | 'service.call', Answer>>

/** The ways in. */
export interface DataPath {
  /** Serves every operation of the surface `data`. Returns false when the path is not one of them. */
  readonly serve: (request: IncomingMessage, response: ServerResponse, door: Door) => boolean
  /** Answers what comes over a WebSocket of `responses.connect`. */
  readonly openResponses: (wire: Wire) => Session
  /** Answers a request of `chat.complete` that comes from within the house; never rejects. */
  readonly answerChat: (exchange: Exchange) => Promise<void>
  /** Answers what the program itself asks; never rejects. */
  readonly answerHouse: HouseAnswers
  /** Decides where a WebSocket of `realtime.connect` leads. */
  readonly enterRealtime: ReturnType<typeof createRealtime>
}

/** Puts the steps of every operation together. */
export function createDataPath(given: DataPathOptions): DataPath {
  const options: DataPathOptions = {
    ...given,
    identify: (exchange) => keeping(given.identify(exchange), exchange.headers),
  }
  const answers: Readonly<Record<DataOperation, Answer>> = {
    'chat.complete': modelAnswer('chat.complete', options),
    'embeddings.create': modelAnswer('embeddings.create', options),
    'messages.create': modelAnswer('messages.create', options),
    'responses.create': modelAnswer('responses.create', options),
    ...createModelAnswers({
      ...options,
      open: (id, exchange) => new RequestRecord(id, exchange, options.records),
    }),
    'service.call': serviceAnswer(options),
  }
  const { bodies, securityHeaders, onBug, trace } = options
  const serve: DataPath['serve'] = (request, response, door) => {
    const path = pathOf(request.url ?? '')
    const isService = path.startsWith('/services/')
    if (!isService && path !== '/v1' && !path.startsWith('/v1/')) return false
    const dialect = path === MESSAGES_PATH ? 'anthropic' : dialectOfModels(path, request.headers)
    const id = requestId()
    const exchange = new HttpExchange(request, response, {
      id,
      door,
      dialect,
      isNumbered: path === RESPONSES_PATH,
      bodies,
      securityHeaders,
      onBug,
      trace: trace === null ? null : trace(id, request.headers['traceparent']),
    })
    const found = isService ? 'service.call' : operationAt(path, exchange.method)
    if (found !== null) void answers[found](exchange)
    else misdirected(path, exchange, response, options)
    return true
  }
  const answer = answers['responses.create']
  return {
    serve,
    openResponses: (wire) => new ResponsesSession(wire, { answer, bodies, onBug, trace }),
    answerChat: answers['chat.complete'],
    answerHouse: answers,
    enterRealtime: createRealtime(options),
  }
}

const pathOf = (url: string): string => {
  const query = url.indexOf('?')
  return query < 0 ? url : url.slice(0, query)
}

const MESSAGES_PATH = OPERATIONS['messages.create'].path
const RESPONSES_PATH = OPERATIONS['responses.create'].path
const LISTED = [
  'chat.complete',
  'embeddings.create',
  'messages.create',
  'responses.create',
  'models.list',
  'models.read',
] as const satisfies readonly DataOperation[]

/** RFC 9110 section 9.3.2: what answers GET answers HEAD, and node leaves the body out. */
const BY_PATH: ReadonlyMap<string, ReadonlyMap<string, DataOperation>> = new Map(
  LISTED.map((id) => {
    const { method, path } = OPERATIONS[id]
    const methods = method === 'GET' ? ['GET', 'HEAD'] : [method]
    return [path, new Map(methods.map((one) => [one, id]))]
  }),
)

const ONE_MODEL = OPERATIONS['models.read'].path
const ONE_MODEL_BEGINS = ONE_MODEL.slice(0, ONE_MODEL.indexOf('{'))

/** Names of models may hold slashes. */
const operationsAt = (path: string): ReadonlyMap<string, DataOperation> | undefined =>
  BY_PATH.get(path.length > ONE_MODEL_BEGINS.length && path.startsWith(ONE_MODEL_BEGINS) ? ONE_MODEL : path)

const operationAt = (path: string, method: string): DataOperation | null =>
  operationsAt(path)?.get(method) ?? null

function misdirected(
  path: string,
  exchange: Exchange,
  response: ServerResponse,
  options: DataPathOptions,
): void {
  const methods = [...(operationsAt(path)?.keys() ?? [])]
  // RFC 9110 section 15.5.6: a 405 says what would be allowed.
  if (methods.length > 0) response.setHeader('allow', methods.join(', '))
  const { method } = exchange
  const fault =
    methods.length === 0
      ? new Fault('no_such_operation', `There is no operation at ${method} ${path.slice(0, 80)}.`)
      : new Fault('wrong_method', `${path} takes ${methods.join(', ')}, not ${method}.`)
  new RequestRecord('unknown', exchange, options.records).fail(exchange.refuse(fault))
}

function modelAnswer(id: ModelOperationId, options: DataPathOptions): Answer {
  const operation = MODEL_OPERATIONS[id]
  const { bodyBytes } = OPERATIONS[id].limits
  const local = createLocalTarget(options.engine, options.records.nowMs)
  return createAnswer<ModelAsked, RequestRecord>(
    options.cache.around({
      ...shared<ModelAsked>(id, options),
      read: async (exchange) => new ModelAsked(operation, exchange, await exchange.body(bodyBytes)),
      ...calling(operation.dialect, { ...options, local }),
    }),
  )
}

function serviceAnswer(options: DataPathOptions): Answer {
  const { bodyBytes } = OPERATIONS['service.call'].limits
  const local = (): never => {
    throw new Error('a rule for services led to the built-in engine')
  }
  return createAnswer<ServiceAsked, RequestRecord>({
    ...shared<ServiceAsked>('service.call', options),
    read: async (exchange) => new ServiceAsked(exchange, await exchange.body(bodyBytes)),
    ...calling<ServiceAsked>('openai', { ...options, local }),
  })
}

type Steps<A extends Asked> = Rooms<A, RequestRecord>

/** The steps that are the same for every operation. */
function shared<A extends Asked>(
  id: DataOperation,
  options: DataPathOptions,
): Omit<Steps<A>, 'read' | 'call'> {
  const { action } = OPERATIONS[id]
  const { targets, continuity, shadow, ruleLimits, openRequests } = options
  return {
    open: (exchange) => new RequestRecord(id, exchange, options.records),
    identify: (exchange) => exchange.house ?? options.identify(exchange),
    admit(caller) {
      options.authorise(caller, action)
      return options.enter(caller)
    },
    enlist: (exchange) => openRequests.enter(exchange, action),
    dismiss: (open) => openRequests.leave(open),
    continue: (caller, asked) => continuity.of(caller, asked),
    classify: (caller, asked, { class: conversation }) =>
      options.classifying.of(caller, { asked, conversation }, targets.routing),
    keep: (caller, asked, classified) => continuity.keep(caller, asked, classified),
    decide(caller, asked, { classified, continued, request, record }) {
      const deciding = { caller, asked, classified, bound: continued.bound, ruleLimits, record }
      const book = targets.hold()
      if (shadow.isSet) {
        const { class: reached } = classified
        shadow.see(book.routing, {
          request,
          class: reached,
          sideOf: (routing) => sideOf(routing, deciding),
        })
      }
      return decide(book, deciding)
    },
    remember: (route, asked, reply) => continuity.remember(route, asked, reply),
  }
}

/** Calling and answering in the client's dialect. */
function calling<A extends Asked>(dialect: Dialect, options: CallOptions<A>): Pick<Steps<A>, 'call'> {
  const call = createCall(options)
  return { call: (route, asked, visit) => call(route, asked, { ...visit, dialect }) }
}
