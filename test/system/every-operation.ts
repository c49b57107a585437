import { once } from 'node:events'
import type { IncomingHttpHeaders } from 'node:http'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultBody } from '@freehold/contract/fault-body.ts'
import type { Operation } from '@freehold/contract/operation.ts'
import type { OperationId } from '@freehold/contract/operations.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { AuditEventView } from '../../packages/server/src/audit/events.ts'
import { totp } from '../../packages/server/src/identity/factors/totp.ts'
import { addTenant } from './cluster.ts'
import type { GatewayHouse } from './gateway-house.ts'
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

/** Rows of the table by id, as the general type: what a loop over all of them sees. */
export const TABLE = Object.entries(OPERATIONS) as readonly (readonly [OperationId, Operation])[]

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

export const codeOf = (answer: Answer): string =>
  answer.status < 400 ? 'ok' : (JSON.parse(answer.text) as FaultBody).error.code

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

export async function openGround(): Promise<Ground> {
  const target = await captureServer((seen, response) =>
    (seen.path.endsWith('/models') ? answered(200, { data: [] }) : ordinary)(seen, response),
  )
  const house = await openGateway({
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
    ],
    routes: [
      { when: { model: 'far', class: ['public'] }, to: ['far'] },
      { to: ['house', 'claude'] },
      { when: { service: 'echo' }, to: ['echo'] },
    ],
  })
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
  const events = async (after: string | null): Promise<readonly AuditEventView[]> => {
    const { data } = await ok<{ data: readonly AuditEventView[] }>({
      method: 'GET',
      path: '/api/audit?limit=200',
    })
    return data.filter(({ id }) => after === null || id > after)
  }
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
    newestEvent: async () => (await events(null))[0]?.id ?? '',
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

const collection = (ground: Ground): Promise<{ id: string }> =>
  ground.ok({ method: 'POST', path: '/api/collections', body: { name: `${CANARY} ${crypto.randomUUID()}` } })

const texts = { documents: [{ id: `${CANARY}-1`, title: CANARY, text: `The ${CANARY} sings at dawn.` }] }

async function withDocument(
  ground: Ground,
): Promise<{ readonly collection: string; readonly document: string }> {
  const { id } = await collection(ground)
  const document = crypto.randomUUID()
  const documents = texts.documents.map((text) => ({ ...text, id: document }))
  await ground.ok({ method: 'POST', path: `/api/collections/${id}/documents`, body: { documents } })
  return { collection: id, document }
}

/** `by`: the headers of a member who is going to send it; otherwise the owner is. */
type Sample = (
  ground: Ground,
  by?: Headers,
) => Promise<{
  /** What stands in the path in the place of its parameters. */
  readonly id?: string
  readonly user?: string
  /** With its question mark. */
  readonly query?: string
  readonly body?: object
}>

const bare: Sample = async () => ({})
const inCollection: Sample = async (ground) => ({ id: (await collection(ground)).id })
const ofDocument: Sample = async (ground) => ({ id: (await withDocument(ground)).document })

const SAMPLE_TARGET = {
  name: 'sample',
  kind: 'service',
  zone: 'private',
  url: 'http://10.0.0.1',
  auth: { apiKey: `sk-${CANARY}` },
}

async function aTrial(ground: Ground): Promise<number> {
  const body = { routes: [] }
  const { version } = await ground.ok<{ version: number }>({
    method: 'POST',
    path: '/api/routes/shadow',
    body,
  })
  return version
}

async function aTarget(ground: Ground): Promise<string> {
  const name = `t-${crypto.randomUUID()}`
  await ground.ok({
    method: 'PUT',
    path: `/api/targets/${name}`,
    body: { target: { ...SAMPLE_TARGET, name } },
  })
  return name
}

function anInvitation(ground: Ground): Promise<{ id: string; token: string }> {
  const name = `${CANARY} ${crypto.randomUUID()}`
  return ground.ok({ method: 'POST', path: '/api/invitations', body: { name } })
}

const MEMBER_PASSWORD = 'copper lantern drifts'
const TOTP_SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const PUBLIC_KEY = { id: 'AA', rawId: 'AA', type: 'public-key' }

const passwordOf = (by: Headers | undefined): string => (by ? MEMBER_PASSWORD : OWNER.password)
const codeNow = (): string => totp(Buffer.from('12345678901234567890'), Math.floor(Date.now() / 30_000))

/** The member has an authenticator app; the owner of these tests never has. */
async function withTotp(ground: Ground, by: Headers | undefined): Promise<void> {
  if (by === undefined) return
  const body = { secret: TOTP_SECRET, code: codeNow(), password: MEMBER_PASSWORD }
  await ground.ok({ method: 'PUT', path: '/api/session/totp', body, headers: by })
}

/** Somebody new who is signed in: what the browser sends, with the token. */
export async function memberHeaders(ground: Ground): Promise<Headers> {
  const { token } = await anInvitation(ground)
  const body = { token, password: MEMBER_PASSWORD }
  const answer = await ground.send({ method: 'POST', path: '/api/invitations/accept', body })
  if (answer.status !== 201) throw new Error(answer.text)
  const cookie = answer.headers['set-cookie']?.[0]?.split(';')[0] ?? ''
  return { cookie, 'x-csrf-token': (JSON.parse(answer.text) as { csrf: string }).csrf }
}

/** Joining takes a slow hash: one member serves for all samples until it is deleted. */
const members = new WeakMap<Ground, string>()

async function aMember(ground: Ground): Promise<string> {
  const known = members.get(ground)
  if (known !== undefined && (await openSessions(ground, known)).length > 0) return known
  const { token } = await anInvitation(ground)
  const body = { token, password: MEMBER_PASSWORD }
  const joined = await ground.ok<{ caller: { principal: string } }>({
    method: 'POST',
    path: '/api/invitations/accept',
    body,
  })
  members.set(ground, joined.caller.principal)
  return joined.caller.principal
}

async function openSessions(ground: Ground, user: string): Promise<readonly { id: string }[]> {
  const call = { method: 'GET', path: `/api/sessions?user=${user}`, headers: ground.admin }
  const answer = await ground.send(call)
  return answer.status === 200 ? (JSON.parse(answer.text) as { data: { id: string }[] }).data : []
}

async function aSession(ground: Ground): Promise<string> {
  return (await openSessions(ground, await aMember(ground)))[0]?.id ?? ''
}

async function aGroup(ground: Ground): Promise<string> {
  const body = { name: `${CANARY} ${crypto.randomUUID()}` }
  return (await ground.ok<{ id: string }>({ method: 'POST', path: '/api/groups', body })).id
}

async function aDictionary(ground: Ground): Promise<string> {
  const name = 'd-sample'
  await ground.ok({
    method: 'PUT',
    path: `/api/privacy/dictionaries/${name}`,
    body: { entries: [{ value: `${CANARY} & Daughters` }] },
  })
  return name
}

/** The id of an event that is in the log. */
async function anEntry(ground: Ground): Promise<string> {
  for (;;) {
    const logged = (await ground.events(null)).find(({ leaf }) => leaf !== null)
    if (logged) return logged.id
    await sleep(100)
  }
}

/** For each operation something that it would do if the caller may: what it takes is made afresh. */
const SAMPLES: Readonly<Record<OperationId, Sample>> = {
  'chat.complete': async () => ({
    body: { model: 'extract-1', messages: [{ role: 'user', content: `Where is the ${CANARY}?` }] },
  }),
  'embeddings.create': async () => ({ body: { model: CANARY, input: CANARY } }),
  'messages.create': async () => ({
    body: { model: CANARY, max_tokens: 9, messages: [{ role: 'user', content: CANARY }] },
  }),
  'responses.create': async () => ({ body: { model: CANARY, input: CANARY } }),
  'service.call': async () => ({ id: 'echo', body: { text: CANARY } }),
  'models.list': bare,
  'models.read': async () => ({ id: 'extract-1' }),
  'probe.live': bare,
  'probe.ready': bare,
  'probe.startup': bare,
  'metrics.read': bare,
  'platform.read': bare,
  'owner.claim': async ({ house }) => ({
    body: { ...OWNER, token: new URL(house.claimUrl ?? 'http://h/').hash.replace('#claim=', '') },
  }),
  'session.open': async () => ({ body: OWNER }),
  'session.read': bare,
  'session.close': bare,
  'key.create': async () => ({ body: { name: CANARY } }),
  'key.list': bare,
  'key.revoke': (ground) => ground.ok({ method: 'POST', path: '/api/keys', body: { name: CANARY } }),
  'user.list': bare,
  'user.read': async (ground) => ({ id: await aMember(ground) }),
  'user.change': async (ground) => ({ id: await aMember(ground), body: { role: 'guest' } }),
  'user.delete': async (ground) => ({ id: await aMember(ground) }),
  'user.reset': async (ground) => ({ id: await aMember(ground) }),
  'invitation.create': async () => ({ body: { name: `${CANARY} ${crypto.randomUUID()}` } }),
  'invitation.list': bare,
  'invitation.withdraw': async (ground) => ({ id: (await anInvitation(ground)).id }),
  'invitation.accept': async (ground) => {
    const { token } = await anInvitation(ground)
    return { body: { token, password: MEMBER_PASSWORD } }
  },
  'password.change': async (_, by) => ({
    // The owner's stays what the other tests sign in with.
    body: { current: passwordOf(by), password: by ? `${MEMBER_PASSWORD} again` : OWNER.password },
  }),
  'factor.read': bare,
  'totp.begin': bare,
  'totp.confirm': async (_, by) => ({
    body: { secret: TOTP_SECRET, code: by ? codeNow() : '000000', password: passwordOf(by) },
  }),
  'totp.remove': async (ground, by) => {
    await withTotp(ground, by)
    return { body: { password: passwordOf(by) } }
  },
  'recovery.renew': async (ground, by) => {
    await withTotp(ground, by)
    return { body: { password: passwordOf(by) } }
  },
  'passkey.options': async (_, by) => ({ body: { password: passwordOf(by) } }),
  'passkey.add': async () => ({
    body: {
      name: CANARY,
      response: { ...PUBLIC_KEY, response: { clientDataJSON: 'e30', attestationObject: 'oA' } },
    },
  }),
  'passkey.remove': async () => ({ id: crypto.randomUUID() }),
  'passkey.challenge': bare,
  'passkey.enter': async () => ({
    body: {
      response: {
        ...PUBLIC_KEY,
        response: { clientDataJSON: 'e30', authenticatorData: 'AA', signature: 'AA' },
      },
    },
  }),
  'user.reset_factors': async (ground) => ({ id: await aMember(ground) }),
  'connection.list': bare,
  // Seen with a provider in the tests of federation; this house has none.
  'connection.test': async () => ({ id: 'nowhere' }),
  'oidc.start': async () => ({ id: 'nowhere' }),
  'oidc.callback': async () => ({ id: 'nowhere', query: '?code=c&state=s' }),
  'federated.list': bare,
  'federated.link': async (_, by) => ({ body: { connection: 'nowhere', password: passwordOf(by) } }),
  'federated.unlink': async () => ({ id: crypto.randomUUID() }),
  'session.list': bare,
  'session.end': async (ground) => ({ id: await aSession(ground) }),
  'group.list': bare,
  'group.create': async () => ({ body: { name: `${CANARY} ${crypto.randomUUID()}` } }),
  'group.change': async (ground) => ({ id: await aGroup(ground), body: { roles: ['guest'] } }),
  'group.delete': async (ground) => ({ id: await aGroup(ground) }),
  'group.members': async (ground) => ({ id: await aGroup(ground) }),
  'group.add': async (ground) => ({ id: await aGroup(ground), user: await aMember(ground) }),
  'group.remove': async (ground) => {
    const [id, user] = [await aGroup(ground), await aMember(ground)]
    await ground.ok({ method: 'PUT', path: `/api/groups/${id}/members/${user}` })
    return { id, user }
  },
  'role.list': bare,
  'role.put': async () => ({ id: 'r-sample', body: { scopes: ['model'] } }),
  'role.delete': async (ground) => {
    const id = `r-${crypto.randomUUID()}`
    await ground.ok({ method: 'PUT', path: `/api/roles/${id}`, body: { scopes: ['model'] } })
    return { id }
  },
  'collection.create': async () => ({ body: { name: `${CANARY} ${crypto.randomUUID()}` } }),
  'collection.list': bare,
  'collection.delete': inCollection,
  'document.add': async (ground) => ({ ...(await inCollection(ground)), body: texts }),
  'document.list': inCollection,
  'document.text': ofDocument,
  'document.delete': ofDocument,
  'collection.search': async (ground) => ({
    id: (await withDocument(ground)).collection,
    body: { query: CANARY },
  }),
  'privacy.detect': async () => ({ body: { text: CANARY } }),
  'audit.list': bare,
  'audit.checkpoint': bare,
  'audit.entries': bare,
  'audit.tiles': async () => ({ query: '?size=1' }),
  'audit.consistency': async () => ({ query: '?from=0' }),
  'audit.unlogged': bare,
  'audit.proof': async (ground) => ({ id: await anEntry(ground) }),
  'openapi.read': bare,
  'jwks.read': bare,
  'target.list': bare,
  'target.put': async () => ({ id: 'sample', body: { target: SAMPLE_TARGET } }),
  'target.delete': async (ground) => ({ id: await aTarget(ground) }),
  'target.drain': async (ground) => ({ id: await aTarget(ground) }),
  'target.resume': async (ground) => ({ id: await aTarget(ground) }),
  'target.test_new': async () => ({ body: { target: { ...SAMPLE_TARGET, url: 'http://127.0.0.1:9' } } }),
  'target.test': async () => ({ id: 'house', body: { call: false } }),
  'target.models': async () => ({ id: 'house' }),
  'target.pull': async () => ({ id: 'ollama', body: { model: `m-${crypto.randomUUID()}` } }),
  'target.pulls': async () => ({ id: 'ollama' }),
  'pull.cancel': (ground) =>
    ground.ok({
      method: 'POST',
      path: '/api/targets/ollama/pull',
      body: { model: `m-${crypto.randomUUID()}` },
    }),
  'route.list': bare,
  'route.replace': async () => ({ body: { routes: [{ when: { model: CANARY }, to: ['house'] }] } }),
  'route.explain': async () => ({ body: { messages: [{ role: 'user', content: CANARY }] } }),
  'shadow.read': bare,
  'shadow.set': async () => ({ body: { routes: [{ when: { model: CANARY }, to: ['house'] }] } }),
  'shadow.remove': async (ground) => {
    await aTrial(ground)
    return {}
  },
  'shadow.promote': async (ground) => ({ body: { version: await aTrial(ground) } }),
  'routing.versions': bare,
  'routing.restore': async (ground) => {
    const { version } = await ground.ok<{ version: number }>({
      method: 'PUT',
      path: '/api/routes',
      body: { routes: [] },
    })
    return { id: String(version) }
  },
  'cache.read': bare,
  'cache.purge': bare,
  'kek.status': bare,
  'kek.rotate': async () => ({ body: {} }),
  'kek.rotate-root': async () => ({ body: {} }),
  'kek.shred': async (ground) => {
    const tenant = await addTenant(ground.house.data)
    return { body: { tenant, confirm: tenant } }
  },
  'request.list': bare,
  'request.read': async (ground) => {
    const answer = await ground.send({
      ...(await sampleCall(ground, 'chat.complete')),
      headers: ground.admin,
    })
    return { id: String(answer.headers['x-freehold-request']) }
  },
  'usage.read': bare,
  'privacy.detectors': bare,
  'privacy.preview': async () => ({ body: { messages: [{ role: 'user', content: CANARY }] } }),
  'privacy.forget': async (ground) => {
    const id = crypto.randomUUID()
    await ground.send({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { ...ground.admin, 'x-freehold-conversation': id },
      body: { model: 'far', messages: [{ role: 'user', content: `${CANARY}@example.org` }] },
    })
    return { id }
  },
  'dictionary.list': bare,
  'dictionary.read': async (ground) => ({ id: await aDictionary(ground) }),
  'dictionary.put': async () => ({
    id: 'sample',
    body: { entries: [{ value: `${CANARY} & Sons` }, { pattern: `${CANARY}-\\d{4}` }] },
  }),
  'dictionary.delete': async (ground) => ({ id: await aDictionary(ground) }),
  'egress.read': async (ground) => {
    const answer = await ground.send({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: ground.admin,
      body: { model: 'far', messages: [{ role: 'user', content: CANARY }] },
    })
    return { id: String(answer.headers['x-freehold-request']) }
  },
  'responses.connect': bare,
  'realtime.connect': async () => ({ query: '?model=house' }),
  'runs.connect': bare,
  'budget.list': bare,
}

/** Operations of the table that nobody has written a sample for. */
export const withoutSample: readonly string[] = TABLE.map(([id]) => id as string).filter(
  (id) => !(id in SAMPLES),
)

const HANDSHAKE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

/** A call of this operation that succeeds for whoever may make it. */
export async function sampleCall(ground: Ground, id: OperationId, by?: Headers): Promise<Call> {
  const { method, path, surface } = OPERATIONS[id]
  const { id: subject, user = '', query = '', body } = await SAMPLES[id](ground, by)
  return {
    method: method === 'ANY' ? 'POST' : method,
    path:
      path
        .replace('{path}', 'sample')
        .replace('{user}', user)
        .replace(/\{\w+\}/, subject ?? '') + query,
    ...(body !== undefined && { body }),
    ...(surface === 'socket' && { headers: HANDSHAKE }),
  }
}
