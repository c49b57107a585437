import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { z } from 'zod'
import { explainInput, routeList, settingsVersions, targetPutResult } from '@freehold/contract/routing.ts'
import { explain } from '../../packages/server/src/gateway/routing/explain.ts'
import { turnTarget } from '../../packages/server/src/gateway/routing/maintenance.ts'
import { routingHandlers } from '../../packages/server/src/http/handlers/routing.ts'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import type { Caller } from '../../packages/server/src/identity/caller.ts'
import type { Store, TenantId } from '../../packages/server/src/store/store.ts'
import type { RoutingGround, RoutingHouse } from './routing-house.ts'
import { cloud, house, inFile, openRoutingGround, refused, route } from './routing-house.ts'

let ground: RoutingGround
before(async () => {
  ground = await openRoutingGround()
})
after(() => ground.close())

const REQUEST = 'req_0123456789abcdef01234567'
const by = { request: REQUEST }

test('targets and rules are put, replaced, restored and deleted, and every step is in force at once', async () => {
  const { settings, operator, applied } = await ground.start()
  assert.deepEqual([settings.current.version, settings.current.routing.isEmpty], [0, true])
  const made = await settings.put(operator, house, { ...by, version: 0 })
  assert.deepEqual([made.version, made.target.name, made.target.origin], [1, 'house', 'settings'])
  const rules = await settings.replaceRoutes(operator, [route({ to: ['house'] })], { ...by, version: 1 })
  assert.deepEqual(
    [rules.version, rules.data.map(({ id, to }) => [id, to])],
    [2, [['settings:1', ['house']]]],
  )
  const ask = {
    kind: 'model',
    model: 'qwen3-32b',
    dialect: 'openai',
    local: true,
    portable: true,
    class: 'internal',
  } as const
  assert.equal(settings.current.routing.decide(ask).rule, 'settings:1')
  await settings.put(operator, { ...house, url: 'https://10.0.1.6/v1' }, by)
  assert.equal(settings.targets().data[0]?.url, 'https://10.0.1.6/v1')
  await settings.replaceRoutes(operator, [], by)
  await settings.remove(operator, 'house', by)
  assert.deepEqual([settings.targets().data, settings.current.version], [[], 5])
  const back = await settings.restore(operator, 2, by)
  assert.deepEqual([back.version, back.data.length], [6, 1])
  assert.equal(settings.targets().data[0]?.url, house.url)
  assert.equal(settings.current.routing.decide(ask).rule, 'settings:1')
  await settings.restore(operator, 0, by)
  assert.deepEqual([settings.current.version, settings.current.routing.isEmpty], [7, true])
  assert.equal(applied.length, 8)
})

test('versions are listed newest first in pages, with who made them', async () => {
  const { settings, operator } = await ground.start()
  for (let n = 0; n < 5; n += 1) await settings.put(operator, { ...house, name: `house-${n}` }, by)
  const first = await settings.versions({ limit: 3 })
  assert.deepEqual(
    first.data.map(({ version, targets, routes, actor }) => [version, targets, routes, actor]),
    [5, 4, 3].map((version) => [version, version, 0, 'local-operator']),
  )
  const second = await settings.versions({ limit: 3, after: first.next ?? '' })
  assert.deepEqual([second.data.map(({ version }) => version), second.next], [[2, 1], null])
  assert.doesNotMatch(JSON.stringify([first, second]), /zygomorphic|dek|sealed/)
  await assert.rejects(
    settings.versions({ limit: 3, after: "1'; --" }),
    refused('invalid', 'after', /earlier page/),
  )
  for (const from of [6, 2_147_483_647]) {
    await assert.rejects(settings.restore(operator, from, by), refused('not_found', 'version', /no version/))
  }
})

test('of very many versions the last thousand can be listed and restored', async () => {
  const { settings, operator, tenant } = await ground.start()
  await settings.put(operator, house, by)
  await settings.close()
  await ground.sql.query(
    'INSERT INTO routing_version SELECT tenant_id, n, at, actor, targets, routes, dek, document_sealed FROM routing_version, generate_series(2, 1010) n WHERE tenant_id = $1 AND version = 1',
    [tenant],
  )
  const page = await settings.versions({ limit: 200, after: '12' })
  assert.deepEqual([page.data.map(({ version }) => version), page.next], [[11], null])
  await assert.rejects(
    settings.restore(operator, 10, by),
    refused('not_found', 'version', /last 1000 versions/),
  )
  assert.equal((await settings.restore(operator, 0, by)).version, 1011)
})

test('of twenty people who change the same version at once exactly one succeeds, on two replicas', async () => {
  const here = await ground.start()
  const there = await ground.start({ tenant: here.tenant })
  for (const version of [0, 1, 2]) {
    const attempts = Array.from({ length: 20 }, (_, n) => {
      const { settings, operator } = n % 2 === 0 ? here : there
      return settings.put(operator, { ...house, name: `h${version}-${n}` }, { ...by, version })
    })
    const outcomes = await Promise.allSettled(attempts)
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
    for (const one of outcomes) {
      if (one.status === 'rejected')
        refused('conflict', 'version', new RegExp(`at version ${version + 1} by now`))(one.reason)
    }
  }
  const { rows } = await ground.sql.query(
    'SELECT version, targets FROM routing_version WHERE tenant_id = $1 ORDER BY 1',
    [here.tenant],
  )
  assert.deepEqual(
    rows,
    [1, 2, 3].map((version) => ({ version, targets: version })),
  )
})

test('twenty changes without a version all come through, and none is lost', async () => {
  const here = await ground.start()
  const there = await ground.start({ tenant: here.tenant })
  await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      (n % 2 === 0 ? here : there).settings.put(here.operator, { ...house, name: `h-${n}` }, by),
    ),
  )
  await Promise.all([here, there].map((one) => one.until(() => one.settings.current.version === 20)))
  for (const { settings } of [here, there]) assert.equal(settings.targets().data.length, 20)
})

test('no credential, address or name lies readable in the database or stands in a view', async () => {
  const { settings, operator, tenant } = await ground.start()
  await settings.put(operator, house, by)
  await settings.put(operator, cloud, by)
  const { rows } = await ground.sql.query<{ row: string }>(
    'SELECT r::text AS row FROM routing_version r WHERE tenant_id = $1',
    [tenant],
  )
  assert.equal(rows.length, 2)
  const words = ['zygomorphic-secret-key', 'quixotical-header-value', 'api.example.com', 'qwen3']
  for (const word of words) {
    const hex = Buffer.from(word).toString('hex')
    for (const { row } of rows) assert.ok(!row.includes(word) && !row.includes(hex), `${word} can be read`)
  }
  // The search would find it: a plain column does.
  const control = await ground.sql.query<{ row: string }>(
    "SELECT row('zygomorphic-secret-key'::bytea)::text AS row",
  )
  assert.ok(control.rows[0]?.row.includes(Buffer.from('zygomorphic-secret-key').toString('hex')))
  const shown = JSON.stringify([
    settings.targets(),
    settings.routes(),
    await settings.versions({ limit: 10 }),
  ])
  assert.doesNotMatch(shown, /zygomorphic|quixotical/)
  assert.deepEqual(
    settings.targets().data.map(({ auth }) => auth),
    [
      { kind: 'apiKey', name: null },
      { kind: 'header', name: 'x-token' },
    ],
  )
  assert.doesNotMatch(JSON.stringify(settings.current.settings), /zygomorphic|quixotical/)
})

test('versions are written and read, never changed, and only by their own tenant', async () => {
  const mine = await ground.start()
  const neighbour = await ground.start()
  await mine.settings.put(mine.operator, house, by)
  const count = (tenant: TenantId): Promise<number> =>
    ground.store.withTenant({ tenant }, async ({ db }) => {
      const rows = await db.selectFrom('routing_version').select('version').execute()
      return rows.length
    })
  assert.deepEqual([await count(mine.tenant), await count(neighbour.tenant)], [1, 0])
  const inMine = { tenant: mine.tenant }
  await assert.rejects(
    ground.store.withTenant(inMine, ({ db }) =>
      db
        .updateTable('routing_version')
        .set({ document_sealed: Buffer.of(1) })
        .execute(),
    ),
    /permission denied/,
  )
  // They go with their whole tenant alone.
  await ground.store.withTenant(inMine, ({ db }) => db.deleteFrom('routing_version').execute())
  assert.equal(await count(mine.tenant), 1)
  await assert.rejects(
    ground.store.withTenant({ tenant: neighbour.tenant }, ({ db }) =>
      db
        .insertInto('routing_version')
        .values({
          tenant_id: mine.tenant,
          version: 2,
          actor: 'x',
          targets: 0,
          routes: 0,
          dek: Buffer.alloc(1),
          document_sealed: Buffer.alloc(1),
        })
        .execute(),
    ),
    /row-level security/,
  )
})

test('another replica follows a change within its poll, and a restart reads the newest', async () => {
  const here = await ground.start()
  const there = await ground.start({ tenant: here.tenant })
  await here.settings.put(here.operator, house, by)
  await here.settings.replaceRoutes(here.operator, [route({ to: ['house'] })], by)
  await there.until(() => there.settings.current.version === 2)
  assert.equal(there.settings.current.routing.version, here.settings.current.routing.version)
  const again = await ground.start({ tenant: here.tenant })
  assert.deepEqual(again.settings.routes(), here.settings.routes())
  const auth = again.settings.current.routing.targets.get('house')?.definition.auth
  assert.equal(auth && 'apiKey' in auth && auth.apiKey.reveal(), 'zygomorphic-secret-key')
})

test('what stands in the configuration file is read-only, and says so', async () => {
  const made = await ground.start({ file: inFile([house], [route({ to: ['house'] })]) })
  const { settings, operator } = made
  const before = await ground.stateOf(made)
  for (const change of [settings.put(operator, house, by), settings.remove(operator, 'house', by)]) {
    await assert.rejects(change, refused('conflict', 'name', /stands in the configuration file/))
  }
  assert.deepEqual(await ground.stateOf(made), before)
  const rules = await settings.replaceRoutes(operator, [route({ when: { model: 'x' }, to: ['local'] })], by)
  assert.deepEqual(
    rules.data.map(({ id }) => id),
    ['file:1', 'settings:1'],
  )
})

test('a change that is refused leaves everything as it was and names the field', async () => {
  const made = await ground.start()
  const { settings, operator } = made
  await settings.put(operator, house, by)
  await settings.replaceRoutes(operator, [route({ to: ['house'] })], by)
  const before = await ground.stateOf(made)
  const attempts: readonly (readonly [() => Promise<unknown>, ReturnType<typeof refused>])[] = [
    [
      () => settings.put(operator, { ...cloud, url: 'http://api.example.com' }, by),
      refused('invalid', 'target.url', /reached over https/),
    ],
    [
      () => settings.put(operator, { ...cloud, tls: { ca: 'no certificate' } }, by),
      refused('invalid', 'target.tls', /Target cloud: ca holds no certificate/),
    ],
    [
      () => settings.replaceRoutes(operator, [route({ to: ['house'] }), route({ to: ['nobody'] })], by),
      refused('invalid', 'routes[1].to[0]', /names no target/),
    ],
    [() => settings.remove(operator, 'house', by), refused('conflict', 'name', /rule settings:1 names/)],
    [() => settings.remove(operator, 'nobody', by), refused('not_found', 'name', /no target nobody/)],
    [
      () => settings.put(operator, { ...house, zone: 'managed' }, by),
      refused('conflict', 'target', /settings:1 would no longer hold: when names a managed target/),
    ],
    [
      () => settings.put(operator, cloud, { ...by, version: 1 }),
      refused('conflict', 'version', /at version 2/),
    ],
    [
      () => settings.put(operator, cloud, { ...by, version: 3 }),
      refused('conflict', 'version', /at version 2/),
    ],
  ]
  for (const [attempt, expected] of attempts) await assert.rejects(attempt, expected)
  assert.deepEqual(await ground.stateOf(made), before)
  assert.equal(made.applied.length, 3)
})

test('a routing that cannot be put in force is neither stored nor recorded', async () => {
  const made = await ground.start()
  const before = await ground.stateOf(made)
  made.hands.refuse = new Fault('invalid', 'The certificate is of no use.', { param: 'target.tls' })
  await assert.rejects(made.settings.put(made.operator, house, by), {
    message: 'The certificate is of no use.',
  })
  made.hands.refuse = null
  assert.deepEqual(await ground.stateOf(made), before)
  assert.deepEqual((await made.settings.put(made.operator, house, by)).version, 1)
})

test('the lines to targets follow the settings, with the credential of the newest version', async () => {
  const { settings, operator, targets } = await ground.start()
  await settings.put(operator, house, by)
  await settings.put(operator, cloud, by)
  const open = (name: string) => {
    const book = targets.hold()
    const target = book.routing.targets.get(name)
    assert.ok(target)
    const found = book.of(target)
    book.release()
    return found
  }
  const [before, beside] = [open('house'), open('cloud')]
  assert.deepEqual(before.credential, ['authorization', 'Bearer zygomorphic-secret-key'])
  await settings.put(operator, { ...house, auth: { apiKey: 'renewed' } }, by)
  assert.deepEqual(open('house').credential, ['authorization', 'Bearer renewed'])
  assert.notEqual(open('house').line, before.line)
  assert.equal(open('cloud').line, beside.line)
  await settings.restore(operator, 2, by)
  assert.deepEqual(open('house').credential, before.credential)
})

test('a change whose commit fails is taken out of force again', async () => {
  let isFailing = false
  const between = (store: Store): Store => ({
    ...store,
    withTenant: (context, fn) =>
      store.withTenant(context, async (tx) => {
        const result = await fn(tx)
        if (isFailing) throw new Error('the commit did not come through')
        return result
      }),
  })
  const made = await ground.start({ between })
  await made.settings.close()
  const before = await ground.stateOf(made)
  isFailing = true
  await assert.rejects(made.settings.put(made.operator, house, by), /did not come through/)
  assert.deepEqual(await ground.stateOf(made), before)
  assert.deepEqual(
    made.applied.map(({ routing }) => routing.isEmpty),
    [true, false, true],
  )
})

test('each change stands in the record, in its own transaction: no audit, no change', async () => {
  const made = await ground.start()
  const { settings, operator, tenant } = made
  await settings.put(operator, house, by)
  await settings.replaceRoutes(operator, [route({ to: ['local'] })], by)
  await settings.remove(operator, 'house', by)
  await settings.restore(operator, 1, by)
  const { rows } = await ground.sql.query<Record<string, unknown>>(
    'SELECT action, actor, subject, request, detail FROM audit_event WHERE tenant_id = $1 ORDER BY id',
    [tenant],
  )
  assert.deepEqual(
    rows.map(({ action, subject, detail }) => [action, subject, detail]),
    [
      ['target.put', 'house', { zone: 'private', kind: 'model', version: 1 }],
      ['routes.replaced', 'settings', { routes: 1, version: 2 }],
      ['target.deleted', 'house', { version: 3 }],
      ['routing.restored', 'settings', { from: 1, version: 4 }],
    ],
  )
  assert.ok(rows.every(({ actor, request }) => actor === 'local-operator' && request === REQUEST))
  const before = await ground.stateOf(made)
  await ground.sql.query('REVOKE INSERT ON audit_event FROM fh_app')
  try {
    await assert.rejects(settings.put(operator, cloud, by))
  } finally {
    await ground.sql.query('GRANT INSERT ON audit_event TO fh_app')
  }
  assert.deepEqual(await ground.stateOf(made), before)
})

test('a target of the file or the settings is drained and used again, on every replica and after a restart', async () => {
  const file = inFile([house], [route({ to: ['house'] })])
  const here = await ground.start({ file })
  const there = await ground.start({ file, tenant: here.tenant })
  const { settings, operator, tenant } = here
  const turn = (name: string, drained: boolean) => turnTarget(settings, operator, { name, drained, ...by })
  const ask = {
    kind: 'model',
    model: 'qwen3-32b',
    dialect: 'openai',
    local: true,
    portable: true,
    class: 'public',
  } as const
  const decided = ({ settings: own }: RoutingHouse) => own.current.routing.decide(ask)
  await settings.put(operator, cloud, by)
  const drained = await turn('house', true)
  assert.deepEqual([drained.version, drained.target.drained, drained.target.origin], [2, true, 'file'])
  assert.deepEqual(decided(here), {
    rule: 'file:1',
    attempts: [],
    skipped: [{ target: 'house', code: 'draining', params: {}, reason: 'it is being drained' }],
    refused: {
      code: 'draining',
      message: 'Rule file:1 has no target for this request (house: it is being drained). Ask again later.',
    },
    keeping: null,
  })
  await there.until(() => decided(there).refused?.code === 'draining')
  await assert.rejects(turn('nobody', true), refused('not_found', 'name', /no target nobody/))
  await turn('cloud', true)
  // Rules of before come back, maintenance goes on.
  await settings.restore(operator, 1, by)
  assert.deepEqual(
    settings.targets().data.map(({ name, drained: isDrained }) => [name, isDrained]),
    [
      ['house', true],
      ['cloud', true],
    ],
  )
  // A name that was deleted begins anew.
  await settings.remove(operator, 'cloud', by)
  await settings.put(operator, cloud, by)
  const again = await ground.start({ file, tenant })
  assert.deepEqual(
    again.settings.targets().data.map(({ drained: isDrained }) => isDrained),
    [true, false],
  )
  await turn('house', false)
  assert.equal(decided(here).refused, null)
  await again.until(() => decided(again).refused === null)
  const { rows } = await ground.sql.query<Record<string, unknown>>(
    "SELECT action, subject, detail FROM audit_event WHERE tenant_id = $1 AND action ~ 'drained|resumed' ORDER BY id",
    [tenant],
  )
  assert.deepEqual(
    rows.map(({ action, subject, detail }) => [action, subject, detail]),
    [
      ['target.drained', 'house', { version: 2 }],
      ['target.drained', 'cloud', { version: 3 }],
      ['target.resumed', 'house', { version: 7 }],
    ],
  )
})

test('Freehold does not start without the rules that it cannot read', async () => {
  const { settings, operator, tenant } = await ground.start()
  await settings.put(operator, house, by)
  await settings.put(operator, cloud, by)
  await settings.close()
  const breakings = [
    // One bit of the newest.
    'UPDATE routing_version SET document_sealed = set_byte(document_sealed, 60, get_byte(document_sealed, 60) # 1) WHERE tenant_id = $1 AND version = 2',
    // A good document of another version in its place.
    'UPDATE routing_version n SET dek = o.dek, document_sealed = o.document_sealed FROM routing_version o WHERE n.tenant_id = $1 AND n.version = 2 AND o.tenant_id = $1 AND o.version = 1',
  ]
  for (const breaking of breakings) {
    await ground.sql.query(breaking, [tenant])
    const next = await ground.open({ tenant })
    await assert.rejects(
      next.settings.start(),
      refused('cannot_start', null, /version 2 cannot be decrypted.*does not start without them/),
    )
    assert.deepEqual(next.applied, [])
    assert.throws(() => next.settings.current, /not started/)
  }
  await ground.sql.query('DELETE FROM routing_version WHERE tenant_id = $1 AND version = 2', [tenant])
  const whole = await ground.start({ tenant })
  assert.equal(whole.settings.current.version, 1)
})

test('a running replica keeps its rules when a newer version cannot be read, and says so', async () => {
  const here = await ground.start()
  await here.settings.put(here.operator, house, by)
  const kept = here.settings.current.routing.version
  await ground.sql.query(
    "INSERT INTO routing_version (tenant_id, version, actor, targets, routes, dek, document_sealed) VALUES ($1, 2, 'x', 0, 0, '\\x00', '\\x00')",
    [here.tenant],
  )
  const error = await here.failed()
  assert.match(String(error), /version 2 cannot be decrypted/)
  assert.deepEqual([here.settings.current.version, here.settings.current.routing.version], [1, kept])
  // The way out while it runs.
  assert.equal((await here.settings.restore(here.operator, 1, by)).version, 3)
})

test('the API answers in the form of the contract, and a name in the path is the name of the target', async () => {
  const { settings, operator, targets } = await ground.start()
  const previewing = {
    explained: async (caller: Caller, input: z.output<typeof explainInput>) =>
      explain(caller, input, settings.current),
    recorded: () => assert.fail('no request is on record'),
  }
  const handlers = routingHandlers(settings, {
    standing: (name) => ({ circuits: [], health: 'unprobed', load: [], inFlight: targets.inFlight(name) }),
    discovery: { of: () => null },
    shadow: { state: ({ version }) => ({ version, shadow: null }) },
    requests: { newest: async function* () {}, read: async () => assert.fail('no request is on record') },
    privacy: { previewing },
  })
  const call = {
    request: REQUEST,
    caller: operator,
    query: undefined,
    asking: { headers: {}, method: 'PUT', requestId: REQUEST, address: undefined },
    header: () => undefined,
    signal: new AbortController().signal,
  }
  const put = (name: string) =>
    handlers['target.put']({ ...call, params: { name }, body: { target: house, version: 0 } })
  await assert.rejects(put('garage'), refused('invalid', 'target.name', /is not garage/))
  const made = await put('house')
  assert.deepEqual(targetPutResult.parse(made), made)
  const routes = await handlers['route.replace']({
    ...call,
    params: undefined,
    body: { routes: [route({ to: ['house'] })], version: undefined },
  })
  assert.deepEqual(routeList.parse(routes), routes)
  const body = explainInput.parse({ messages: [{ role: 'user', content: 'hello' }] })
  const found = await handlers['route.explain']({ ...call, params: undefined, body })
  assert.deepEqual([found.rule, found.attempts[0]?.target], ['settings:1', 'house'])
  await assert.rejects(
    handlers['target.delete']({ ...call, params: { name: 'house' }, body: undefined }),
    refused('conflict', 'name', /settings:1/),
  )
  const page = await handlers['routing.versions']({
    ...call,
    params: undefined,
    body: undefined,
    query: { limit: 5 },
  })
  assert.deepEqual(settingsVersions.parse(page), page)
  const restored = await handlers['routing.restore']({ ...call, params: { version: 1 }, body: undefined })
  assert.deepEqual(restored, { version: 3, data: [] })
})

test('when the file is read again the settings stay, and what no longer fits is shown', async () => {
  const made = await ground.start({ file: inFile([house]) })
  const { settings, operator, hands } = made
  await settings.put(operator, cloud, by)
  await settings.replaceRoutes(
    operator,
    [route({ to: ['house'] }), route({ when: { class: ['public'] }, to: ['cloud'] })],
    by,
  )
  hands.file = inFile([{ ...cloud, url: 'https://other.example.com' }])
  settings.fileChanged()
  assert.deepEqual(
    settings
      .targets()
      .data.map(({ name, origin, problems }) => [name, origin, problems.map(({ code }) => code)]),
    [
      ['cloud', 'file', []],
      ['cloud', 'settings', ['name_taken']],
    ],
  )
  assert.deepEqual(
    settings.routes().data.map(({ problems }) => problems.map(({ field, code }) => [field, code])),
    [[['to[0]', 'no_target']], []],
  )
  assert.equal(settings.current.routing.targets.get('cloud')?.definition.url, 'https://other.example.com')
  // What does not fit elsewhere does not stand in the way of another change.
  await settings.put(operator, { ...house, name: 'garage' }, by)
  // The shadowed target may go although a rule names it: the rule means the file's.
  await settings.remove(operator, 'cloud', by)
  await assert.rejects(
    settings.restore(operator, 2, by),
    refused(
      'conflict',
      'version',
      /Version 2 does not fit the configuration file of today: targets\[0\]\.name/,
    ),
  )
  hands.refuse = new Fault('invalid', 'The certificate is of no use.')
  hands.file = inFile([])
  settings.fileChanged()
  assert.equal(made.failures.length, 1)
  assert.ok(settings.current.routing.targets.has('cloud'))
  hands.refuse = null
  await made.until(() => !settings.current.routing.targets.has('cloud'))
})
