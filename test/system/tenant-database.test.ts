import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { leafHash, rootOfInclusion } from '../../packages/server/src/audit/log/merkle.ts'
import { openNote, readCheckpoint, readVerifierKey } from '../../packages/server/src/audit/log/note.ts'
import { sampleCall } from './every-operation.ts'
import type { House } from './house.ts'
import { open } from './house.ts'
import type { Ground } from './operation-ground.ts'
import { bearer, codeOf, openGround, OWNER } from './operation-ground.ts'
import type { Settled } from './tenant-house.ts'
import { settle } from './tenant-house.ts'

let ground: Ground
/** One tenant of each level, with a document and a request of its own, and a second one with a database of its own. */
let pooled: Settled
let own: Settled
let other: { readonly id: string }
/** The same once more, after it was killed. */
let house: House | null = null
const shelves = new Map<string, string>()

const databaseOf = ({ id }: { readonly id: string }): string => `fh_t_${id.replaceAll('-', '')}`

before(async () => {
  ground = await openGround()
  const { body } = await sampleCall(ground, 'owner.claim')
  await ground.ok({ method: 'POST', path: '/api/claim', body: { ...body, ...OWNER } })
  pooled = await settle(ground, 'pooled')
  own = await settle(ground, 'own', { isolation: 'database' })
  for (const tenant of [pooled, own]) await useIt(tenant)
  const made = await ground.house.cli('tenant', 'create', 'other', '--isolation', 'database', '--json')
  assert.equal(made.status, 0, made.stderr)
  other = JSON.parse(made.stdout)
})
after(async () => {
  await house?.stop()
  await ground.close()
})

async function useIt({ slug, ground: theirs }: Settled): Promise<void> {
  const shelf = await theirs.ok<{ id: string }>({
    method: 'POST',
    path: '/api/collections',
    body: { name: slug },
  })
  shelves.set(slug, shelf.id)
  const form = new FormData()
  form.append(
    'file',
    new Blob([`The heron of ${slug} stands in the reeds.`], { type: 'text/plain' }),
    'a.txt',
  )
  const url = `${ground.house.url}/api/collections/${shelf.id}/documents`
  assert.equal((await fetch(url, { method: 'POST', headers: theirs.admin, body: form })).status, 201)
  await theirs.ok({
    method: 'POST',
    path: '/v1/chat/completions',
    body: { model: 'far', messages: [{ role: 'user', content: 'Where is the heron?' }] },
  })
}

interface As {
  readonly user?: string
  readonly database?: string
}

/** As the superuser unless somebody else is named, in the shared database unless another is. */
async function look<T extends object>(text: string, { user = 'fh_super', database = 'freehold' }: As = {}) {
  const client = new Client({ host: join(ground.house.data, 'run'), port: 5432, user, database })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return (await client.query<T>(text)).rows
  } finally {
    await client.end()
  }
}

/** How many rows each table has of this tenant. */
async function rowsOf({ id }: { readonly id: string }, database = 'freehold') {
  const tables = await look<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name = 'tenant_id' ORDER BY 1`,
    { database },
  )
  const each = tables.map(
    ({ name }) => `SELECT '${name}' AS name, count(*)::int AS n FROM ${name} WHERE tenant_id = '${id}'`,
  )
  const counts = await look<{ name: string; n: number }>(each.join(' UNION ALL '), { database })
  return Object.fromEntries(counts.filter(({ n }) => n > 0).map(({ name, n }) => [name, n]))
}

const filesIn = (directory: string): number =>
  readdirSync(directory, { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).length

/** Every entry of the whole log, and the signatures on it, with what lies outside the database. */
async function verified(): Promise<string> {
  // What was done a moment ago is in the log a moment later, and with it what tells of an erasure.
  while ((await look('SELECT FROM audit_pending')).length > 0) await sleep(50)
  const { status, stdout, stderr } = await ground.house.cli('audit', 'verify')
  return status === 0 ? 'sound' : stdout + stderr
}

/** The newest event of this action in the tenant's own record. */
async function lastOf(theirs: Ground, action: string): Promise<{ readonly id: string } | undefined> {
  const path = `/api/audit?action=${action}`
  return (await theirs.ok<{ data: { id: string }[] }>({ method: 'GET', path })).data[0]
}

const sessionOf = (key: string) => ({ method: 'GET', path: '/api/session', headers: bearer(key) })
const states = async (key: string): Promise<string> => codeOf(await ground.send(sessionOf(key)))

test('both levels serve documents, questions, records and the record of what was done', async () => {
  for (const { slug, ground: theirs } of [pooled, own]) {
    const path = `/api/collections/${shelves.get(slug)}/search`
    const { hits } = await theirs.ok<{ hits: { text: string }[] }>({
      method: 'POST',
      path,
      body: { query: 'heron' },
    })
    assert.deepEqual(
      hits.map(({ text }) => text),
      [`The heron of ${slug} stands in the reeds.`],
    )
    const requests = async (): Promise<number> =>
      (await theirs.ok<{ data: object[] }>({ method: 'GET', path: '/api/requests' })).data.length
    while ((await requests()) === 0) await sleep(100)
    assert.ok((await lastOf(theirs, 'documents.added')) !== undefined)
  }
  const shown = await ground.house.cli('tenant', 'list')
  assert.match(shown.stdout, /pooled .* pooled\n.*database .* own\n.*database .* other\n/s)
})

test('what was done in a tenant with its own database is in the one log, provably and without the server', async () => {
  const event = await lastOf(own.ground, 'documents.added')
  const ask = { method: 'GET', path: `/api/audit/${event?.id}/proof`, headers: own.ground.admin }
  let answer = await ground.send(ask)
  for (; answer.status === 404; answer = await ground.send(ask)) await sleep(100)
  const { entry, proof } = JSON.parse(answer.text)
  const key = readVerifierKey(readFileSync(join(ground.house.data, 'audit', 'log.vkey'), 'utf8').trim())
  assert.ok(key)
  const [head = '', note = ''] = proof.split(/\n\n(.*)/s)
  const [, index = '', ...path] = head.split('\n')
  const checkpoint = readCheckpoint(openNote(note, key) ?? '', key.name)
  assert.ok(checkpoint)
  const place = { index: Number(index.replace('index ', '')), size: checkpoint.size }
  const hashes = path.map((hash: string) => Buffer.from(hash, 'base64'))
  assert.deepEqual(rootOfInclusion(place, leafHash(entry), hashes), checkpoint.root)
  assert.equal(JSON.parse(entry).tenant, own.id)
  assert.equal(await verified(), 'sound')
})

test('no row of it is in the database that the others share', async () => {
  assert.deepEqual(await rowsOf(own), {})
  assert.ok(((await rowsOf(pooled))['document'] ?? 0) > 0)
  const there = await rowsOf(own, databaseOf(own))
  for (const table of ['document', 'account', 'request_record', 'audit_event', 'audit_leaf', 'tenant_key'])
    assert.ok((there[table] ?? 0) > 0, table)
  assert.deepEqual(await look('SELECT id FROM tenant', { database: databaseOf(own) }), [{ id: own.id }])
})

test('its login reaches no other database, and no other login reaches its database', async () => {
  const refused = /permission denied for database/
  const login = databaseOf(own)
  assert.deepEqual(await look('SELECT 1 AS one', { user: login, database: login }), [{ one: 1 }])
  for (const database of ['freehold', 'postgres', 'template1', databaseOf(other)])
    await assert.rejects(look('SELECT 1', { user: login, database }), refused, database)
  for (const user of ['fh_login', databaseOf(other)])
    await assert.rejects(look('SELECT 1', { user, database: login }), refused, user)
})

test('with row-level security off everywhere, rows of a pooled tenant are seen by others and none of its', async () => {
  const all = `SELECT format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', oid::regclass) AS off FROM pg_class WHERE relrowsecurity`
  const turn = async (
    database: string,
    to: 'DISABLE' | 'ENABLE',
    names: readonly string[],
  ): Promise<void> => {
    await look(names.map((text) => text.replace('DISABLE', to)).join('; '), { database })
  }
  const found = new Map<string, readonly string[]>()
  for (const database of ['freehold', databaseOf(own)])
    found.set(
      database,
      (await look<{ off: string }>(all, { database })).map(({ off }) => off),
    )
  for (const [database, names] of found) await turn(database, 'DISABLE', names)
  try {
    const count = async (tenant: Settled): Promise<number> => {
      const client = new Client({
        host: join(ground.house.data, 'run'),
        user: 'fh_login',
        database: 'freehold',
      })
      await client.connect()
      try {
        await client.query(`BEGIN; SET LOCAL ROLE fh_app; SET LOCAL fh.tenant = '${other.id}'`)
        const { rows } = await client.query<{ n: number }>(
          'SELECT count(*)::int AS n FROM document WHERE tenant_id = $1',
          [tenant.id],
        )
        return rows[0]?.n ?? 0
      } finally {
        await client.end()
      }
    }
    assert.equal(await count(pooled), 1)
    assert.equal(await count(own), 0)
  } finally {
    for (const [database, names] of found) await turn(database, 'ENABLE', names)
  }
})

test('a key of it that is revoked by another process is heard of in its own database', async () => {
  const { id, key } = await own.ground.ok<{ id: string; key: string }>({
    method: 'POST',
    path: '/api/keys',
    body: { scopes: ['knowledge'] },
  })
  assert.equal(await states(key), 'ok')
  const database = databaseOf(own)
  const listening = await look<{ n: number }>(
    `SELECT count(*)::int AS n FROM pg_stat_activity
     WHERE datname = '${database}' AND application_name = 'freehold listening'`,
  )
  assert.deepEqual(listening, [{ n: 1 }])
  await look(`UPDATE api_key SET revoked_at = now() WHERE id = '${id}'`, { database })
  while ((await states(key)) === 'ok') await sleep(50)
  assert.equal(await states(key), 'unidentified')
})

const shut = (database: string): Promise<object[]> =>
  look(
    `ALTER DATABASE ${database} ALLOW_CONNECTIONS false; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${database}'`,
  )

test('a database that cannot be reached takes its tenant out of service and nobody else', async () => {
  const database = databaseOf(own)
  await shut(database)
  while ((await states(own.key.key)) === 'ok') await sleep(50)
  assert.equal(await states(own.key.key), 'unavailable')
  assert.equal(await states(pooled.key.key), 'ok')
  const view = await ground.ok<{ reachable: boolean }>({ method: 'GET', path: `/api/tenants/${own.id}` })
  assert.equal(view.reachable, false)
  const status = await ground.ok<{ data: object[] }>({ method: 'GET', path: '/api/kek?limit=100' })
  assert.ok(status.data.length >= 4)
  // What happens in others goes on being recorded and logged.
  await useIt({ ...pooled, slug: 'second' })
  const added = await lastOf(pooled.ground, 'documents.added')
  const ask = { method: 'GET', path: `/api/audit/${added?.id}/proof`, headers: pooled.ground.admin }
  while ((await ground.send(ask)).status === 404) await sleep(100)
  const figures = (await ground.house.metrics())
    .split('\n')
    .filter((line) => line.startsWith('freehold_tenant_databases'))
  assert.deepEqual(figures.toSorted(), [
    'freehold_tenant_databases{standing="down"} 1',
    'freehold_tenant_databases{standing="up"} 1',
  ])
  assert.match(ground.house.output(), /"tenant_database.down"/)
  await look(`ALTER DATABASE ${database} ALLOW_CONNECTIONS true`)
  while ((await states(own.key.key)) !== 'ok') await sleep(100)
})

test('it is shut, opened again and handed out like any other', async () => {
  assert.equal((await ground.house.cli('tenant', 'suspend', 'own')).status, 0)
  assert.equal(await states(own.key.key), 'suspended')
  assert.equal((await ground.house.cli('tenant', 'resume', 'own')).status, 0)
  assert.equal(await states(own.key.key), 'ok')
  const path = `/api/tenants/${own.id}/export`
  let answer = await ground.send({ method: 'POST', path, headers: ground.admin, body: {} })
  for (
    ;
    answer.status === 403;
    answer = await ground.send({ method: 'POST', path, headers: ground.admin, body: {} })
  )
    await sleep(200)
  assert.match(answer.text, /The heron of own stands in the reeds\..*\{"end":true,"rows":\d+\}\n$/s)
})

test('deleted, nothing of it is left but its commitments in the log', async () => {
  const objects = join(ground.house.data, 'blobs', own.id)
  assert.ok(filesIn(objects) > 0)
  const cli = await ground.house.cli('tenant', 'delete', 'own', '--confirm', 'own', '--grace', '0')
  assert.equal(cli.status, 0, cli.stderr)
  const gone = { method: 'GET', path: `/api/tenants/${own.id}`, headers: ground.admin }
  while (codeOf(await ground.send(gone)) !== 'not_found') await sleep(200)
  const name = databaseOf(own)
  assert.deepEqual(await look(`SELECT datname FROM pg_database WHERE datname = '${name}'`), [])
  assert.deepEqual(await look(`SELECT rolname FROM pg_roles WHERE rolname = '${name}'`), [])
  assert.deepEqual(Object.keys(await rowsOf(own)), ['audit_leaf'])
  const salts = await look(
    `SELECT DISTINCT salts::text AS salts FROM audit_leaf WHERE tenant_id = '${own.id}'`,
  )
  assert.deepEqual(salts, [{ salts: '{}' }])
  assert.equal(filesIn(objects), 0)
  assert.equal(await states(own.key.key), 'unidentified')
  const events = await ground.events(null)
  const ofIt = events.filter(({ subject }) => subject === own.id).map(({ action }) => action)
  assert.deepEqual(ofIt.slice(0, 3), ['tenant.deleted', 'tenant_key.shredded', 'tenant.deletion_set'])
  assert.equal(await verified(), 'sound')
})

test('a program that is killed while it makes one leaves nothing of it, and starts while another is away', async () => {
  const there = async (): Promise<readonly string[]> =>
    (await look<{ name: string }>("SELECT rolname AS name FROM pg_roles WHERE rolname LIKE 'fh_t_%'")).map(
      ({ name }) => name,
    )
  const body = { slug: 'late', isolation: 'database' }
  const making = ground.send({ method: 'POST', path: '/api/tenants', headers: ground.admin, body })
  const ended = making.then(() => 'answered').catch(() => 'cut off')
  while ((await there()).length < 2) await sleep(2)
  await ground.house.kill()
  assert.equal(await ended, 'cut off')

  // The one that is there cannot be brought up to this version now.
  const database = databaseOf(other)
  const cluster = await open({ data: ground.house.data, args: ['--config', ground.house.config] })
  await look(`ALTER DATABASE ${database} ALLOW_CONNECTIONS false`)
  await cluster.stop()
  house = await open({ data: ground.house.data, args: ['--config', ground.house.config] })
  assert.deepEqual(await there(), [database])
  const list = async (): Promise<string> => (await house?.cli('tenant', 'list'))?.stdout ?? ''
  assert.match(await list(), /its database does not answer .* other\n/)
  assert.doesNotMatch(await list(), /late/)
  const asking = (key: string): Promise<Response> =>
    fetch(`${house?.url}/api/session`, { headers: bearer(key) })
  assert.equal((await asking(pooled.key.key)).status, 200)
  // Whose it is cannot be known: it may be one of the tenant that is away.
  assert.equal((await asking(own.key.key)).status, 503)

  await look(`ALTER DATABASE ${database} ALLOW_CONNECTIONS true`)
  while ((await asking(own.key.key)).status !== 401) await sleep(100)
  assert.match(await list(), /waits for its owner .* other\n/)
  const again = await house.cli('tenant', 'create', 'late', '--isolation', 'database')
  assert.equal(again.status, 0, again.stderr)
  assert.equal((await there()).length, 2)
})
