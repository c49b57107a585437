import type { GatewayHouse } from './gateway-house.ts'
import { openGateway, privateModel } from './gateway-house.ts'
import type { CaptureServer } from './gateway-upstream.ts'
import { captureServer, chatEvents } from './gateway-upstream.ts'

/** What SCIM answers with, as far as these tests look. */
export interface Resource {
  readonly id: string
  readonly schemas: readonly string[]
  readonly meta: { readonly version: string; readonly location: string; readonly resourceType: string }
  readonly [name: string]: unknown
}
export interface ListAnswer {
  readonly totalResults: number
  readonly startIndex: number
  readonly itemsPerPage: number
  readonly Resources: readonly Resource[]
}
export interface ScimAnswer<T = Resource> {
  readonly status: number
  readonly headers: Headers
  readonly body: T
}

type Wish = Readonly<Record<string, string>>

/** A running house with a directory that has a key with the scope `scim` and nothing else. */
export interface ScimHouse {
  readonly house: GatewayHouse
  /** Of a model whose streams stay open until the test ends them. */
  readonly model: CaptureServer
  readonly directoryKey: string
  /** A request as the directory sends it. */
  readonly scim: <T = Resource>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Wish,
  ) => Promise<ScimAnswer<T>>
  /** The same with another key. */
  as(key: string): ScimHouse['scim']
  /** As the operator, over the platform's own interface; a success is asked for. */
  api<T>(method: string, path: string, body?: unknown, headers?: Wish): Promise<T>
  /** A key of the operator's. */
  makeKey(scopes: readonly string[]): Promise<string>
  /** Lets somebody choose a password; the headers of the browser that has. */
  enter(user: string): Promise<Wish>
  /** Whether these headers let anybody in. */
  opens(headers: Wish): Promise<boolean>
  close(): Promise<void>
}

export const bearer = (key: string): Wish => ({ authorization: `Bearer ${key}` })

export async function openScim(config: object = {}): Promise<ScimHouse> {
  const model = await captureServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(chatEvents(['Bonjour ', 'le monde']).slice(0, 2).join(''))
  })
  const house = await openGateway(
    { targets: [privateModel(model.url)], routes: [{ to: ['house'] }], ...config },
    { key: ['--scope', '*'] },
  )
  const directoryKey = await house.key('--scope', 'scim', '--name', 'directory')
  const as =
    (key: string): ScimHouse['scim'] =>
    async (method, path, body, headers = {}) => {
      const answer = await fetch(`${house.url}/scim/v2${path}`, {
        method,
        headers: {
          ...bearer(key),
          accept: 'application/scim+json',
          ...(body !== undefined && { 'content-type': 'application/scim+json; charset=utf-8' }),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await answer.text()
      return { status: answer.status, headers: answer.headers, body: JSON.parse(text || 'null') }
    }
  const api: ScimHouse['api'] = async (method, path, body, headers = bearer(house.apiKey)) => {
    const answer = await fetch(house.url + path, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${text}`)
    return JSON.parse(text || 'null')
  }
  return {
    house,
    model,
    directoryKey,
    scim: as(directoryKey),
    as,
    api,
    makeKey: async (scopes) => (await api<{ key: string }>('POST', '/api/keys', { scopes })).key,
    async enter(user) {
      const { token } = await api<{ token: string }>('POST', `/api/users/${user}/password-link`)
      const answer = await fetch(`${house.url}/api/invitations/accept`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token, password: 'copper lantern drifts' }),
      })
      if (answer.status !== 201) throw new Error(await answer.text())
      const cookie = answer.headers.getSetCookie()[0]?.split(';')[0] ?? ''
      return { cookie, 'x-csrf-token': ((await answer.json()) as { csrf: string }).csrf }
    },
    opens: async (headers) => (await fetch(`${house.url}/api/session`, { headers })).ok,
    async close() {
      await house.close()
      await model.close()
    },
  }
}

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** Somebody new. */
export const person = (wish: object = {}) => ({
  schemas: [USER],
  userName: `p-${crypto.randomUUID()}@example.org`,
  externalId: crypto.randomUUID(),
  active: true,
  ...wish,
})
export const patch = (...operations: readonly object[]) => ({ schemas: [PATCH_OP], Operations: operations })
