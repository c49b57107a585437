import { once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:http'
import { join } from 'node:path'
import type { FaultBody } from '@freehold/contract/fault-body.ts'
import type { AuditEventView } from '../../packages/server/src/audit/events.ts'
import type { GatewayHouse, GatewayHouseOptions } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import { answered, captureServer, ordinary } from './gateway-upstream.ts'

/** Stands in every name, title and text that these tests send; it must never reach the record. */
export const CANARY = 'Kanarienvogel'
export const OWNER = { name: `${CANARY} Owner`, password: `${CANARY} correct horse` }

export type Headers = Readonly<Record<string, string>>

export interface Call {
  readonly method: string
  readonly path: string
  readonly headers?: Headers
  readonly body?: object
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

/** A running house and the key of its operator. */
export interface Ground {
  readonly house: GatewayHouse
  readonly admin: Headers
  send(call: Call): Promise<Answer>
  /** Through the operator's own socket. */
  sendByControl(call: Call): Promise<Answer>
  /** The body of an answer that must be a success. */
  ok<T>(call: Call): Promise<T>
  /** What has been recorded after the event of this id, newest first. */
  events(after: string | null): Promise<readonly AuditEventView[]>
  newestEvent(): Promise<string>
  close(): Promise<void>
}

export const bearer = (key: string): Headers => ({ authorization: `Bearer ${key}` })

export function codeOf({ status, headers, text }: Answer): string {
  if (status < 400) return 'ok'
  // The body of SCIM has no place for our word.
  if (headers['content-type']?.includes('scim')) return String(headers['x-freehold-fault'])
  return (JSON.parse(text) as FaultBody).error.code
}

async function sendTo(
  where: { readonly socketPath: string } | { readonly hostname: string; readonly port: string },
  { method, path, headers, body }: Call,
): Promise<Answer> {
  const bytes = body === undefined ? '' : JSON.stringify(body)
  const call = request({
    ...where,
    method,
    path,
    agent: false,
    headers: {
      ...headers,
      ...(body !== undefined && {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(bytes),
      }),
    },
  })
  call.end(bytes)
  const [response, connection] = await Promise.race([once(call, 'response'), once(call, 'upgrade')])
  if (connection !== undefined) connection.destroy()
  const parts: Buffer[] = []
  if (connection === undefined) for await (const part of response) parts.push(part)
  return {
    status: response.statusCode,
    headers: response.headers,
    text: Buffer.concat(parts).toString('utf8'),
  }
}

interface GroundOptions extends Pick<GatewayHouseOptions, 'env'> {
  /** Where the model `speech` converses over WebSockets. */
  readonly speech?: string
}

export async function openGround({ speech, ...options }: GroundOptions = {}): Promise<Ground> {
  const target = await captureServer((seen, response) =>
    (seen.path.endsWith('/models') ? answered(200, { data: [] }) : ordinary)(seen, response),
  )
  const house = await openGateway(
    {
      knowledge: { guide: true },
      keys: { next: { provider: 'file', path: './next.key' } },
      // So that what is masked stays within the class of its rule.
      classes: { found: { default: 'public' } },
      targets: [
        privateModel(target.url, { realtime: true }),
        privateModel(target.url, { name: 'claude', dialect: 'anthropic' }),
        privateModel(target.url, { name: 'ollama', native: 'ollama' }),
        { name: 'far', kind: 'model', zone: 'managed', dialect: 'openai', url: target.url, models: ['far'] },
        { name: 'echo', kind: 'service', zone: 'private', url: target.url },
        ...(speech === undefined ? [] : [privateModel(speech, { name: 'speech', realtime: true })]),
      ],
      routes: [
        ...(speech === undefined ? [] : [{ when: { model: 'speech' }, to: ['speech'] }]),
        { when: { model: 'far', class: ['public'] }, to: ['far'] },
        { to: ['house', 'claude'] },
        { when: { service: 'echo' }, to: ['echo'] },
      ],
    },
    options,
  )
  const admin = bearer(await house.key('--scope', '*', '--class', 'public'))
  const { hostname, port } = new URL(house.url)
  const send = (call: Call): Promise<Answer> => sendTo({ hostname, port }, call)
  const ok = async <T>(call: Call): Promise<T> => {
    const answer = await send({
      ...call,
      headers: call.headers?.['cookie'] ? call.headers : { ...admin, ...call.headers },
    })
    if (answer.status >= 300) throw new Error(`${call.method} ${call.path}: ${answer.text}`)
    return JSON.parse(answer.text || 'null')
  }
  const newest = async (most: number): Promise<readonly AuditEventView[]> => {
    const path = `/api/audit?limit=${most}`
    return (await ok<{ data: readonly AuditEventView[] }>({ method: 'GET', path })).data
  }
  // What one call leaves is few events; to open all there are costs more than the call.
  const events = async (after: string | null): Promise<readonly AuditEventView[]> =>
    (await newest(after === null ? 200 : 20)).filter(({ id }) => after === null || id > after)
  return {
    house,
    admin,
    send,
    sendByControl: (call) =>
      sendTo(
        { socketPath: join(house.data, 'control.sock') },
        { ...call, headers: { host: 'localhost', ...call.headers } },
      ),
    ok,
    events,
    newestEvent: async () => (await newest(1))[0]?.id ?? '',
    async close() {
      await house.close()
      await target.close()
    },
  }
}

/** What a browser sends that has signed in: the cookie, and what changes something also needs the token. */
export async function signIn(ground: Ground): Promise<{ readonly cookie: Headers; readonly token: Headers }> {
  const answer = await ground.send({ method: 'POST', path: '/api/session', body: OWNER })
  if (answer.status !== 201) throw new Error(answer.text)
  const cookie = { cookie: answer.headers['set-cookie']?.[0]?.split(';')[0] ?? '' }
  const { csrf } = JSON.parse(answer.text) as { csrf: string }
  return { cookie, token: { 'x-csrf-token': csrf } }
}
