import multipart from '@fastify/multipart'
import type { Action } from '@freehold/contract/actions.ts'
import { ACTIONS } from '@freehold/contract/actions.ts'
import type { Operation } from '@freehold/contract/operation.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Fastify from 'fastify'
import type { IncomingMessage } from 'node:http'
import type { Caller } from '../identity/caller.ts'
import type { Door } from '../gateway/exchange.ts'
import type { FaultCode } from '../kernel/fault.ts'
import { errorResponse, Fault } from '../kernel/fault.ts'
import { requestId } from '../kernel/ids.ts'
import { parseInput, parseJson } from '../kernel/input.ts'
import type { ApiOperationId, Handlers, UploadedFile } from './handlers/handlers.ts'
import type { Serve } from './server.ts'

export interface ApiOutcome {
  readonly operation: ApiOperationId | 'unknown'
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly status: number
  readonly code: FaultCode | 'ok'
  readonly request: string
  readonly durationMs: number
}

export interface PlatformApiOptions {
  readonly handlers: Handlers
  /** The caller behind a request; throws where it is unknown or the call is forged. */
  identify(request: IncomingMessage, door: Door): Caller
  authorise(caller: Caller | null, action: Action): void
  /** Read for each upload, so that a reloaded configuration counts at once. */
  readonly maxFileBytes: () => number
  /** Refuses what would change something while storage has no room or the server is draining. */
  beforeChange(): Promise<void>
  settled(outcome: ApiOutcome): void
  onBug(request: string, error: unknown): void
}

/** Everything under /api, made from the route table; no business rule lives here. */
export async function createPlatformApi(options: PlatformApiOptions): Promise<Serve> {
  const app = Fastify({
    genReqId: requestId,
    logger: false,
    exposeHeadRoutes: true,
    // Measured after decoding; a document id has at most 256, and one that is longer deserves to hear so.
    routerOptions: { maxParamLength: 300 },
    frameworkErrors: (error, request, reply) => refuse(error, request, reply, options),
  })
  app.removeContentTypeParser(['text/plain', 'application/json'])
  // As strict as the data path: Fastify's own reader lets bytes pass that are not UTF-8.
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer' },
    async (_: FastifyRequest, body: Buffer) => (body.length === 0 ? undefined : parseJson(body)),
  )
  await app.register(multipart, {
    limits: { files: 1, fields: 10, fieldSize: 4096, fileSize: options.maxFileBytes() },
  })
  app.setErrorHandler((error, request, reply) => refuse(error, request, reply, options))
  app.setNotFoundHandler((request, reply) => refuse(misdirected(request, reply), request, reply, options))
  const visits = new WeakMap<IncomingMessage, Visit>()
  app.decorate('visits', visits)
  app.addHook('onResponse', async (request, reply) => {
    options.settled({
      operation: request.routeOptions.config.operation ?? 'unknown',
      method: METHODS.find((method) => method === request.method) ?? 'GET',
      status: reply.statusCode,
      code: visits.get(request.raw)?.refused ?? 'ok',
      request: request.id,
      durationMs: reply.elapsedTime,
    })
  })
  for (const [id, operation] of Object.entries(OPERATIONS)) {
    if (operation.surface === 'api') serve(app, id as ApiOperationId, operation, options)
  }
  await app.ready()
  return (request, response, door) => {
    visits.set(request, { door, caller: null, refused: null })
    app.routing(request, response)
    return true
  }
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

/** What Fastify's request does not carry. */
interface Visit {
  readonly door: Door
  caller: Caller | null
  refused: FaultCode | null
}

declare module 'fastify' {
  interface FastifyContextConfig {
    operation?: ApiOperationId
  }
  interface FastifyInstance {
    visits: WeakMap<IncomingMessage, Visit>
  }
}

function serve(
  app: FastifyInstance,
  id: ApiOperationId,
  operation: Operation,
  options: PlatformApiOptions,
): void {
  const { input, output, action } = operation
  // The table gives every handler its own type; for the loop over all of them they are one.
  const handler = options.handlers[id] as (call: object) => Promise<unknown>
  app.route({
    method: operation.method,
    url: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    bodyLimit: Math.max(operation.limits.bodyBytes, 1),
    config: { operation: id },
    // Before the body is read: who may not call does not get a byte of it into memory.
    async onRequest(request) {
      const visit = visitOf(request)
      visit.caller = ACTIONS[action] === 'anyone' ? null : options.identify(request.raw, visit.door)
      options.authorise(visit.caller, action)
      if (operation.audit) await options.beforeChange()
    },
    async handler(request, reply) {
      const result = await handler({
        request: request.id,
        caller: visitOf(request).caller,
        params: input.params && parseInput(input.params, request.params),
        query: input.query && parseInput(input.query, request.query),
        body:
          request.isMultipart() && input.file
            ? { file: await uploaded(request, options.maxFileBytes()) }
            : bodyOf(input.body, request),
        asking: { headers: request.headers, method: request.method, requestId: request.id },
        header: (name: string, value: string) => reply.header(name, value),
      })
      reply
        .code(operation.status ?? 200)
        .header('cache-control', 'no-store')
        .header('x-freehold-request', request.id)
      // The output schema is a whitelist: what it does not name does not leave.
      return reply.send(output === null ? undefined : output.parse(result))
    },
  })
}

function visitOf(request: FastifyRequest): Visit {
  const visit = request.server.visits.get(request.raw)
  if (!visit) throw new Error('a request came around the door')
  return visit
}

function bodyOf(schema: Operation['input']['body'], request: FastifyRequest): unknown {
  if (!schema) return undefined
  if (request.body === undefined || request.body === null) {
    throw new Fault('malformed', 'The body is empty; it must be a JSON object.')
  }
  return parseInput(schema, request.body)
}

async function uploaded(request: FastifyRequest, fileSize: number): Promise<UploadedFile> {
  const part = await request.file({ limits: { fileSize } })
  if (!part) throw new Fault('invalid', 'file: the form must hold one file part.', { param: 'file' })
  const bytes = await part.toBuffer()
  const fields = Object.entries(part.fields).flatMap(([name, field]) =>
    field && !Array.isArray(field) && field.type === 'field' ? [[name, String(field.value)] as const] : [],
  )
  return { name: part.filename, bytes, fields: Object.fromEntries(fields) }
}

/** Fastify's own refusals in the words of the one table. */
const FASTIFY_FAULTS: Readonly<Record<string, (options: PlatformApiOptions) => Fault>> = {
  FST_ERR_BAD_URL: () => new Fault('malformed', 'The path is not a valid URL: check its % escapes.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new Fault('malformed', 'The body is not as long as its content-length says.'),
  FST_ERR_CTP_BODY_TOO_LARGE: () => new Fault('too_large', 'The body is larger than this operation takes.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new Fault('wrong_media_type', 'Send the body as application/json.'),
  FST_REQ_FILE_TOO_LARGE: ({ maxFileBytes }) =>
    new Fault(
      'too_large',
      `The file is larger than the ${maxFileBytes()} bytes that knowledge.maxFileBytes allows.`,
      { param: 'file' },
    ),
  FST_FILES_LIMIT: () => new Fault('invalid', 'file: send one file per request.', { param: 'file' }),
  FST_FIELDS_LIMIT: () => new Fault('invalid', 'The form has too many fields.'),
}

function asFault(error: unknown, options: PlatformApiOptions): unknown {
  if (error instanceof Fault || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : error.message
  const known = FASTIFY_FAULTS[code]
  if (known) return known(options)
  const status = 'statusCode' in error ? error.statusCode : undefined
  // Fastify's and its plugins' remaining client errors; the message is theirs and holds no content.
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new Fault('malformed', 'The request could not be read.', { cause: error })
  return error
}

function refuse(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  options: PlatformApiOptions,
): void {
  const hasLeft = request.raw.destroyed && !request.raw.complete
  const refusal = hasLeft ? clientLeft(error) : asFault(error, options)
  if (!(refusal instanceof Fault)) options.onBug(request.id, error)
  const answer = errorResponse(refusal, request.id)
  visitOf(request).refused = answer.code
  // Fastify would close; the listener reads the rest of a refused body, so that its sender sees the answer.
  reply.removeHeader('connection')
  void reply.code(answer.status).headers(answer.headers).send(answer.body)
}

const clientLeft = (cause: unknown): Fault =>
  new Fault('client_left', 'The client closed the connection before its request was complete.', { cause })

/** Nothing is routed there; says which methods the path would take where it is one of ours. */
function misdirected(request: FastifyRequest, reply: FastifyReply): Fault {
  const path = request.url.split('?', 1)[0] ?? ''
  const methods = PATHS.filter(({ pattern }) => pattern.test(path)).flatMap(({ method }) =>
    method === 'GET' ? ['GET', 'HEAD'] : [method],
  )
  if (methods.length > 0 && !methods.includes(request.method)) {
    const allow = methods.join(', ')
    // RFC 9110 section 15.5.6: a 405 says what would be allowed.
    reply.header('allow', allow)
    return new Fault('wrong_method', `${path.slice(0, 80)} takes ${allow}, not ${request.method}.`)
  }
  return new Fault('no_such_operation', `There is no operation at ${request.method} ${path.slice(0, 80)}.`)
}

const PATHS = Object.values(OPERATIONS).map(({ method, path }) => ({
  method,
  pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
}))
