import type { IncomingMessage, ServerResponse } from 'node:http'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { withOrigin } from '../../audit/origin.ts'
import type { Caller } from '../../identity/caller.ts'
import type { authorise } from '../../identity/authorise.ts'
import type { Entry } from '../../gateway/limits.ts'
import type { BodyBudget } from '../../gateway/body-budget.ts'
import type { Door } from '../../gateway/exchange.ts'
import type { OpenRequests } from '../../gateway/open-requests.ts'
import { methodOf } from '../../gateway/record.ts'
import { Fault } from '../../kernel/fault.ts'
import { requestId } from '../../kernel/ids.ts'
import type { OverRequest } from '../../ops/request-figures.ts'
import { enlisted, unlessCalledOff } from '../called-off.ts'
import { originOf } from '../origin-of.ts'
import type { Serve } from '../server.ts'
import { refuse } from '../server.ts'
import { challenge, METADATA_PATH, resourceMetadata } from './resource-metadata.ts'
import type { Serving } from './serving.ts'
import { sendWeb, webRequest, wholeBody } from './web-exchange.ts'

export interface McpPlaceOptions {
  /** Loaded with the first request: most installations have no client of this protocol. */
  readonly serving: () => Promise<Serving>
  readonly identify: (request: IncomingMessage, door: Door) => Caller | Promise<Caller>
  readonly authorise: typeof authorise
  /** Counts a request against the limits of its caller. @throws Fault `over_limit` */
  readonly admit: (caller: Caller) => Pick<Entry, 'leave'>
  readonly openRequests: OpenRequests
  readonly bodies: BodyBudget
  /** Of the authorisation server, which is this platform. */
  readonly issuer: () => string
  readonly settled: (over: OverRequest) => void
  readonly onBug: (request: string, error: unknown) => void
}

const { action, limits } = OPERATIONS['mcp.call']
const METHODS: ReadonlySet<string> = new Set(['POST', 'GET', 'DELETE'])

/** `/mcp`: the platform as a server of the Model Context Protocol, for callers that it knows; and what says how to become one. */
export function createMcpPlace(options: McpPlaceOptions): Serve {
  return (request, response, door) => {
    const path = (request.url ?? '').split('?', 1)[0]
    if (path === METADATA_PATH) {
      tellMetadata(options, request, response)
      return true
    }
    if (path !== '/mcp') return false
    void serve(options, { request, response, door })
    return true
  }
}

interface Coming {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly door: Door
}

async function serve(options: McpPlaceOptions, coming: Coming): Promise<void> {
  const { request, response } = coming
  const { settled, issuer, onBug } = options
  const id = requestId()
  const fromMs = performance.now()
  const over = (status: number, code: OverRequest['code']): void =>
    settled({
      request: id,
      operation: 'mcp.call',
      method: methodOf(request),
      status,
      code,
      durationMs: performance.now() - fromMs,
    })
  response.setHeader('x-freehold-request', id)
  response.setHeader('cache-control', 'no-store')
  try {
    const answer = await answered(options, coming, id)
    await sendWeb(answer, response)
    over(answer.status, 'ok')
  } catch (error) {
    if (error instanceof Fault && error.status === 401) {
      const { authorization, 'x-api-key': key } = request.headers
      response.setHeader(
        'www-authenticate',
        challenge(issuer(), authorization !== undefined || key !== undefined),
      )
    }
    const { status, code } = refuse(response, error, { id, onBug })
    over(status, code)
  }
}

/** As every operation: known, allowed and within limits before a byte of the body is read. */
async function answered(
  options: McpPlaceOptions,
  { request, response, door }: Coming,
  id: string,
): Promise<Response> {
  const { method = '', headers } = request
  if (!METHODS.has(method)) {
    response.setHeader('allow', [...METHODS].join(', '))
    throw new Fault('wrong_method', `/mcp takes ${[...METHODS].join(', ')}, not ${method}.`)
  }
  const caller = await options.identify(request, door)
  options.authorise(caller, action)
  const calledOff = enlisted(options.openRequests, response, { door, headers, method, action })
  const entry = options.admit(caller)
  response.once('close', () => entry.leave())
  options.bodies.hold(request, response, limits.bodyBytes)
  const body = await wholeBody(request, limits.bodyBytes)
  const left = new AbortController()
  response.once('close', () => left.abort())
  const signal = AbortSignal.any([left.signal, calledOff])
  const serving = await options.serving()
  return withOrigin(originOf({ headers, raw: request }, { door, caller }), () =>
    unlessCalledOff(calledOff, () =>
      serving.answer(webRequest(request, { body, signal }), { caller, request: id, signal }),
    ),
  )
}

function tellMetadata(
  { issuer, settled }: McpPlaceOptions,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const fromMs = performance.now()
  const id = requestId()
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD')
    throw new Fault('wrong_method', `${METADATA_PATH} takes GET, HEAD, not ${request.method}.`)
  }
  const body = Buffer.from(JSON.stringify(resourceMetadata(issuer())))
  response.writeHead(200, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'x-freehold-request': id,
    'content-length': body.length,
  })
  response.end(request.method === 'HEAD' ? undefined : body)
  settled({
    request: id,
    operation: 'mcp.resource_metadata',
    method: methodOf(request),
    status: 200,
    code: 'ok',
    durationMs: performance.now() - fromMs,
  })
}
