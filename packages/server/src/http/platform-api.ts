import type { Multipart } from '@fastify/multipart'
import multipart from '@fastify/multipart'
import type { Action } from '@freehold/contract/actions.ts'
import { ACTIONS } from '@freehold/contract/actions.ts'
import type { Operation } from '@freehold/contract/operation.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Fastify from 'fastify'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { withOrigin } from '../audit/origin.ts'
import type { Caller } from '../identity/caller.ts'
import type { BodyBudget } from '../gateway/body-budget.ts'
import type { Door } from '../gateway/exchange.ts'
import type { OpenRequests } from '../gateway/open-requests.ts'
import type { Method } from '../gateway/record.ts'
import { methodOf } from '../gateway/record.ts'
import type { FaultCode } from '../kernel/fault.ts'
import { errorResponse, Fault } from '../kernel/fault.ts'
import { requestId } from '../kernel/ids.ts'
import { parseInput, parseJson } from '../kernel/input.ts'
import { enlisted, unlessCalledOff } from './called-off.ts'
import type { ApiOperationId, Handlers, UploadedForm } from './handlers/handlers.ts'
import { isScim, misdirected } from './misdirected.ts'
import { originOf } from './origin-of.ts'
import type { Serve } from './server.ts'
import { TextAnswer, TextStream } from './text-answer.ts'

export interface ApiOutcome {
  readonly operation: ApiOperationId | 'unknown'
  readonly method: Method
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
  /** Puts on record what is read by the emergency account. */
  recordRead(
    caller: Caller,
    read: { readonly operation: string; readonly subject: unknown; readonly request: string },
  ): Promise<void>
  /** Shared with the data path. */
  readonly openRequests: OpenRequests
  /** Read for each upload, so that a reloaded configuration counts at once. */
  readonly maxFileBytes: () => number
  /** Refuses what adds to storage while there is no room for it. @throws Fault `storage_full` */
  requireSpace(): Promise<void>
  /** Shared with the data path. */
  readonly bodies: BodyBudget
  settled(outcome: ApiOutcome): void
  onBug(request: string, error: unknown): void
}

/** What a route takes is read by the schema of its operation, so what Fastify has for that is not even loaded. */
const noSchemas = () => (): never => {
  throw new Error('a route has a schema of its own')
}
const NO_SCHEMAS = { buildValidator: noSchemas, buildSerializer: noSchemas }

/** Everything under /api, made from the route table; no business rule lives here. */
export async function createPlatformApi(options: PlatformApiOptions): Promise<Serve> {
  const app = Fastify({
    genReqId: requestId,
    logger: false,
    exposeHeadRoutes: true,
    // Measured after decoding; a document id has at most 256, and one that is longer deserves to hear so.
    routerOptions: { maxParamLength: 300 },
    schemaController: { compilersFactory: NO_SCHEMAS },
    frameworkErrors: (error, request, reply) => refuse(error, request, reply, options),
  })
  app.removeContentTypeParser(['text/plain', 'application/json'])
  // As strict as the data path: Fastify's own reader lets bytes pass that are not UTF-8.
  app.addContentTypeParser(
    ['application/json', 'application/scim+json'],
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      requireJsonLength(request, body)
      return body.length === 0 ? undefined : parseJson(body)
    },
  )
  app.addContentTypeParser(
    'text/csv',
    { parseAs: 'buffer' },
    async (request: FastifyRequest, body: Buffer) => {
      if (!operationOf(request)?.input.csv)
        throw new Fault('wrong_media_type', 'Send the body as application/json.')
      return body
    },
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
      method: methodOf(request),
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
    visits.set(request, { door, caller: null, refused: null, calledOff: null })
    app.routing(request, response)
    return true
  }
}

/** What Fastify's request does not carry. */
interface Visit {
  readonly door: Door
  caller: Caller | null
  refused: FaultCode | null
  /** Aborted when the caller may not go on; null where nobody had to be known. */
  calledOff: AbortSignal | null
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
  const { bodies } = options
  // The table gives every handler its own type; for the loop over all of them they are one.
  const handler = options.handlers[id] as (call: object) => Promise<unknown>
  app.route({
    method: operation.method,
    url: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    bodyLimit: Math.max(operation.limits.bodyBytes, input.csv?.maxBytes ?? 1),
    config: { operation: id },
    // Before the body is read: who may not call does not get a byte of it into memory.
    async onRequest(request, reply) {
      // Fastify takes `/api/requests/` for a request without an id; to everybody else it is no path of ours.
      if (hasEmptyName(request)) throw misdirected(request, reply)
      const visit = visitOf(request)
      visit.caller = ACTIONS[action] === 'anyone' ? null : options.identify(request.raw, visit.door)
      options.authorise(visit.caller, action)
      if (visit.caller !== null) {
        const { headers, method } = request
        visit.calledOff = enlisted(options.openRequests, reply.raw, {
          door: visit.door,
          headers,
          method,
          action,
        })
      }
      requireLength(request, operation)
      if (operation.stores) await options.requireSpace()
      bodies.hold(request.raw, reply.raw, mostBytes(request, operation))
    },
    async handler(request, reply) {
      const { caller, calledOff } = visitOf(request)
      const answered = async (): Promise<unknown> =>
        withOrigin(originOf(request, visitOf(request)), async () => {
          if (caller?.breakGlass && !operation.audit) await options.recordRead(caller, readOf(id, request))
          return handler({
            request: request.id,
            caller,
            params: input.params && parseInput(input.params, request.params),
            query: input.query && parseInput(input.query, request.query),
            body:
              request.isMultipart() && input.file
                ? { form: await uploaded(request, options.maxFileBytes()) }
                : bodyOf(input.body, request),
            asking: {
              headers: request.headers,
              method: request.method,
              requestId: request.id,
              address: request.raw.socket.remoteAddress,
            },
            header: (name: string, value: string) => reply.header(name, value),
            signal: calledOff ?? NEVER,
          })
        })
      const result = await (calledOff === null ? answered() : unlessCalledOff(calledOff, answered))
      reply
        .code(operation.status ?? 200)
        .header('cache-control', 'no-store')
        .header('x-freehold-request', request.id)
      if (result instanceof TextAnswer) {
        if (result.status !== null) reply.code(result.status)
        return reply.type(result.type).send(result.text)
      }
      if (operation.dialect === 'scim' && output !== null) reply.type('application/scim+json')
      if (result instanceof TextStream)
        return reply
          .type(result.type)
          .send(Readable.from(result.parts, { ...(calledOff && { signal: calledOff }) }))
      // The output schema is a whitelist: what it does not name does not leave.
      return reply.send(output === null ? undefined : output.parse(result))
    },
  })
}

const readOf = (operation: ApiOperationId, { id, params }: FastifyRequest) => ({
  operation,
  subject: typeof params === 'object' && params !== null && 'id' in params ? params.id : null,
  request: id,
})

/** Of a call that nobody had to be known for. */
const NEVER = new AbortController().signal

const hasEmptyName = ({ params }: FastifyRequest): boolean =>
  typeof params === 'object' && params !== null && Object.values(params).includes('')

function visitOf(request: FastifyRequest): Visit {
  const visit = request.server.visits.get(request.raw)
  if (!visit) throw new Error('a request came around the door')
  return visit
}

function bodyOf(schema: Operation['input']['body'], request: FastifyRequest): unknown {
  if (!schema) return undefined
  if (isCsv(request) && Buffer.isBuffer(request.body)) return { csv: request.body }
  if (request.body === undefined || request.body === null) {
    throw new Fault('malformed', 'The body is empty; it must be a JSON object.')
  }
  return parseInput(schema, request.body)
}

const isCsv = ({ headers }: FastifyRequest): boolean =>
  headers['content-type']?.toLowerCase().startsWith('text/csv') ?? false

function operationOf({ routeOptions }: FastifyRequest): Operation | undefined {
  const { operation } = routeOptions.config
  return operation && OPERATIONS[operation]
}

/** Where CSV may be longer, JSON may not: it is parsed in one piece. */
function requireJsonLength(request: FastifyRequest, body: Buffer): void {
  const operation = operationOf(request)
  if (operation && body.length > operation.limits.bodyBytes) throw bodyTooLarge(request, operation)
}

const isForm = ({ headers }: FastifyRequest): boolean =>
  headers['content-type']?.toLowerCase().startsWith('multipart/form-data') ?? false

/** What a form holds besides its file: a few short fields and the lines between them. */
const FORM_LINES_BYTES = 64 * 1024

function mostBytes(request: FastifyRequest, { input, limits }: Operation): number {
  if (input.csv && isCsv(request)) return input.csv.maxBytes
  return input.file && isForm(request) ? input.file.maxBytes + FORM_LINES_BYTES : limits.bodyBytes
}

/** Refuses by the declared length, before storage is looked at and before a byte is read. */
function requireLength(request: FastifyRequest, operation: Operation): void {
  if (!operation.input.body) return
  if (Number(request.headers['content-length'] ?? 0) > mostBytes(request, operation))
    throw bodyTooLarge(request, operation)
}

function bodyTooLarge(request: FastifyRequest, { input, limits }: Operation): Fault {
  if (input.csv) {
    return isCsv(request)
      ? new Fault('too_large', `CSV is taken here up to ${input.csv.maxBytes} bytes.`, { param: 'body' })
      : new Fault(
          'too_large',
          `JSON is taken here up to ${limits.bodyBytes} bytes. Send a longer list as text/csv.`,
        )
  }
  if (!input.file)
    return new Fault(
      'too_large',
      `The body is larger than the ${limits.bodyBytes} bytes that this operation takes.`,
    )
  return isForm(request)
    ? new Fault(
        'too_large',
        `The form is larger than the ${input.file.maxBytes} bytes that one file may have.`,
        {
          param: 'file',
        },
      )
    : new Fault(
        'too_large',
        `JSON is taken here up to ${limits.bodyBytes} bytes. Send fewer documents at a time, or a long one as a file (multipart/form-data).`,
      )
}

/** Reads the form to its end before anything is done: a class after the file counts as much as one before it. */
async function uploaded(request: FastifyRequest, fileSize: number): Promise<UploadedForm> {
  const fields = new Map<string, string>()
  let file: UploadedForm['file'] = null
  for await (const part of request.parts({ limits: { fileSize } })) {
    const isFile = part.type === 'file' && part.fieldname === 'file'
    if (fields.has(part.fieldname) || (part.fieldname === 'file' && file !== null))
      throw unfit(part.fieldname, 'stands in the form twice; send it once')
    if (isFile) file = { name: part.filename, bytes: await part.toBuffer() }
    else fields.set(part.fieldname, await textOf(part))
  }
  return { file, fields: Object.fromEntries(fields) }
}

/** A file under another name than `file` has no text; its name is judged as a field's. */
async function textOf(part: Multipart): Promise<string> {
  if (part.type === 'file') {
    await part.toBuffer()
    return ''
  }
  if (part.fieldnameTruncated || part.valueTruncated) throw unfit(part.fieldname, 'is too long')
  if (typeof part.value !== 'string') throw unfit(part.fieldname, 'must be sent as plain text')
  return part.value
}

const unfit = (name: string, why: string): Fault =>
  new Fault('invalid', `${name.slice(0, 80)}: ${why}.`, { param: name.slice(0, 80) })

/** Fastify's own refusals in the words of the one table. */
const FASTIFY_FAULTS: Readonly<Record<string, (options: PlatformApiOptions) => Fault>> = {
  FST_ERR_BAD_URL: () => new Fault('malformed', 'The path is not a valid URL: check its % escapes.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new Fault('malformed', 'The body is not as long as its content-length says.'),
  FST_ERR_CTP_BODY_TOO_LARGE: () => new Fault('too_large', 'The body is larger than this path takes.'),
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

function asFault(error: unknown, request: FastifyRequest, options: PlatformApiOptions): unknown {
  if (error instanceof Fault || !(error instanceof Error)) return error
  const code = 'code' in error ? String(error.code) : error.message
  const { operation } = request.routeOptions.config
  // A body without a declared length grew over the limit.
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE' && operation) return bodyTooLarge(request, OPERATIONS[operation])
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
  const refusal = hasLeft ? clientLeft(error) : asFault(error, request, options)
  if (!(refusal instanceof Fault)) options.onBug(request.id, error)
  const answer = errorResponse(refusal, request.id, isScim(request) ? 'scim' : 'openai')
  visitOf(request).refused = answer.code
  // The form's reader stands still once nobody takes its parts; the rest must not wait behind it.
  request.raw.unpipe()
  // Fastify would close; the listener reads the rest of a refused body, so that its sender sees the answer.
  reply.removeHeader('connection')
  void reply.code(answer.status).headers(answer.headers).send(answer.body)
}

const clientLeft = (cause: unknown): Fault =>
  new Fault('client_left', 'The client closed the connection before its request was complete.', { cause })
