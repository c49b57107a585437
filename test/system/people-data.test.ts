import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { asSuperuser } from './cluster.ts'
import type { PeopleHouse, Person } from './people-house.ts'
import { openPeopleHouse, untilTrue } from './people-house.ts'

let house: PeopleHouse
let berta: Person
let carl: Person
const carls: string[] = []

before(async () => {
  house = await openPeopleHouse()
  carl = await house.come('Carl Vogel')
  berta = await house.come('Berta Schulze')
  for (const person of [berta, carl, berta, carl]) {
    const request = await house.ask(person, `Write to ${person.id.slice(0, 8)}@example.org`)
    if (person === carl) carls.push(request)
  }
  const made = await berta.send('POST', '/api/collections', { name: 'Notes' })
  const { id } = (await made.json()) as { id: string }
  const documents = [{ title: 'Berta', text: 'What Berta wrote down.' }]
  const added = await berta.send('POST', `/api/collections/${id}/documents`, { documents })
  assert.equal(added.status, 201, await added.text())
})
after(() => house.close())

interface Line {
  readonly room?: string
  readonly kind?: string
}
const linesOf = (text: string): readonly Line[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
const kindsIn = (text: string): ReadonlySet<string> =>
  new Set(linesOf(text).flatMap(({ room, kind }) => (room === undefined ? [] : [`${room}.${kind ?? ''}`])))

const HELD = [
  'gateway.request',
  'gateway.egress',
  'privacy.vault',
  'knowledge.document',
  'knowledge.collection',
  'identity.session',
  'identity.key',
  'identity.account',
  'audit.event',
]

test('a person is handed everything that is held of them, and nothing of anybody else', async () => {
  const answer = await berta.send('POST', '/api/session/export')
  const text = await answer.text()
  assert.equal(answer.headers.get('content-type'), 'application/x-ndjson; charset=utf-8')
  for (const kind of HELD) assert.ok(kindsIn(text).has(kind), `${kind} is missing`)
  assert.match(text, /What Berta wrote down/)
  assert.match(text, new RegExp(`${berta.id.slice(0, 8)}@example.org`))
  assert.doesNotMatch(text, new RegExp(`${carl.id}|${carl.key.id}|Carl`))
  assert.deepEqual(linesOf(text).at(-1), { end: true })
})

test('nobody is handed what is held of another but who may open what others sent, and that is on record', async () => {
  const refused = await carl.send('POST', `/api/people/${berta.id}/export`)
  assert.equal(refused.status, 403)
  const admin = await house.come('Anna Admin', 'admin')
  assert.equal((await admin.send('POST', `/api/people/${berta.id}/export`)).status, 403)
  assert.equal(
    (await admin.send('POST', `/api/people/${berta.id}/erase`, { reason: 'to hide something' })).status,
    403,
  )
  const directory = mkdtempSync(join(tmpdir(), 'fh-'))
  const file = join(directory, 'berta.jsonl')
  const exported = await house.cli('user', 'export', 'Berta Schulze', file)
  assert.equal(exported.status, 0, exported.stderr)
  assert.equal(statSync(file).mode & 0o077, 0)
  for (const kind of HELD) assert.ok(kindsIn(readFileSync(file, 'utf8')).has(kind), `${kind} is missing`)
  rmSync(directory, { recursive: true })
  const { stdout } = await house.cli('audit', 'search', '--action', 'person.exported', '--json')
  const { data } = JSON.parse(stdout) as { data: { subject: string; actor: string; detail: object }[] }
  assert.deepEqual(
    data.map(({ subject, actor, detail }) => [subject, actor, detail]),
    [
      [berta.id, 'local-operator', { own: false }],
      [berta.id, berta.id, { own: true }],
    ],
  )
})

test('a hold on the person keeps everything, and lifting it lets it go', async () => {
  const added = await house.cli('hold', 'add', '--person', 'Berta Schulze', '--reason', 'Matter 1')
  assert.equal(added.status, 0, added.stderr)
  const hold = added.stdout.trim()
  const erase = () => house.cli('user', 'erase', 'Berta Schulze', '--reason', 'Ticket 1', '--yes')
  const refused = await erase()
  assert.equal(refused.status, 1)
  assert.match(refused.stderr, /legal hold/)
  const listed = await house.cli('hold', 'list')
  assert.match(listed.stdout, /held .* Matter 1/)
  const lifted = await house.cli('hold', 'lift', hold)
  assert.equal(lifted.status, 0, lifted.stderr)
  assert.equal((await house.cli('hold', 'lift', hold)).status, 1)
})

test('without --yes an erasure only counts', async () => {
  const { status, stdout, stderr } = await house.cli('user', 'erase', berta.id, '--reason', 'T 1', '--json')
  assert.equal(status, 0, stderr)
  const { state, counts } = JSON.parse(stdout) as { state: string; counts: Record<string, number> }
  assert.equal(state, 'counted')
  for (const kind of HELD) assert.ok((counts[kind] ?? 0) > 0, `${kind} is not counted`)
  assert.equal((await berta.send('GET', '/api/session')).status, 200)
})

test('of somebody erased nothing is left in any table, the log is sound before and after, and others keep theirs', async () => {
  await house.verify()
  const words = [berta.id, berta.key.id, 'Berta', `${berta.id.slice(0, 8)}@example`]
  // The search finds them while they are there.
  const before_ = await house.tablesWith(words)
  for (const table of [
    'account',
    'api_key',
    'audit_event',
    'document',
    'egress',
    'request_record',
    'session',
  ])
    assert.ok(before_.includes(table), `${table} should have named the person`)
  const erased = await house.cli('user', 'erase', berta.id, '--reason', 'Ticket 1', '--yes', '--json')
  assert.equal(erased.status, 0, erased.stderr)
  const { id, state, counts } = JSON.parse(erased.stdout) as {
    id: string
    state: string
    counts: Record<string, number>
  }
  assert.equal(state, 'done')
  for (const kind of HELD) assert.ok((counts[kind] ?? 0) > 0, `${kind} was not erased`)
  await house.verify()
  // The erasure knows the ids for an hour, for what may still be on its way.
  assert.deepEqual(await house.tablesWith(words), ['erasure'])
  assert.deepEqual(await house.filesWith(berta.key.id), [])
  assert.notDeepEqual(await house.filesWith(carl.key.id), [])
  assert.equal((await berta.send('GET', '/api/session')).status, 401)
  for (const request of carls) {
    const authorization = `Bearer ${carl.key.key}`
    const answer = await fetch(`${house.url}/api/requests/${request}/egress`, { headers: { authorization } })
    const text = await answer.text()
    assert.equal(answer.status, 200, text)
    assert.match(text, /EMAIL/)
  }
  const again = await house.cli('user', 'erase', berta.id, '--reason', 'Ticket 1', '--yes', '--json')
  assert.deepEqual(JSON.parse(again.stdout), { id, state, counts })
  const { stdout } = await house.cli('audit', 'search', '--action', 'person.*', '--json')
  const said = (JSON.parse(stdout) as { data: { action: string; subject: string | null; reason: string }[] })
    .data
  assert.deepEqual(
    said.slice(0, 2).map(({ action, subject }) => [action, subject]),
    [
      ['person.erased', id],
      ['person.erasure_started', id],
    ],
  )
  assert.equal(said[1]?.reason, 'Ticket 1')
})

test('what somebody else takes out of the record is no erasure', async () => {
  const { rows } = await asSuperuser(house.data, (db) =>
    db.query<{ leaf: string; salts: object }>(
      `SELECT leaf, salts FROM audit_leaf WHERE salts ? 'actor' ORDER BY leaf LIMIT 1`,
    ),
  )
  const [{ leaf, salts } = { leaf: '', salts: {} }] = rows
  const write = (value: string) =>
    asSuperuser(house.data, (db) =>
      db.query('UPDATE audit_leaf SET salts = $2::jsonb WHERE leaf = $1', [leaf, value]),
    )
  await write('{}')
  const found = await house.cli('audit', 'verify')
  assert.equal(found.status, 1)
  assert.match(found.stdout, /no erasure is on record/)
  await write(JSON.stringify(salts))
  await house.verify()
})

test('the owner is not erased', async () => {
  const token = new URL(house.claimUrl ?? 'http://h/').hash.replace('#claim=', '')
  const claimed = await fetch(`${house.url}/api/claim`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, name: 'Olga Owner', password: 'copper lantern drifts' }),
  })
  assert.equal(claimed.status, 201)
  const refused = await house.cli('user', 'erase', 'Olga Owner', '--reason', 'Ticket 2', '--yes')
  assert.equal(refused.status, 1)
  assert.match(refused.stderr, /owner/)
  assert.equal((await house.cli('user', 'export', 'Olga Owner')).status, 0)
})

test('an erasure that is killed in the middle goes on at the next start, to the end', async () => {
  const dora = await house.come('Dora Lang')
  await house.ask(dora, 'Write to dora@example.org')
  await house.verify()
  const many = 10_000
  await asSuperuser(house.data, (db) =>
    db.query(
      `INSERT INTO request_record
       SELECT (jsonb_populate_record(r, jsonb_build_object(
         'id', 'req_' || lpad(to_hex(n), 24, '0'), 'zone', 'private', 'bytes_managed', 0))).*
       FROM request_record r, generate_series(1, $2::integer) AS n WHERE r.principal = $1`,
      [dora.key.id, many],
    ),
  )
  const answered = house
    .post(`/api/people/${dora.id}/erase`, { reason: 'Ticket 3' })
    .catch(() => 'the connection broke')
  const progress = async (): Promise<{ state: string; count: number } | undefined> => {
    const { rows } = await asSuperuser(house.data, (db) =>
      db.query<{ state: string; count: number }>(
        `SELECT state, coalesce((counts ->> 'gateway.request')::integer, 0) AS count FROM erasure WHERE account_id = $1`,
        [dora.id],
      ),
    )
    return rows[0]
  }
  await untilTrue(async () => ((await progress())?.count ?? 0) > 0)
  await house.kill()
  await answered
  house = await house.again()
  await untilTrue(async () => (await progress())?.state === 'done')
  assert.equal((await progress())?.count, many + 1)
  assert.deepEqual(await house.tablesWith([dora.id, dora.key.id]), ['erasure'])
  await house.verify()
})
