import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createDialler } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import type { Broker } from '../../packages/server/src/skills/runner.ts'
import { openMcp } from '../../packages/server/src/skills/kinds/mcp.ts'
import {
  approvedTools,
  approveTools,
  forgetTools,
} from '../../packages/server/src/skills/mcp/approved-tools.ts'
import type { SkillServer } from '../../packages/server/src/skills/mcp/connections.ts'
import { McpConnections } from '../../packages/server/src/skills/mcp/connections.ts'
import type { TenantId } from '../../packages/server/src/store/store.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import type { OpenedStore } from './cluster.ts'
import { addTenant, asSuperuser, openTestStore } from './cluster.ts'
import { handClock } from './knowledge-house.ts'
import { allowed, authorisedServer } from './mcp-authorised-server.ts'
import { loopbackBroker } from './mcp-broker.ts'
import { contextOf, mcpPackage, portsOf } from './mcp-ground.ts'

const data = mkdtempSync(join(tmpdir(), 'fh-'))
const clock = handClock()
let opened: OpenedStore
let tenant: TenantId
let connections: McpConnections
let server: Awaited<ReturnType<typeof authorisedServer>>
let orders: SkillServer

before(async () => {
  opened = await openTestStore(data, { poolSize: 2 })
  tenant = opened.store.home
  server = await authorisedServer()
  orders = { skill: 'orders', url: new URL(server.url), zone: 'private' }
  connections = new McpConnections({
    store: opened.store,
    clock,
    dialler: createDialler(),
    redirectUrl: 'http://localhost:7070/api/skills/connection/callback',
    clientMetadataUrl: null,
  })
})
after(async () => {
  await server.close()
  await opened.close()
  rmSync(data, { recursive: true, force: true })
})

const serverOf = async (): Promise<SkillServer> => orders
const stateNow = async () => {
  const view = await connections.view(tenant, 'orders')
  return view && [view.state, view.reason]
}
const runner = () =>
  openMcp(
    mcpPackage({ transport: 'http', url: server.url, tools: { include: ['secret'] } }),
    portsOf({
      approved: (skill) => opened.store.withTenant({ tenant }, (tx) => approvedTools(tx, skill)),
      authorisation: () => connections.providerFor(tenant, orders),
    }),
  )
/** Reaches the server and nothing else, as the manifest would have it. */
function declaredBroker(seen: { bearer?: string }[] = []): Broker {
  const broker = loopbackBroker(seen as never)
  return {
    async send(request, signal) {
      if (request.url !== server.url) throw new Fault('skill_denied', `${request.url} is not declared.`)
      return broker.send(request, signal)
    },
  }
}
const call = async (seen: { bearer?: string }[] = []): Promise<unknown> =>
  (await runner().run('secret', {}, contextOf(declaredBroker(seen)))).value

async function begun(): Promise<URL> {
  const location = await connections.begin(tenant, orders)
  assert.ok(location)
  return location
}

test('a server that wants a token is connected by an administrator and a browser, and its tools once they are approved', async () => {
  await assert.rejects(call(), { code: 'skill_failed', message: /needs_authorisation/ })
  const location = await begun()
  assert.equal(location.searchParams.get('code_challenge_method'), 'S256')
  assert.equal(location.searchParams.get('resource'), server.url)
  assert.deepEqual(await stateNow(), ['needs_authorisation', null])
  assert.deepEqual(await connections.finish(await allowed(location), serverOf), { tenant, skill: 'orders' })
  assert.deepEqual(await stateNow(), ['connected', null])
  await assert.rejects(call(), { code: 'skill_denied' })
  const { diff, definitions } = await runner().review(contextOf(loopbackBroker()))
  assert.deepEqual(
    diff.changes.map(({ tool, kind }) => [tool, kind]),
    [['secret', 'new']],
  )
  await opened.store.withTenant({ tenant }, (tx) => approveTools(tx, 'orders', definitions))
  const seen: { bearer?: string }[] = []
  assert.equal(await call(seen), 'the harbour at nine')
  assert.ok(seen.every(({ bearer }) => bearer !== undefined))
})

test('a token whose time is over is renewed on the way, and the new one is kept', async () => {
  server.endTokens()
  const before = server.counts.refreshed
  assert.equal(await call(), 'the harbour at nine')
  assert.equal(await call(), 'the harbour at nine')
  assert.equal(server.counts.refreshed, before + 1)
})

test('what the issuer takes away shows as expired, and the way to connect again registers nobody anew', async () => {
  server.manner.isStrict = true
  server.endTokens()
  await assert.rejects(call(), { code: 'skill_failed', message: /needs_authorisation/ })
  assert.deepEqual(await stateNow(), ['expired', null])
  server.manner.isStrict = false
  await connections.finish(await allowed(await begun()), serverOf)
  assert.equal(await call(), 'the harbour at nine')
  assert.equal(server.counts.registered, 1)
})

test('a way back is good once, for ten minutes, for whom it was begun', async () => {
  const location = await begun()
  const answer = await allowed(location)
  const forged = new URLSearchParams(answer)
  forged.set('state', `${tenant}.${'A'.repeat(43)}`)
  const refused = { code: 'expired_request' }
  await assert.rejects(connections.finish(forged, serverOf), refused)
  const elsewhere = new URLSearchParams(answer)
  const other = tenantId(await addTenant(data))
  elsewhere.set('state', `${other}${answer.get('state')?.slice(36)}`)
  await assert.rejects(connections.finish(elsewhere, serverOf), refused)
  await connections.finish(answer, serverOf)
  await assert.rejects(connections.finish(answer, serverOf), refused)
  const late = await allowed(await begun())
  clock.advance(10 * 60_000 + 1)
  await assert.rejects(connections.finish(late, serverOf), refused)
})

test('an answer of another authorisation server is refused, and the connection says that it failed', async () => {
  server.manner.iss = 'https://evil.example'
  const answer = await allowed(await begun())
  server.manner.iss = null
  const exchanged = server.counts.exchanged
  await assert.rejects(connections.finish(answer, serverOf), { code: 'skill_failed', message: /not the one/ })
  assert.equal(server.counts.exchanged, exchanged)
  assert.deepEqual(await stateNow(), ['failed', 'skill_failed'])
  const no = new URLSearchParams({ error: 'access_denied', error_description: 'Pay at evil.example' })
  no.set('state', (await begun()).searchParams.get('state') ?? '')
  await assert.rejects(connections.finish(no, serverOf), { message: /said no \(access_denied\)/ })
})

test('nothing of it can be read in the database, and it goes when it is to go', async () => {
  await connections.finish(await allowed(await begun()), serverOf)
  const { rows } = await asSuperuser(data, (client) =>
    client.query<{ row: string }>(
      'SELECT c::text AS row FROM mcp_connection c UNION ALL SELECT t::text FROM mcp_tool t',
    ),
  )
  assert.equal(rows.length, 2)
  for (const { row } of rows)
    for (const word of ['access_token', 'client-1', 'Says a secret', server.url])
      assert.ok(!row.includes(Buffer.from(word).toString('hex')) && !row.includes(word), word)
  assert.equal(await connections.forget(tenant, 'orders'), true)
  assert.equal(await connections.view(tenant, 'orders'), null)
  await opened.store.withTenant({ tenant }, (tx) => forgetTools(tx, 'orders'))
  assert.deepEqual(await opened.store.withTenant({ tenant }, (tx) => approvedTools(tx, 'orders')), [])
})
