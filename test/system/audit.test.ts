import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AUDIT_EVENTS } from '@freehold/contract/audit-events.ts'
import type { AuditEventName } from '@freehold/contract/audit-events.ts'
import type { Operation } from '@freehold/contract/operation.ts'
import type { Call, Ground, Headers } from './operation-ground.ts'
import { CANARY, codeOf, openGround, OWNER, signIn } from './operation-ground.ts'
import { memberHeaders } from './operation-subjects.ts'
import { sampleCall, TABLE, withoutSample } from './every-operation.ts'

let ground: Ground
before(async () => {
  ground = await openGround()
})
after(() => ground.close())

/** What else happens with it: whoever claims is signed in at once. */
const ALSO: Readonly<Record<string, readonly string[]>> = {
  'owner.claim': ['session.opened'],
  'invitation.accept': ['session.opened'],
  'user.delete': ['session.closed'],
  // The sample has another name.
  'scim.group.replace': ['group.changed'],
  'break_glass.use': ['session.opened'],
  'tenant.create': ['tenant.invited'],
}
/** What belongs to somebody who is signed in. */
const BY_MEMBER: ReadonlySet<string> = new Set([
  'password.change',
  'totp.confirm',
  'totp.remove',
  'recovery.renew',
  'person.export_own',
])
/** Seen in a browser with an authenticator, and with a provider elsewhere. */
const SEEN_ELSEWHERE: ReadonlySet<string> = new Set([
  'passkey.add',
  'passkey.remove',
  'passkey.enter',
  'oidc.callback',
  'federated.unlink',
  'person.erase',
  // With a model that takes its time.
  'run.stop',
  // With tools that ask.
  'approval.decide',
  'tool_grant.revoke',
  // With a skill that waits for it.
  'skill_review.decide',
  // And with an MCP server that has both.
  'skill_tools.approve',
  'skill_connection.begin',
  'skill_connection.remove',
  'skill_connection.finish',
  // What leaves for it is recorded under its call.
  'skill.try',
  // And with an application.
  'issuer.token',
  'authorisation.decide',
  'authorisation.revoke',
])

const MUTATING = TABLE.filter(([, operation]) => operation.audit !== undefined)

/** The principal behind these headers. */
async function actorOf(headers: Headers): Promise<string> {
  const answer = await ground.send({ method: 'GET', path: '/api/session', headers })
  return (JSON.parse(answer.text) as { caller: { principal: string } }).caller.principal
}

test('every mutating operation has a sample, and every audit event of ours has an operation', () => {
  assert.deepEqual(withoutSample, [])
  const written = new Set<string>(
    TABLE.flatMap(([, { audit, operatorAudit }]) => audit ?? operatorAudit ?? []),
  )
  // These are of the program itself; a refused sign-in is recorded although it changes nothing.
  const others = new Set([
    'server.started',
    'config.reloaded',
    'server.stopped',
    'signing_key.created',
    'signing_key.retired',
    'tenant.deleted',
    'root_key.passphrase',
    'root_key.moved',
    'tenant_key.retired',
    'session.refused',
    'budget.alert',
    // What an operation of another name may come to.
    'service_account.disabled',
    'service_account.enabled',
    // Of a call of a skill that reaches something.
    'skill.egress',
    // Of a skill whose check asks for a person.
    'skill_review.opened',
    // Of a source that came to its end.
    'source.synced',
    // Of whoever comes to the issuer.
    'oidc.refused',
    'authorisation.replayed',
    'user.disabled',
    'user.enabled',
    'recovery_code.used',
    'audit.erased',
    'person.erased',
    'break_glass.refused',
    'break_glass.read',
    'identity.created',
    'identity.linked',
    'identity.mapped',
    'identity.refused',
  ])
  assert.deepEqual(
    Object.keys(AUDIT_EVENTS).filter((name) => !written.has(name) && !others.has(name)),
    [],
  )
})

// The claim comes first in the table: those after it need an owner.
for (const [id, operation] of MUTATING) {
  if (SEEN_ELSEWHERE.has(id)) continue
  test(`${id} leaves exactly ${operation.audit}, with who, what and which request`, async () => {
    const { cookie, token } =
      id === 'session.close' ? await signIn(ground) : { cookie: ground.admin, token: {} }
    const member = BY_MEMBER.has(id) ? await memberHeaders(ground) : undefined
    const headers = member ?? { ...cookie, ...token }
    const call: Call = { ...(await sampleCall(ground, id, member)), headers }
    const actor = await actorOf(headers)
    const before_ = await ground.newestEvent()
    const answer = await ground.send(call)
    assert.equal(answer.status, operation.status ?? 200, answer.text)
    // The keys follow the switch of the root key in the background.
    const events = (await ground.events(before_)).filter(({ action }) => action !== 'root_key.moved')
    const said = events.map(({ action, request }) => ({ action, request }))
    const request = answer.headers['x-freehold-request']
    const actions = [...(ALSO[id] ?? []), operation.audit]
    assert.deepEqual(new Set(said.map((one) => one.action)), new Set(actions))
    assert.ok(said.length === actions.length && said.every((one) => one.request === request))
    const event = events.find(({ action }) => action === operation.audit)
    assert.ok(event?.subject, 'it says nothing of what it was done to')
    // Whoever claims or signs in is known only afterwards, as the account of the new session.
    const entering =
      id === 'owner.claim' || id === 'session.open' || id === 'invitation.accept' || id === 'break_glass.use'
    const acted = entering
      ? (JSON.parse(answer.text) as { caller: { principal: string } }).caller.principal
      : actor
    assert.equal(event.actor, acted)
    AUDIT_EVENTS[event.action as AuditEventName].parse(event.detail)
    assert.doesNotMatch(JSON.stringify(event), new RegExp(CANARY, 'i'))
  })
}

/** The same call with something wrong in its input; who may not call at all is seen in the access tests. */
function spoiled(call: Call, { path, dialect }: Operation): readonly Call[] {
  const { body } = call
  const elsewhere = path.replace(/\{\w+\}/, crypto.randomUUID())
  return [
    ...(body
      ? [
          // SCIM passes over what it does not know.
          ...(dialect === 'scim' ? [] : [{ ...call, body: { ...body, [CANARY]: CANARY } }]),
          { ...call, body: {} },
        ]
      : []),
    // A dictionary may have any name, and so may a role.
    ...(path === elsewhere ||
    (/^\/api\/(?:privacy\/dictionaries|roles)\//.test(path) && call.method === 'PUT')
      ? []
      : [{ ...call, path: elsewhere }]),
  ]
}

/** Every field of their input has a default. */
const WHOLE_WHEN_EMPTY: ReadonlySet<string> = new Set([
  'key.create',
  'target.test',
  'invitation.create',
  'kek.rotate',
  'kek.rotate-root',
  'break_glass.arm',
  'tenant.invite',
  'tenant.bound',
  'tenant.export',
  'conversation.create',
  'share.create',
  'question.run',
])
/** Of operations whose input stands in the query, all of it optional. */
const WRONG_QUERY: Readonly<Record<string, string>> = { 'cache.purge': '?rule=1' }
const WITHOUT_INPUT: ReadonlySet<string> = new Set([
  'shadow.remove',
  'privacy.forget',
  'break_glass.disarm',
  'target.discover',
])
const isEmpty = ({ body }: Call): boolean => body !== undefined && Object.keys(body).length === 0

test('what is refused for its input leaves nothing', async () => {
  const surprises: string[] = []
  for (const [id, operation] of MUTATING) {
    // They take nothing that could be wrong: any text may be the name of a conversation.
    if (WITHOUT_INPUT.has(id)) continue
    // With a key there is no session that could be closed.
    const sample = await sampleCall(ground, id)
    const wrong = WRONG_QUERY[id]
    const calls = wrong ? [{ ...sample, path: sample.path + wrong }] : spoiled(sample, operation)
    const tried = WHOLE_WHEN_EMPTY.has(id) ? calls.filter((one) => !isEmpty(one)) : calls
    const before_ = await ground.newestEvent()
    for (const call of tried.length > 0 ? tried : [await sampleCall(ground, id)]) {
      const answer = await ground.send({ ...call, headers: ground.admin })
      if (answer.status < 400) surprises.push(`${id}: ${answer.status} for ${JSON.stringify(call.body)}`)
      if (answer.text.includes(CANARY) && !answer.text.includes(`"param":"${CANARY}"`))
        surprises.push(`${id} repeats what was sent: ${answer.text}`)
    }
    for (const { action } of await ground.events(before_)) surprises.push(`${id}: refused, but ${action}`)
  }
  assert.deepEqual(surprises, [])
})

test('a refused sign-in is the one refusal on record, without the name that was tried', async () => {
  for (const [name, reason] of [
    [OWNER.name, 'wrong_password'],
    [`${CANARY} Stranger`, 'unknown_name'],
  ] as const) {
    const before_ = await ground.newestEvent()
    const body = { name, password: `${CANARY} guess` }
    const answer = await ground.send({ method: 'POST', path: '/api/session', body })
    assert.deepEqual([answer.status, codeOf(answer)], [401, 'wrong_login'])
    const events = await ground.events(before_)
    assert.deepEqual(
      events.map(({ action, actor, request, detail }) => [action, actor, request, detail]),
      [['session.refused', 'anonymous', answer.headers['x-freehold-request'], { reason, count: 1 }]],
    )
    assert.doesNotMatch(JSON.stringify(events), new RegExp(CANARY, 'i'))
  }
})

test('what was done through the control socket says so', async () => {
  const before_ = await ground.newestEvent()
  const call = await sampleCall(ground, 'collection.create')
  assert.equal((await ground.sendByControl(call)).status, 201)
  const [event] = await ground.events(before_)
  assert.deepEqual([event?.action, event?.actor], ['collection.created', 'local-operator'])
})

test('what the operator of the machine reads of content is on record', async () => {
  const call = await sampleCall(ground, 'document.text')
  const before_ = await ground.newestEvent()
  const answer = await ground.sendByControl(call)
  assert.equal(answer.status, 200, answer.text)
  const [event, ...more] = await ground.events(before_)
  assert.deepEqual(more, [])
  assert.deepEqual(
    [event?.action, event?.actor, event?.subject, event?.request],
    [
      'document.read',
      'local-operator',
      (JSON.parse(answer.text) as { collectionId: string }).collectionId,
      answer.headers['x-freehold-request'],
    ],
  )
})

test('reading leaves nothing, however often', async () => {
  const reading = TABLE.filter(([, { audit }]) => audit === undefined)
  for (const [id] of reading) {
    const call = await sampleCall(ground, id)
    const before_ = await ground.newestEvent()
    await ground.send({ ...call, headers: ground.admin })
    assert.deepEqual(await ground.events(before_), [], id)
  }
})

test('the record is read page by page without a gap', async () => {
  const all = await ground.events(null)
  const paged: string[] = []
  let next: string | null = ''
  while (next !== null) {
    const after_ = next === '' ? '' : `&after=${next}`
    const got: { data: { id: string }[]; next: string | null } = await ground.ok({
      method: 'GET',
      path: `/api/audit?limit=7${after_}`,
    })
    paged.push(...got.data.map(({ id }) => id))
    next = got.next
  }
  assert.ok(all.length > 14)
  // At once there are at most 200.
  assert.deepEqual(
    paged.slice(0, all.length),
    all.map(({ id }) => id),
  )
  assert.deepEqual(paged, [...new Set(paged)].toSorted().toReversed())
})
