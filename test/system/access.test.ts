import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { ACTIONS, SCOPES } from '@freehold/contract/actions.ts'
import { faultBody } from '@freehold/contract/fault-body.ts'
import type { Operation } from '@freehold/contract/operation.ts'
import type { OperationId } from '@freehold/contract/operations.ts'
import { scimError } from '@freehold/contract/scim.ts'
import { SECURITY_HEADERS } from '../../packages/server/src/http/security-headers.ts'
import { mintKey } from '../../packages/server/src/identity/key-format.ts'
import type { Answer, Call, Ground, Headers } from './operation-ground.ts'
import { bearer, codeOf, openGround, OWNER, signIn } from './operation-ground.ts'
import { sampleCall, TABLE, withoutSample } from './every-operation.ts'

let ground: Ground
let session: { readonly cookie: Headers; readonly token: Headers }
let revoked: Headers
let expired: Headers
/** By scope: a key that has every other one. */
const lacking = new Map<string, Headers>()

before(async () => {
  ground = await openGround()
  const { body } = await sampleCall(ground, 'owner.claim')
  await ground.ok({ method: 'POST', path: '/api/claim', body: { ...body, ...OWNER } })
  session = await signIn(ground)
  const create = (wish: object): Promise<{ id: string; key: string }> =>
    ground.ok({ method: 'POST', path: '/api/keys', body: wish })
  const brief = await create({ scopes: ['*'], expiresAt: new Date(Date.now() + 5000).toISOString() })
  expired = bearer(brief.key)
  for (const scope of SCOPES) {
    const { key } = await create({ scopes: SCOPES.filter((one) => one !== scope) })
    lacking.set(scope, bearer(key))
  }
  const gone = await create({ scopes: ['*'] })
  revoked = bearer(gone.key)
  await ground.ok({ method: 'DELETE', path: `/api/keys/${gone.id}` })
  const asked = { method: 'GET', path: '/api/session', headers: expired }
  while ((await ground.send(asked)).status === 200) continue
})
after(() => ground.close())

type Verdict = readonly [status: number, code: string]

const UNIDENTIFIED: Verdict = [401, 'unidentified']
const FORBIDDEN: Verdict = [403, 'not_allowed']
const FORGED: Verdict = [403, 'csrf']

/** What an operation answers whoever may call it, where that is not its success. */
const WHEN_ALLOWED: Readonly<Partial<Record<OperationId, Verdict>>> = {
  'owner.claim': [409, 'already_claimed'],
  // The owner has no authenticator app, and a made-up passkey opens nothing.
  'totp.confirm': [401, 'second_factor'],
  'totp.remove': [404, 'not_found'],
  'recovery.renew': [409, 'conflict'],
  'passkey.add': [400, 'invalid'],
  'passkey.remove': [404, 'not_found'],
  'passkey.enter': [401, 'wrong_login'],
  'approval.decide': [404, 'not_found'],
  'tool_grant.revoke': [404, 'not_found'],
  'skill_review.get': [404, 'not_found'],
  'skill_review.decide': [404, 'not_found'],
  // No skill has an MCP server, and nobody was sent on the way to one.
  'skill_tools.review': [404, 'not_found'],
  'skill_tools.approve': [404, 'not_found'],
  'skill_connection.begin': [404, 'not_found'],
  'skill_connection.read': [404, 'not_found'],
  'skill_connection.remove': [404, 'not_found'],
  'skill_connection.finish': [400, 'expired_request'],
  // There is no client, and no application that could have begun.
  'issuer.metadata': [404, 'no_such_operation'],
  'issuer.server_metadata': [404, 'no_such_operation'],
  'issuer.authorise': [404, 'no_such_operation'],
  'issuer.authorise_form': [404, 'no_such_operation'],
  'issuer.token': [404, 'no_such_operation'],
  'issuer.user_info': [404, 'no_such_operation'],
  'authorisation.read': [400, 'expired_request'],
  'authorisation.decide': [400, 'expired_request'],
  'authorisation.revoke': [404, 'not_found'],
  // There is no provider elsewhere.
  'connection.test': [404, 'not_found'],
  'oidc.start': [404, 'not_found'],
  'oidc.callback': [404, 'not_found'],
  'federated.link': [404, 'not_found'],
  'federated.unlink': [404, 'not_found'],
}
/** What is there for whoever began it alone, which is the key with scope `*`. */
const OWN: ReadonlySet<OperationId> = new Set<OperationId>([
  'conversation.read',
  'conversation.lock',
  'conversation.change',
  'conversation.delete',
  'conversation.fork',
  'conversation.export',
  'memory.change',
  'memory.delete',
  'template.change',
  'template.delete',
  'project.change',
  'project.delete',
  'share.create',
  'share.list',
  'share.revoke',
  'conversation.find',
  'message.list',
  'message.send',
  'message.regenerate',
  'attachment.add',
  'attachment.list',
  'attachment.read',
  'attachment.text',
  'attachment.download',
  'attachment.delete',
  'artifact.create',
  'artifact.list',
  'artifact.write',
  'artifact.read',
  'artifact.delete',
  'run.read',
  'run.events',
  'run.stop',
  'run.continue',
])
/** What only somebody with a session of its own can do. */
const WITHOUT_SESSION: Readonly<Partial<Record<OperationId, Verdict>>> = {
  'session.close': [400, 'invalid'],
  'session.list': [400, 'invalid'],
  'password.change': [400, 'invalid'],
  'person.export_own': [400, 'invalid'],
  'factor.read': [400, 'invalid'],
  'totp.begin': [400, 'invalid'],
  'totp.confirm': [400, 'invalid'],
  'totp.remove': [400, 'invalid'],
  'recovery.renew': [400, 'invalid'],
  'passkey.options': [400, 'invalid'],
  'passkey.add': [400, 'invalid'],
  'passkey.remove': [400, 'invalid'],
  'authorisation.read': [400, 'invalid'],
  'authorisation.decide': [400, 'invalid'],
  'authorisation.list': [400, 'invalid'],
  'authorisation.revoke': [400, 'invalid'],
  'federated.list': [400, 'invalid'],
  'federated.link': [400, 'invalid'],
  'federated.unlink': [400, 'invalid'],
}

const allowed = (id: OperationId, operation: Operation, isOwner = false): Verdict =>
  OWN.has(id) && !isOwner ? [404, 'not_found'] : (WHEN_ALLOWED[id] ?? [operation.status ?? 200, 'ok'])
const isOpen = ({ action }: Operation): boolean => ACTIONS[action] === 'anyone'

interface Credential {
  readonly name: string
  readonly headers: (operation: Operation) => Headers
  readonly expected: (operation: Operation, id: OperationId) => Verdict
  readonly control?: true
}

const needsOne =
  (refusal: Verdict): Credential['expected'] =>
  (operation, id) =>
    isOpen(operation) ? allowed(id, operation) : refusal

const asKey: Credential['expected'] = (operation, id) => WITHOUT_SESSION[id] ?? allowed(id, operation)

/** Whether a session alone is not enough; over a WebSocket the messages may change anything, at the issuer it is nothing. */
const changes = ({ method, surface }: Operation): boolean =>
  surface !== 'issuer' && (method !== 'GET' || surface === 'socket')

const CREDENTIALS: readonly Credential[] = [
  { name: 'no credential', headers: () => ({}), expected: needsOne(UNIDENTIFIED) },
  {
    name: 'a key that nobody made',
    headers: () => bearer(mintKey().key),
    expected: needsOne(UNIDENTIFIED),
  },
  { name: 'a revoked key', headers: () => revoked, expected: needsOne(UNIDENTIFIED) },
  { name: 'an expired key', headers: () => expired, expected: needsOne([401, 'expired_key']) },
  {
    name: 'a key with every scope but the needed one',
    headers: ({ action }) => lacking.get(ACTIONS[action]) ?? lacking.get('audit') ?? {},
    expected: (operation, id) =>
      isOpen(operation) || ACTIONS[operation.action] === 'caller' ? asKey(operation, id) : FORBIDDEN,
  },
  {
    name: 'a key with scope *',
    headers: () => ground.admin,
    expected: (operation, id) => WITHOUT_SESSION[id] ?? allowed(id, operation, true),
  },
  {
    name: 'a session cookie without the CSRF token',
    headers: () => session.cookie,
    expected: (operation, id) => (changes(operation) && !isOpen(operation) ? FORGED : allowed(id, operation)),
  },
  {
    name: 'a session cookie with the token of another session',
    headers: () => ({ ...session.cookie, 'x-csrf-token': 'A'.repeat(43) }),
    expected: (operation, id) => (changes(operation) && !isOpen(operation) ? FORGED : allowed(id, operation)),
  },
  {
    name: 'a session and its token from another origin',
    headers: () => ({ ...session.cookie, ...session.token, origin: 'https://evil.example' }),
    expected: (operation, id) => (changes(operation) ? FORGED : allowed(id, operation)),
  },
  {
    name: 'a session and its token from another site',
    headers: () => ({ ...session.cookie, ...session.token, 'sec-fetch-site': 'cross-site' }),
    expected: (operation, id) => (changes(operation) ? FORGED : allowed(id, operation)),
  },
  {
    name: 'a session and its token from another port of this machine',
    headers: () => ({ ...session.cookie, ...session.token, 'sec-fetch-site': 'same-site' }),
    expected: (operation, id) => (changes(operation) ? FORGED : allowed(id, operation)),
  },
  {
    name: 'the control socket',
    headers: () => ({}),
    expected: asKey,
    control: true,
  },
  {
    name: 'a session and its token from our own page',
    headers: () => ({
      ...session.cookie,
      ...session.token,
      'sec-fetch-site': 'same-origin',
      origin: ground.house.url,
    }),
    expected: (operation, id) => allowed(id, operation),
  },
]

/** What is wrong with the form of an answer, whatever it says. */
function formFaults(surface: Operation['surface'], answer: Answer): readonly string[] {
  // Nobody shows or keeps what a WebSocket begins with.
  if (answer.status === 101) return []
  const faults = Object.entries(SECURITY_HEADERS)
    .filter(([name, value]) => answer.headers[name] !== value)
    .map(([name]) => `no ${name}`)
  if (surface !== 'probe' && !/^req_[\da-f]{24}$/.test(String(answer.headers['x-freehold-request'])))
    faults.push('no x-freehold-request')
  const isPublicKey = answer.text.startsWith('{"keys":[')
  if (answer.headers['cache-control'] !== (isPublicKey ? 'public, max-age=300' : 'no-store'))
    faults.push('may be cached')
  const refusal = answer.headers['content-type']?.includes('scim') ? scimError : faultBody
  if (answer.status >= 400 && !refusal.safeParse(JSON.parse(answer.text)).success)
    faults.push(`not a fault: ${answer.text}`)
  return faults
}

/** What is refused or only looks changes nothing, so its sample serves the next one too. */
const untouched = new Map<OperationId, Call>()
async function keptSample(id: OperationId): Promise<Call> {
  const call = untouched.get(id) ?? (await sampleCall(ground, id))
  untouched.set(id, call)
  return call
}

interface Asked {
  readonly id: OperationId
  readonly operation: Operation
  readonly expected: Verdict
}

const looks = ({ method, audit }: Operation): boolean => method === 'GET' && audit === undefined

/** What was not as it should be when one is called. */
async function called(credential: Credential, asked: Asked): Promise<readonly string[]> {
  const { id, operation, expected } = asked
  if (expected[0] >= 400) return calledWith(await keptSample(id), credential, asked)
  if (!looks(operation)) return calledWith(await sampleCall(ground, id), credential, asked)
  const faults = await calledWith(await keptSample(id), credential, asked)
  // Another operation may have taken away what it looks at.
  if (!faults.some((fault) => fault.includes(': 404,not_found instead of '))) return faults
  untouched.delete(id)
  return calledWith(await keptSample(id), credential, asked)
}

async function calledWith(
  sample: Call,
  credential: Credential,
  { id, operation, expected }: Asked,
): Promise<readonly string[]> {
  const headers = {
    ...sample.headers,
    ...credential.headers(operation),
    // The metrics are open to this machine; whoever comes through a proxy is not on it.
    ...(id === 'metrics.read' && { 'x-forwarded-for': '203.0.113.9' }),
  }
  const call = { ...sample, headers }
  const answer = credential.control ? await ground.sendByControl(call) : await ground.send(call)
  const got = [answer.status, codeOf(answer)]
  const faults = [...formFaults(operation.surface, answer)]
  if (String(got) !== String(expected)) faults.push(`${String(got)} instead of ${String(expected)}`)
  return faults.map((fault) => `${id}: ${fault}`)
}

/** First what is to be refused, so that nothing but a refusal could be on record of it; then the rest. */
async function surprises(credential: Credential, rows: typeof TABLE = TABLE): Promise<readonly string[]> {
  const asked = rows.map(([id, operation]) => ({
    id,
    operation,
    expected: credential.expected(operation, id),
  }))
  const refused = asked.filter(({ expected }) => expected[0] >= 400)
  for (const { id } of refused) await keptSample(id)
  const newest = await ground.newestEvent()
  const found: string[] = []
  for (const one of refused) found.push(...(await called(credential, one)))
  for (const { action } of await ground.events(newest)) found.push(`refused, but ${action}`)
  for (const one of asked) if (!refused.includes(one)) found.push(...(await called(credential, one)))
  return found
}

test('every operation of the route table has a sample here', () => {
  assert.deepEqual(withoutSample, [])
})

for (const credential of CREDENTIALS) {
  test(`with ${credential.name} every operation answers what its row in the table says`, async () => {
    // Our own page ends its session last, or what follows would be refused for want of one.
    const rows = TABLE.filter(
      ([id, operation]) => id !== 'session.close' || credential.expected(operation, id)[0] !== 204,
    )
    assert.deepEqual(await surprises(credential, rows), [])
  })
}

test('a session that was closed opens nothing any more', async () => {
  const { cookie, token } = await signIn(ground)
  const headers = { ...cookie, ...token }
  const closed = await ground.send({ method: 'DELETE', path: '/api/session', headers })
  assert.deepEqual([closed.status, closed.text], [204, ''])
  const dead: Credential = { name: '', headers: () => headers, expected: needsOne(UNIDENTIFIED) }
  assert.deepEqual(await surprises(dead), [])
})

test('the generated tests see an operation that is open by mistake', async () => {
  const wrong: Credential = { name: '', headers: () => ground.admin, expected: needsOne(UNIDENTIFIED) }
  const row = TABLE.find(([id]) => id === 'key.list')
  assert.ok(row)
  assert.deepEqual(await surprises(wrong, [row]), ['key.list: 200,ok instead of 401,unidentified'])
})

const STRANGE: readonly (readonly [name: string, method: string, path: string, verdict: Verdict])[] = [
  ['an unknown path', 'GET', '/nothing', [404, 'no_such_operation']],
  ['an unknown path of the API', 'GET', '/api/nothing', [404, 'no_such_operation']],
  ['an unknown path of the data path', 'GET', '/v1/nothing', [404, 'no_such_operation']],
  ['a path that is not valid', 'GET', '/api/documents/%zz/text', [400, 'malformed']],
  ['a wrong method of the API', 'PUT', '/api/keys', [405, 'wrong_method']],
  ['a wrong method with an id', 'PATCH', '/api/documents/x/text', [405, 'wrong_method']],
  ['a wrong method of the data path', 'DELETE', '/v1/models', [405, 'wrong_method']],
  ['a wrong method of a probe', 'POST', '/livez', [405, 'wrong_method']],
  ['a wrong method of the page', 'POST', '/', [405, 'wrong_method']],
  ['a method that no one uses', 'PROPFIND', '/api/keys', [405, 'wrong_method']],
  ['a preflight', 'OPTIONS', '/api/keys', [405, 'wrong_method']],
]

for (const [name, method, path, verdict] of STRANGE) {
  test(`${name} is refused in our words`, async () => {
    const answer = await ground.send({ method, path, headers: ground.admin })
    const faults = formFaults('api', answer)
    assert.deepEqual([[answer.status, codeOf(answer)], faults], [verdict, []])
    if (answer.status === 405) assert.match(String(answer.headers.allow), /GET|POST/)
    assert.equal(answer.headers['access-control-allow-origin'], undefined)
  })
}

test('a body over the limit of each operation is refused in our words', async () => {
  const found: string[] = []
  for (const [id, operation] of TABLE) {
    if (operation.input.body === undefined) continue
    const sample = await keptSample(id)
    const tooLong = String(operation.limits.bodyBytes + 1)
    const headers = { ...ground.admin, 'content-type': 'application/json', 'content-length': tooLong }
    const answer = await ground.send({ method: sample.method, path: sample.path, headers })
    found.push(...formFaults(operation.surface, answer))
    if (answer.status !== 413) found.push(`${id}: ${answer.status} ${answer.text}`)
  }
  assert.deepEqual(found, [])
})

test('the page and what belongs to it carry the headers too, and a policy without inline script', async () => {
  for (const path of ['/', '/chat/x', '/theme.js', '/favicon.ico']) {
    const answer = await ground.send({ method: 'GET', path })
    assert.equal(answer.status, 200, path)
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) assert.equal(answer.headers[name], value)
    assert.doesNotMatch(String(answer.headers['content-security-policy']), /unsafe/)
  }
})
