import { dice } from './budget-houses.ts'
import type { Seen } from './isolation-foreign.ts'
import type { Fault, Isolation, Target } from './isolation-house.ts'
import type { Credentials } from './isolation-people.ts'
import type { Written } from './isolation-wire.ts'
import type { Call, Headers } from './operation-ground.ts'

/** One way to ask for what is not one's own. */
export interface Attack {
  readonly name: string
  readonly by: keyof Credentials
  readonly seen: Seen
  /** What is sent besides, and how the call is bent, in this attack always. */
  readonly headers?: (all: Isolation, draw: Draw) => Headers
  readonly bent?: (call: Call, all: Isolation, draw: Draw) => Call
  /** What is switched off meanwhile. The answer may be that something broke: it was broken on purpose. */
  readonly during?: Fault['fault'] | undefined
  /** A wall is down: what breaks may go on breaking, so nobody waits for it. */
  readonly isHasty?: true
}

export const ATTACKS: readonly Attack[] = [
  { name: 'another tenant’s key', by: 'key', seen: 'outside' },
  { name: 'another tenant’s session', by: 'session', seen: 'outside' },
  { name: 'another user', by: 'insider', seen: 'member', bent: toClosed },
  { name: 'spoofed header', by: 'key', seen: 'outside', headers: spoofed },
  { name: 'mass-assigned tenant', by: 'key', seen: 'outside', bent: assigned },
  { name: 'nobody', by: 'nobody', seen: 'outside' },
  { name: 'expired', by: 'expired', seen: 'outside' },
  { name: 'revoked', by: 'revoked', seen: 'outside' },
  { name: 'shut account', by: 'shut', seen: 'outside' },
  { name: 'downgraded', by: 'fallen', seen: 'guest' },
  { name: 'fault between', by: 'key', seen: 'outside', during: 'between' },
]

/** What an attempt is made of; the same for the same seed, row, attack and turn. */
export class Draw {
  readonly #next: () => number
  /** Of the victim's ids those that are asked for, in whatever spelling. */
  readonly asked: string[] = []

  constructor(seed: number, place: string) {
    let state = seed
    for (const sign of place) state = (Math.imul(state, 31) + sign.charCodeAt(0)) | 0
    this.#next = dice(state)
  }

  below(most: number): number {
    return Math.floor(this.#next() * most)
  }

  chance(share: number): boolean {
    return this.#next() < share
  }

  pick<T>(list: readonly T[], fallback: T): T {
    return list[this.below(list.length)] ?? fallback
  }

  id(all: Isolation): string {
    return this.asks(this.pick(all.ids, all.victim.id))
  }

  asks(id: string): string {
    this.asked.push(id)
    return id
  }
}

/** An attempt as it goes over the wire. The first of each cell, by each credential, are the operation as it is meant. */
export function attempt(
  all: Isolation,
  { target, attack, turn, seed }: { target: Target; attack: Attack; turn: number; seed: number },
): { readonly written: Written; readonly sent: string } {
  const draw = new Draw(seed, `${target.id} ${attack.name} ${turn}`)
  const credentials = all.credentials[attack.by]
  const isPlain = turn < credentials.length
  const by = credentials[turn % credentials.length] ?? {}
  let call = attack.bent?.(target.call, all, draw) ?? target.call
  // What is written under an id of another's would come back later as if it were heard.
  const known = target.operation.audit === undefined ? [...TRICKS, ...SEEKING_TRICKS] : TRICKS
  const tricks = isPlain
    ? []
    : [draw.pick(known, plain), ...(draw.chance(0.4) ? [draw.pick(known, plain)] : [])]
  if (!isPlain) call = elsewhere(call, all, draw)
  const headers = {
    ...call.headers,
    ...by,
    ...attack.headers?.(all, draw),
    // The metrics are open to this machine; whoever comes through a proxy is not on it.
    ...(target.operation.action === 'metrics.read' && { 'x-forwarded-for': '203.0.113.9' }),
    ...(call.body && { 'content-type': 'application/json' }),
  }
  let written: Written = {
    method: call.method,
    path: call.path,
    headers: Object.entries(headers),
    body: call.body && JSON.stringify(call.body),
  }
  for (const trick of tricks) written = trick(written, all, draw)
  // What was asked for in another spelling may come back in the usual one.
  const meant = [call.path, JSON.stringify(call.body ?? {}), ...draw.asked]
  const sent = [written.path, written.body, JSON.stringify(written.headers), ...meant].join('\n')
  return { written, sent }
}

const UUIDS = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g

/** Half of the ids are others of the victim's; a name that is taken by now is another one. */
function elsewhere(call: Call, all: Isolation, draw: Draw): Call {
  const swapped = (text: string): string =>
    text.replaceAll(UUIDS, (id) =>
      draw.chance(0.5) ? id : all.ids.includes(id) ? draw.id(all) : fresh(draw),
    )
  const body = call.body && (JSON.parse(swapped(JSON.stringify(call.body))) as object)
  return { ...call, path: swapped(call.path), ...(body && { body }) }
}

const fresh = (draw: Draw): string =>
  '00000000-0000-4000-8000-000000000000'.replaceAll('0', () => draw.below(16).toString(16))

/** What a proxy or a careless program could be made to send. */
function spoofed({ victim }: Isolation, draw: Draw): Headers {
  const said: Headers = {
    'x-freehold-tenant': victim.id,
    'x-tenant-id': victim.id,
    'x-tenant': victim.slug,
    'x-forwarded-user': victim.owner.id,
    'x-freehold-principal': victim.owner.id,
    'x-original-url': '/api/users',
    forwarded: `for=127.0.0.1;host=${victim.slug}`,
    'x-remote-user': victim.owner.name,
    'x-auth-request-user': victim.owner.id,
    'x-ms-client-principal-id': victim.owner.id,
    'x-on-behalf-of': victim.owner.id,
    'x-freehold-session': victim.owner.id,
    'x-rewrite-url': '/api/keys',
    'x-real-ip': '127.0.0.1',
    'x-client-cert-subject': `CN=${victim.owner.id}`,
    'openai-organization': victim.id,
    'openai-project': victim.slug,
  }
  const names = Object.keys(said).filter(() => draw.chance(0.7))
  const always = { 'x-freehold-tenant': victim.id }
  return Object.fromEntries([
    ...Object.entries(always),
    ...names.map((name) => [spelled(name, draw), said[name] ?? '']),
  ])
}

const spelled = (name: string, draw: Draw): string =>
  draw.chance(0.5)
    ? name
    : name.replaceAll(/[a-z]/g, (sign) => (draw.chance(0.5) ? sign.toUpperCase() : sign))

const TENANT_NAMES = [
  'tenant_id',
  'tenantId',
  'tenant',
  'Tenant_Id',
  'tenant-id',
  'organisation',
  'owner_id',
  'account_id',
  'creator',
  'principal',
  'role',
  'scopes',
]

/** Says in every place that the tenant is another. */
function assigned(call: Call, { victim }: Isolation, draw: Draw): Call {
  const names = ['tenant_id', 'tenantId', 'tenant', ...TENANT_NAMES.filter(() => draw.chance(0.3))]
  const mass = Object.fromEntries(names.map((name) => [name, draw.chance(0.8) ? victim.id : victim.slug]))
  const query = new URLSearchParams(mass).toString()
  const isQuery = !call.body || draw.chance(0.5)
  const nested = draw.chance(0.2) && { constructor: mass, prototype: mass }
  return {
    ...call,
    path: isQuery ? `${call.path}${call.path.includes('?') ? '&' : '?'}${query}` : call.path,
    ...(call.body && { body: { ...call.body, ...mass, ...nested } }),
  }
}

/** A member asks for what is on the closed shelf in the place of what is on the open one. */
function toClosed(call: Call, { shelves: { closed }, ids }: Isolation, draw: Draw): Call {
  const [, place, id] = /^\/api\/(collections|documents)\/([\da-f-]{36})/.exec(call.path) ?? []
  if (id === undefined || !ids.includes(id)) return call
  const wanted = draw.asks(place === 'documents' ? closed.document : closed.collection)
  return { ...call, path: call.path.replace(id, wanted) }
}

type Trick = (written: Written, all: Isolation, draw: Draw) => Written

const plain: Trick = (written) => written

/** As a byte of the path can be written. */
const encoded = (text: string, draw: Draw): string =>
  text.replaceAll(/[\w-]/g, (sign) =>
    draw.chance(0.3) ? `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}` : sign,
  )

const ofPath =
  (bent: (path: string, all: Isolation, draw: Draw) => string): Trick =>
  (written, all, draw) => {
    const [path = '', ...query] = written.path.split('?')
    return { ...written, path: [bent(path, all, draw), ...query].join('?') }
  }

const ofQuery =
  (said: (all: Isolation, draw: Draw) => string): Trick =>
  (written, all, draw) => ({
    ...written,
    path: `${written.path}${written.path.includes('?') ? '&' : '?'}${said(all, draw)}`,
  })

const withHeaders =
  (said: (all: Isolation, draw: Draw, written: Written) => readonly (readonly [string, string])[]): Trick =>
  (written, all, draw) => ({ ...written, headers: [...written.headers, ...said(all, draw, written)] })

const ofBody =
  (bent: (body: string, all: Isolation, draw: Draw) => string): Trick =>
  (written, all, draw) =>
    written.body === undefined ? written : { ...written, body: bent(written.body, all, draw) }

const lastSegment = /[^/]+$/

/** What is tried with any call, by whomever. */
const TRICKS: readonly Trick[] = [
  plain,
  plain,
  // Ids in other spellings.
  ofPath((path, _, draw) => path.replace(lastSegment, (segment) => encoded(segment, draw))),
  ofPath((path) => path.replaceAll(UUIDS, (id) => id.toUpperCase())),
  ofPath((path) => path.replaceAll(UUIDS, (id) => id.replaceAll('-', ''))),
  ofPath((path) => path.replaceAll(UUIDS, (id) => `%7B${id}%7D`)),
  ofPath((path, _, draw) =>
    path.replace(lastSegment, (segment) => encoded(segment, draw).replaceAll('%', '%25')),
  ),
  ofPath(
    (path, _, draw) => path + draw.pick(['/', '%00', '.', '%20', ';a=b', '%2f', '//', '#x', '.json'], '/'),
  ),
  ofPath((path, all, draw) => path.replace(lastSegment, (segment) => `${segment}%2f..%2f${draw.id(all)}`)),
  ofPath((path, all, draw) => `${path}/${draw.id(all)}`),
  ofPath((path, _, draw) => path.replace(/\/(?=\w+$)/, draw.pick(['//', '/./', '/x/../', '/%2e/'], '//'))),
  ofPath((path, all) => `${all.ground.house.url}${path}`),
  // What a list could be asked for.
  ofQuery(
    (all, draw) =>
      `${draw.pick(['after', 'user', 'tenant', 'principal', 'collection', 'id', 'owner'], 'id')}=${draw.id(all)}`,
  ),
  ofQuery((_, draw) => `limit=${draw.pick(['200', '1', '-1', '1e9'], '200')}`),
  ofQuery((all, draw) => `tenant=${all.victim.slug}&tenant=${draw.chance(0.5) ? all.attacker.slug : 'home'}`),
  // Another method than the one that is meant.
  (written, _, draw) => ({
    ...written,
    method: draw.pick(['HEAD', 'OPTIONS', 'PATCH', 'PUT', 'QUERY'], 'HEAD'),
  }),
  withHeaders((_, draw) => [
    [
      draw.pick(['X-HTTP-Method-Override', 'X-Method-Override', 'X-HTTP-Method'], ''),
      draw.pick(['GET', 'DELETE', 'PUT'], 'GET'),
    ],
  ]),
  // Names and doubles of headers.
  (written, _, draw) => ({
    ...written,
    headers: written.headers.map(([name, value]) => [spelled(name, draw), value] as const),
  }),
  withHeaders((all, draw) => [
    [
      spelled(draw.pick(['x-tenant-id', 'x-forwarded-user', 'tenant', 'x-user-id'], 'tenant'), draw),
      all.victim.id,
    ],
  ]),
  withHeaders((_, draw, { headers }) =>
    headers.filter(
      ([name]) => name.toLowerCase() === draw.pick(['authorization', 'cookie', 'x-freehold-class'], 'cookie'),
    ),
  ),
  withHeaders((all) => [['cookie', `tenant=${all.victim.id}; user=${all.victim.owner.id}`]]),
  withHeaders((all, draw) => [['x-freehold-conversation', draw.id(all)]]),
  withHeaders((_, draw) => [
    ['accept', draw.pick(['text/csv', 'application/x-ndjson', 'text/html', 'application/scim+json'], '*/*')],
  ]),
  withHeaders((_, draw) => [
    ['if-none-match', `"${draw.below(9)}"`],
    ['range', 'bytes=0-'],
  ]),
  // Fields of the body.
  ofBody((body, all, draw) =>
    body.replace(
      /\}$/,
      `${body === '{}' ? '' : ','}${JSON.stringify(draw.pick(TENANT_NAMES, 'tenant'))}:${JSON.stringify(draw.asks(all.victim.id))}}`,
    ),
  ),
  ofBody((body) =>
    body.replaceAll(UUIDS, (id) =>
      id.replaceAll(/[a-f\d]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`),
    ),
  ),
  ofBody(
    (body, all, draw) =>
      `{"__proto__":{"tenant":${JSON.stringify(draw.asks(all.victim.id))}},${body.slice(1)}`,
  ),
  ofBody((body) => `[${body}]`),
]

const SEEKING_TRICKS: readonly Trick[] = [
  ofBody((body, all, draw) => body.replace(/"([^"]{3,})"(?=[,}\]])/, () => JSON.stringify(draw.id(all)))),
]
