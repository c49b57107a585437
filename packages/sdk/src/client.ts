import type { Params, Query } from './address.ts'
import { fillPath, withQuery } from './address.ts'
import type { Answer, CallOptions } from './answer.ts'
import { answerOf } from './answer.ts'
import { answerStream, STREAMS } from './answer-stream.ts'
import { FreeholdError, fieldsOf } from './error.ts'
import type { NumberedEvent } from './follow.ts'
import type { Operations, PlatformApi } from './generated/platform.ts'
import { TABLE } from './generated/table.ts'
import { groupsOf } from './groups.ts'
import { readLines } from './lines.ts'
import { pagesOf } from './page.ts'
import type { Row } from './row.ts'
import type { FollowRunOptions, RunEvent } from './runs.ts'
import { followRun } from './runs.ts'
import type { Content, TransportOptions, Wish } from './transport.ts'
import { Transport } from './transport.ts'
import type { Upload } from './upload.ts'
import { formOf } from './upload.ts'

/**
 * What stands between the caller and the server: a place for content that only its owners can read, and for checks. It
 * sees each body before it is sent, and each answer and event before it is handed out.
 */
export interface Envelope {
  seal?(operation: string, body: unknown): unknown
  open?(operation: string, value: unknown): unknown
}

export interface ClientOptions extends TransportOptions {
  readonly envelope?: Envelope | undefined
}

export type OperationId = keyof Operations
/** What an operation takes. */
export type Input<Id extends OperationId> = Operations[Id]['input']
/** What an operation gives. */
export type Output<Id extends OperationId> = Operations[Id]['output']

/** Everything that a server offers. */
export interface Client extends PlatformApi {
  /** An operation by its id, as the reference names it. */
  call<Id extends OperationId>(id: Id, input: Input<Id>, options?: CallOptions): Answer<Output<Id>>
  /** The address of an operation, for those that a browser goes to by itself. */
  address(id: keyof typeof TABLE, input?: { readonly params?: Params; readonly query?: Query }): string
  /** A service behind the server, with any method; what it answers comes back as it is. */
  callService(name: string, path: string, request?: ServiceRequest, options?: CallOptions): Promise<Response>
  /** What happens in a run, each event once and in order, also when the network is lost and comes back. */
  follow(run: string, options?: FollowRunOptions): AsyncGenerator<NumberedEvent<RunEvent>>
}

export interface ServiceRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined
  readonly query?: Query | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** Sent as JSON. */
  readonly json?: unknown
  readonly body?: Content | undefined
}

/** What is asked of an operation, however it was said. */
export interface Asked {
  readonly params?: Params
  readonly query?: Query | undefined
  readonly body?: unknown
  readonly upload?: Upload
  readonly csv?: string
  readonly accept?: string
}

/** A client of one server. In a page of the server itself it needs nothing; elsewhere an address and a key. */
export function createClient(options: ClientOptions = {}): Client {
  const transport = new Transport(options)
  const { envelope } = options
  const table: Readonly<Record<string, Row>> = TABLE
  const rowOf = (id: string): Row => {
    const row = table[id]
    if (row === undefined) throw new TypeError(`There is no operation ${id}.`)
    return row
  }

  async function wishOf(id: string, asked: Asked): Promise<Wish> {
    const row = rowOf(id)
    const path = withQuery(fillPath(row.path, asked.params), asked.query)
    const accept = { accept: asked.accept ?? acceptOf(row) }
    if (asked.upload !== undefined) {
      const { headers, ...form } = await formOf(asked.upload, transport)
      return { row, path, ...form, headers: { ...accept, ...headers } }
    }
    if (asked.csv !== undefined)
      return { row, path, body: asked.csv, headers: { ...accept, 'content-type': 'text/csv' } }
    if (row.body === undefined || asked.body === undefined) return { row, path, headers: accept }
    if (row.body === 'form') {
      const form = new URLSearchParams(withQuery('', fieldsOf(asked.body) ?? {}).slice(1))
      return { row, path, body: form, headers: accept }
    }
    const sealed = envelope?.seal ? await envelope.seal(id, asked.body) : asked.body
    const body = JSON.stringify(sealed)
    return { row, path, body, headers: { ...accept, 'content-type': 'application/json' } }
  }

  const opened = async (id: string, value: unknown): Promise<unknown> =>
    envelope?.open ? envelope.open(id, value) : value

  async function send(
    id: string,
    asked: Asked,
    call: CallOptions = {},
  ): Promise<{ readonly data: unknown; readonly response: Response }> {
    const wish = await wishOf(id, asked)
    return transport.exchange(wish, call, async (response) => {
      if (wish.row.lines) return { data: readLines(response), response }
      if (wish.row.bytes) return { data: await opened(id, await response.blob()), response }
      const body = await bodyOf(response)
      transport.note(response, body)
      return { data: await opened(id, body), response }
    })
  }

  function ask(id: string, asked: Asked, call?: CallOptions): Answer<unknown> {
    const { items, cursor } = rowOf(id)
    const first = send(id, asked, call)
    if (items === undefined || cursor === undefined) return answerOf(first)
    const next = (at: string | number): Promise<{ readonly data: unknown }> =>
      send(id, { ...asked, query: { ...asked.query, [cursor]: at } }, call)
    return pagesOf({ first, items, next })
  }

  const stream = (id: string, asked: Asked, call: CallOptions = {}): AsyncIterable<unknown> => {
    const format = STREAMS[id]
    if (format === undefined) throw new TypeError(`${id} is not streamed.`)
    const open = async (): Promise<Response> => {
      const body = { ...fieldsOf(asked.body), stream: true }
      return transport.exchange(await wishOf(id, { ...asked, body }), call, async (response) => response)
    }
    return answerStream(format, open, (event) => opened(id, event))
  }

  const own: Pick<Client, 'call' | 'address' | 'callService' | 'follow'> = {
    // The types of the table say for each id what comes back.
    call: (id, input, call) => ask(id, input as Asked, call) as Answer<never>,
    address: (id, input = {}) =>
      transport.base + withQuery(fillPath(rowOf(id).path, input.params), input.query),
    async callService(name, path, request = {}, call = {}) {
      const { method = 'GET', query, headers, json, body } = request
      const isJson = json !== undefined
      const wish: Wish = {
        row: { ...TABLE['service.call'], method },
        path: withQuery(fillPath(TABLE['service.call'].path, { name, path }), query),
        headers: { ...(isJson && { 'content-type': 'application/json' }), ...headers },
        body: isJson ? JSON.stringify(json) : (body ?? null),
        isOnce: body instanceof ReadableStream,
      }
      return transport.exchange(wish, call, async (response) => response)
    },
    async *follow(run, following = {}) {
      const key = typeof options.key === 'string' ? options.key : null
      for await (const { seq, event } of followRun({ transport, key }, run, following))
        // An envelope gives back what it was given, opened.
        yield { seq, event: (await opened('run.events', event)) as RunEvent }
    },
  }
  // Made from the same table as the type.
  return Object.assign(groupsOf(table, { ask, stream }) as PlatformApi, own)
}

const acceptOf = ({ lines, bytes }: Row): string =>
  lines ? 'application/x-ndjson' : bytes ? '*/*' : 'application/json'

async function bodyOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  const type = response.headers.get('content-type') ?? ''
  if (/^application\/(?:[\w.+-]+\+)?json\b/i.test(type)) {
    const text = await response.text()
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw new FreeholdError('unreadable_answer', 'The answer is no JSON.', {
        status: response.status,
        cause,
      })
    }
  }
  if (/^text\/(?:plain|csv|markdown)\b/i.test(type)) return response.text()
  if (type === '' && (await response.text()) === '') return undefined
  const why = /^text\/event-stream/i.test(type) ? 'a stream; ask for it with `stream`' : type || 'of no type'
  throw new FreeholdError('unreadable_answer', `The answer is ${why}.`, { status: response.status })
}
