import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { after, before, test } from 'node:test'
import { GOES, STAYS } from '../../packages/server/src/ops/tenants/own-tables.ts'
import { asSuperuser } from './cluster.ts'
import { sampleCall } from './every-operation.ts'
import type { Ground } from './operation-ground.ts'
import { bearer, codeOf, openGround, OWNER } from './operation-ground.ts'
import type { Settled } from './tenant-house.ts'
import { OWNER_PASSWORD, settle } from './tenant-house.ts'

const WORDS = 'the heron stands in the reeds'
let ground: Ground
let north: Settled
let south: Settled

before(async () => {
  ground = await openGround()
  const { body } = await sampleCall(ground, 'owner.claim')
  await ground.ok({ method: 'POST', path: '/api/claim', body: { ...body, ...OWNER } })
  north = await settle(ground, 'north')
  south = await settle(ground, 'south')
  const { ground: own } = north
  await own.ok({
    method: 'PUT',
    path: '/api/privacy/dictionaries/birds',
    body: { entries: [{ value: 'Heronry' }] },
  })
  await own.ok({
    method: 'POST',
    path: '/v1/chat/completions',
    headers: { 'x-freehold-conversation': 'c1' },
    body: { model: 'far', messages: [{ role: 'user', content: 'Write to heron@example.org' }] },
  })
  for (const { ground: theirs, slug } of [north, south]) {
    const shelf = await theirs.ok<{ id: string }>({
      method: 'POST',
      path: '/api/collections',
      body: { name: slug },
    })
    const form = new FormData()
    form.append('file', new Blob([`In the ${slug} ${WORDS}.`], { type: 'text/plain' }), 'birds.txt')
    const url = `${ground.house.url}/api/collections/${shelf.id}/documents`
    assert.equal((await fetch(url, { method: 'POST', headers: theirs.admin, body: form })).status, 201)
  }
})
after(() => ground.close())

const rowsOf = (tenant: string): Promise<Readonly<Record<string, number>>> =>
  asSuperuser(ground.house.data, async (sql) => {
    const found = await sql.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND column_name = 'tenant_id' ORDER BY 1`,
    )
    const counts: [string, number][] = []
    for (const { name } of found.rows) {
      const { rows } = await sql.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM ${name} WHERE tenant_id = $1`,
        [tenant],
      )
      counts.push([name, rows[0]?.n ?? 0])
    }
    return Object.fromEntries(counts)
  })

test('all that a tenant has is handed out, opened, to its owner and to the operator, and to nobody else', async () => {
  // What left is written a moment after the answer.
  while ((await rowsOf(north.id))['egress_batch'] === 0) await sleep(100)
  const path = `/api/tenants/${north.id}/export`
  const answer = await ground.send({ method: 'POST', path, headers: bearer(north.key.key), body: {} })
  assert.equal(answer.status, 200)
  const lines = answer.text
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text))
  const of = (table: string) => lines.filter((one) => one.table === table).map(({ row }) => row)
  assert.equal(of('document')[0].text, `In the north ${WORDS}.`)
  const original = lines.find(({ file }) => file !== undefined)
  assert.equal(Buffer.from(original.file.base64, 'base64').toString(), `In the north ${WORDS}.`)
  assert.deepEqual([of('account')[0].name, of('collection')[0].name], [north.owner.name, 'north'])
  assert.ok(of('audit_event').length > 3)
  const sealed = ['dictionary', 'privacy_vault', 'egress_batch'].map((table) => JSON.stringify(of(table)))
  assert.ok(
    sealed[0]?.includes('Heronry') && sealed[1]?.includes('heron@') && sealed[2]?.includes('Write to'),
  )
  assert.deepEqual(lines.at(-1), { end: true, rows: lines.length - 3 })
  assert.doesNotMatch(answer.text, /secret|password|argon2|In the south/)

  const file = join(ground.house.data, 'north.jsonl')
  const taken = await ground.house.cli('tenant', 'export', 'north', '--out', file)
  assert.equal(taken.status, 0, taken.stderr)
  assert.match(readFileSync(file, 'utf8'), /In the north .*\n\{"end":true/s)
  const exported = async (own: Ground) =>
    (
      await own.ok<{ data: { action: string }[] }>({
        method: 'GET',
        path: '/api/audit?action=tenant.exported',
      })
    ).data.length
  assert.deepEqual([await exported(ground), await exported(north.ground)], [1, 2])

  const foreign = await ground.send({ method: 'POST', path, headers: bearer(south.key.key), body: {} })
  assert.equal(codeOf(foreign), 'not_found')
  const { key } = await north.ground.ok<{ key: string }>({
    method: 'POST',
    path: '/api/keys',
    body: { scopes: ['knowledge', 'requests'] },
  })
  assert.equal(
    codeOf(await ground.send({ method: 'POST', path, headers: bearer(key), body: {} })),
    'not_allowed',
  )
})

test('a tenant that is to be deleted is shut, and can be opened again until its time has come', async () => {
  const wrong = await ground.house.cli('tenant', 'delete', 'north', '--confirm', 'south')
  assert.deepEqual([wrong.status, /not what the tenant is called/.test(wrong.stderr)], [1, true])
  const set = await ground.house.cli('tenant', 'delete', 'north', '--confirm', 'north')
  assert.match(set.stdout, /is deleted from 2/, set.stderr)
  const asked = { method: 'GET', path: '/api/session', headers: bearer(north.key.key) }
  assert.equal(codeOf(await ground.send(asked)), 'suspended')
  assert.equal((await ground.house.cli('tenant', 'resume', 'north')).status, 0)
  assert.equal(codeOf(await ground.send(asked)), 'ok')
})

test('a tenant that is deleted leaves nothing but commitments behind, and the others stay whole', async () => {
  const before_ = await rowsOf(south.id)
  const objects = join(ground.house.data, 'blobs', north.id)
  assert.ok(existsSync(objects))
  const cli = await ground.house.cli('tenant', 'delete', 'north', '--confirm', 'north', '--grace', '0')
  assert.equal(cli.status, 0, cli.stderr)
  const isGone = async (): Promise<boolean> =>
    codeOf(await ground.send({ method: 'GET', path: `/api/tenants/${north.id}`, headers: ground.admin })) ===
    'not_found'
  while (!(await isGone())) await sleep(200)

  const left = Object.entries(await rowsOf(north.id)).filter(([, count]) => count > 0)
  assert.deepEqual(
    left.map(([name]) => name),
    ['audit_leaf'],
  )
  const salts = await asSuperuser(ground.house.data, (sql) =>
    sql.query(`SELECT DISTINCT salts::text AS salts FROM audit_leaf WHERE tenant_id = $1`, [north.id]),
  )
  assert.deepEqual(salts.rows, [{ salts: '{}' }])
  const after_ = await rowsOf(south.id)
  for (const table of ['document', 'account', 'collection', 'api_key', 'tenant_key'])
    assert.equal(after_[table], before_[table], table)
  const login = { name: north.owner.name, password: OWNER_PASSWORD, tenant: 'north' }
  const late = await ground.send({ method: 'POST', path: '/api/session', body: login })
  const key = await ground.send({ method: 'GET', path: '/api/session', headers: bearer(north.key.key) })
  assert.deepEqual([codeOf(late), codeOf(key)], ['wrong_login', 'unidentified'])
  const events = await ground.events(null)
  const ofNorth = events.filter(({ subject }) => subject === north.id).map(({ action }) => action)
  assert.deepEqual(ofNorth.slice(0, 3), ['tenant.deleted', 'tenant_key.shredded', 'tenant.deletion_set'])
  const found = await south.ground.ok<{ data: object[] }>({ method: 'GET', path: '/api/collections' })
  assert.equal(found.data.length, 1)
  // Its name is free again, for another tenant.
  assert.notEqual((await settle(ground, 'north')).id, north.id)
})

test('the log is sound without what a deleted tenant could say, and not without what others could', async () => {
  const verify = async (): Promise<string> => {
    const isPending = (): Promise<boolean> =>
      asSuperuser(
        ground.house.data,
        async (sql) => (await sql.query('SELECT FROM audit_pending')).rows.length > 0,
      )
    while (await isPending()) await sleep(50)
    const { status, stdout, stderr } = await ground.house.cli('audit', 'verify')
    return status === 0 ? 'sound' : stdout + stderr
  }
  assert.equal(await verify(), 'sound')
  const mine = 'FROM audit_leaf WHERE tenant_id = $1 ORDER BY leaf LIMIT 1'
  const {
    rows: [kept],
  } = await asSuperuser(ground.house.data, (sql) => sql.query(`SELECT leaf, salts ${mine}`, [south.id]))
  const salts = (to: object): Promise<unknown> =>
    asSuperuser(ground.house.data, (sql) =>
      sql.query('UPDATE audit_leaf SET salts = $2 WHERE leaf = $1', [kept.leaf, to]),
    )
  await salts({})
  assert.match(await verify(), /no erasure is on record/)
  await salts(kept.salts)
})

test('every table of tenants goes with its tenant, or is known to stay', async () => {
  const named = new Set<string>([...GOES, ...STAYS])
  assert.deepEqual(
    Object.keys(await rowsOf(south.id)).filter((name) => !named.has(name)),
    [],
  )
})
