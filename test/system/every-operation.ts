import type { Operation } from '@freehold/contract/operation.ts'
import type { OperationId } from '@freehold/contract/operations.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import { addTenant } from './cluster.ts'
import { CONVERSATION_SAMPLES } from './conversation-samples.ts'
import { SCIM_SAMPLES } from './scim-samples.ts'
import { SKILL_SAMPLES } from './skill-samples.ts'
import type { Headers, Call, Ground } from './operation-ground.ts'
import { CANARY, OWNER } from './operation-ground.ts'
import type { Sample } from './operation-subjects.ts'
import {
  texts,
  withDocument,
  bare,
  inCollection,
  ofDocument,
  aQuestion,
  SAMPLE_TARGET,
  aTrial,
  aTarget,
  aSource,
  sourceBody,
  anInvitation,
  MEMBER_PASSWORD,
  TOTP_SECRET,
  PUBLIC_KEY,
  passwordOf,
  codeNow,
  withTotp,
  aMember,
  aSession,
  aGroup,
  aDictionary,
  aServiceAccount,
  anEntry,
  aTenant,
  A_HOLD,
  anEmergency,
} from './operation-subjects.ts'

/** Rows of the table by id, as the general type: what a loop over all of them sees. */
export const TABLE = Object.entries(OPERATIONS) as readonly (readonly [OperationId, Operation])[]

/** Binds a role that nobody here has. */
const SAMPLE_POLICY =
  'forbid (principal in Role::"guest", action == Action::"model.use", resource is Target);'

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
  'mcp.call': async () => ({
    body: {
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'search_knowledge', arguments: { query: CANARY } },
    },
  }),
  'mcp.resource_metadata': bare,
  // No skill here has an MCP server.
  'skill_tools.review': async () => ({ id: 'no-such-skill' }),
  'skill_tools.approve': async () => ({ id: 'no-such-skill', body: { pins: ['0'.repeat(64)] } }),
  'skill_connection.begin': async () => ({ id: 'no-such-skill' }),
  'skill_connection.read': async () => ({ id: 'no-such-skill' }),
  'skill_connection.remove': async () => ({ id: 'no-such-skill' }),
  'skill_connection.finish': async () => ({ query: '?state=of-nobody&code=x' }),
  'models.list': bare,
  'models.read': async () => ({ id: 'extract-1' }),
  'probe.live': bare,
  'probe.ready': bare,
  'probe.startup': bare,
  'metrics.read': bare,
  'platform.read': bare,
  'health.read': bare,
  'settings.read': bare,
  'owner.claim': async ({ house }) => ({
    body: { ...OWNER, token: new URL(house.claimUrl ?? 'http://h/').hash.replace('#claim=', '') },
  }),
  'session.open': async () => ({ body: OWNER }),
  'session.read': bare,
  'session.close': bare,
  'key.create': async () => ({ body: { name: CANARY } }),
  'key.list': bare,
  'key.revoke': (ground) => ground.ok({ method: 'POST', path: '/api/keys', body: { name: CANARY } }),
  'policy.read': bare,
  'policy.put': async () => ({ body: { text: SAMPLE_POLICY } }),
  'policy.check': async () => ({ body: { text: SAMPLE_POLICY } }),
  'policy.explain': async () => ({ body: { action: 'model.use', text: SAMPLE_POLICY } }),
  'policy.versions': bare,
  'policy.version': async () => ({ id: '0' }),
  'policy.restore': async () => ({ id: '0' }),
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
  'person.export': async (ground) => ({ id: await aMember(ground) }),
  'person.export_own': bare,
  'person.erase': async (ground) => ({
    id: await aMember(ground),
    body: { reason: 'ticket 1', dryRun: true },
  }),
  'approval.list': bare,
  // A question is put by a run that calls a tool; here none does.
  'approval.decide': async () => ({ id: crypto.randomUUID(), body: { decision: 'deny' } }),
  'tool_grant.list': bare,
  'tool_grant.revoke': async () => ({ id: crypto.randomUUID() }),
  'skill_review.list': bare,
  // A review is opened by a skill that is submitted; here none is.
  'skill_review.get': async () => ({ id: crypto.randomUUID() }),
  'skill_review.decide': async () => ({
    id: crypto.randomUUID(),
    body: { decision: 'reject', reason: 'ticket 1' },
  }),
  'hold.list': bare,
  'hold.add': async () => ({ body: A_HOLD }),
  'hold.lift': (ground) => ground.ok({ method: 'POST', path: '/api/holds', body: A_HOLD }),
  'break_glass.status': bare,
  'break_glass.arm': async () => ({ body: {} }),
  'break_glass.disarm': bare,
  'break_glass.use': async (ground) => ({ body: await anEmergency(ground) }),
  'connection.list': bare,
  // Seen with a provider in the tests of federation; this house has none.
  'connection.test': async () => ({ id: 'nowhere' }),
  'issuer.metadata': bare,
  'issuer.server_metadata': bare,
  'issuer.authorise': async () => ({ query: `?client_id=${crypto.randomUUID()}` }),
  'issuer.authorise_form': bare,
  'issuer.token': bare,
  'issuer.user_info': bare,
  'authorisation.read': async () => ({ body: { ticket: CANARY } }),
  'authorisation.decide': async () => ({ body: { ticket: CANARY, allow: true } }),
  'authorisation.list': bare,
  'authorisation.revoke': async () => ({ id: crypto.randomUUID() }),
  'oidc.start': async () => ({ id: 'nowhere' }),
  'oidc.callback': async () => ({ id: 'nowhere', query: '?code=c&state=s' }),
  'federated.list': bare,
  'federated.link': async (_, by) => ({ body: { connection: 'nowhere', password: passwordOf(by) } }),
  'federated.unlink': async () => ({ id: crypto.randomUUID() }),
  ...SCIM_SAMPLES,
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
  'service_account.create': async () => ({ body: { name: `${CANARY} ${crypto.randomUUID()}` } }),
  'service_account.list': bare,
  'service_account.read': async (ground) => ({ id: await aServiceAccount(ground) }),
  'service_account.change': async (ground) => ({
    id: await aServiceAccount(ground),
    body: { scopes: ['model'] },
  }),
  'service_account.delete': async (ground) => ({ id: await aServiceAccount(ground) }),
  'source.create': async (ground) => ({ body: await sourceBody(ground) }),
  'source.list': bare,
  'source.get': aSource,
  'source.update': async (ground) => ({ ...(await aSource(ground)), body: { everyMinutes: 5 } }),
  'source.delete': aSource,
  'source.sync': aSource,
  'source.items': aSource,
  'collection.create': async () => ({ body: { name: `${CANARY} ${crypto.randomUUID()}` } }),
  'collection.list': bare,
  'embeddings.status': bare,
  'collection.delete': inCollection,
  'collection.change': async (ground) => ({
    ...(await inCollection(ground)),
    body: { name: `${CANARY} ${crypto.randomUUID()}` },
  }),
  'knowledge.search': async () => ({ body: { query: CANARY } }),
  'question.list': inCollection,
  'question.create': async (ground) => {
    const { collection: id, document } = await withDocument(ground)
    return { id, body: { question: CANARY, document } }
  },
  'question.delete': aQuestion,
  'question.run': async (ground) => ({ ...(await inCollection(ground)), body: {} }),
  'collection.acl': async (ground) => ({ ...(await inCollection(ground)), body: { acl: {} } }),
  'document.add': async (ground) => ({ ...(await inCollection(ground)), body: texts }),
  'document.list': inCollection,
  'document.text': ofDocument,
  'document.acl': async (ground) => ({ ...(await ofDocument(ground)), body: { acl: {} } }),
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
  'target.discover': bare,
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
  'route.dry_run': async () => ({ body: { routes: [] } }),
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
  'usage.home': bare,
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
  ...CONVERSATION_SAMPLES,
  ...SKILL_SAMPLES,
  'budget.list': bare,
  'tenant.list': bare,
  'tenant.create': async () => ({ body: { slug: `t-${crypto.randomUUID()}`, owner: CANARY } }),
  'tenant.bound': async (ground) => ({ id: await aTenant(ground), body: { people: 5, destinations: [] } }),
  'tenant.suspend': async (ground) => ({ id: await aTenant(ground) }),
  'tenant.resume': async (ground) => ({ id: await aTenant(ground) }),
  'tenant.delete': async (ground) => {
    const slug = `t-${crypto.randomUUID()}`
    const made = await ground.ok<{ id: string }>({ method: 'POST', path: '/api/tenants', body: { slug } })
    return { id: made.id, body: { confirm: slug } }
  },
  'tenant.export': async (ground) => {
    const id = await aTenant(ground)
    await ground.ok({ method: 'POST', path: `/api/tenants/${id}/resume` })
    return { id, body: {} }
  },
  'tenant.read': async (ground) => ({ id: await aTenant(ground) }),
  'tenant.invite': async (ground) => ({ id: await aTenant(ground), body: { owner: CANARY } }),
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
  const { id: subject, user = '', tenant = '', secret = '', query = '', body } = await SAMPLES[id](ground, by)
  return {
    method: method === 'ANY' ? 'POST' : method,
    path:
      path
        .replace('{path}', 'sample')
        .replace('{user}', user)
        .replace('{tenant}', tenant)
        .replace('{secret}', secret)
        .replace(/\{\w+\}/, subject ?? '') + query,
    ...(body !== undefined && { body }),
    ...(surface === 'socket' && { headers: HANDSHAKE }),
  }
}
