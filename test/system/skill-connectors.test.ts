import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { SMTPServer } from 'smtp-server'
import { skillPermissions } from '@freehold/contract/skill-permissions.ts'
import { createDialler } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import { Secret } from '../../packages/server/src/kernel/secret.ts'
import type { Connectors, Leaving } from '../../packages/server/src/skills/connectors/connectors.ts'
import { openConnectors } from '../../packages/server/src/skills/connectors/connectors.ts'
import type { AdministeredDatabase } from './administered-database.ts'
import { startAdministeredDatabase } from './administered-database.ts'
import { certificates, portOf } from './dial-house.ts'

const PASSWORD = 'reader-5b1c77'
const found = certificates()
const skip = found === null && 'openssl is missing'

let database: AdministeredDatabase
let mail: SMTPServer
/** What the mail server was handed. */
const letters: {
  readonly by: string
  readonly secured: boolean
  readonly to: string[]
  readonly text: string
}[] = []
const left: Leaving[] = []

before(async () => {
  if (found === null) return
  database = await startAdministeredDatabase()
  await database.asAdministrator([
    `CREATE ROLE reader LOGIN PASSWORD '${PASSWORD}'`,
    'CREATE TABLE orders (id int PRIMARY KEY, customer text, made timestamptz)',
    "INSERT INTO orders SELECT n, 'C-' || n, '2027-03-10T09:00Z' FROM generate_series(1, 500) n",
    'GRANT ALL ON orders TO reader',
    'CREATE SEQUENCE counted',
    'GRANT ALL ON SEQUENCE counted TO reader',
  ])
  mail = new SMTPServer({
    ...found.server,
    authMethods: ['PLAIN', 'LOGIN'],
    onAuth({ username = '', password }, _, done) {
      if (password === PASSWORD) done(null, { user: username })
      else done(new Error('no'))
    },
    onRcptTo({ address }, _, done) {
      if (address.startsWith('nobody@')) done(Object.assign(new Error('unknown'), { responseCode: 550 }))
      else done()
    },
    async onData(stream, session, done) {
      const pieces: Buffer[] = await stream.toArray()
      const to = session.envelope.rcptTo.map(({ address }) => address)
      letters.push({
        by: String(session.user),
        secured: session.secure,
        to,
        text: Buffer.concat(pieces).toString(),
      })
      done()
    },
  })
  await once(mail.listen(0, '127.0.0.1'), 'listening')
  setDefaultCACertificates([...getCACertificates('default'), readFileSync(database.ca, 'utf8'), found.ca])
})
after(async () => {
  await database?.stop()
  mail?.close()
})

const signal = (): AbortSignal => AbortSignal.timeout(20_000)

interface House {
  readonly secret?: string | null
  readonly tls?: boolean
  readonly paths?: readonly string[]
}

function connectors({
  secret = `reader:${PASSWORD}`,
  tls = true,
  paths = ['/postgres'],
}: House = {}): Connectors {
  const place = { zone: 'private', tls } as const
  const permissions = skillPermissions.parse({
    network: [
      { ...place, host: 'localhost', ports: [database.port], protocol: 'postgres', paths },
      { ...place, host: '127.0.0.1', ports: [portOf(mail.server)], protocol: 'smtp', paths: ['/'] },
    ],
    secrets: ['login'],
  })
  return openConnectors({
    manifest: { permissions, auth: [{ type: 'basic', secret: 'login' }] },
    dialler: createDialler(),
    secret: async () => (secret === null ? null : new Secret(secret)),
    begin: async (leaving) => left.push(leaving),
  })
}

const asked = (text: string, house?: House, more: object = {}) =>
  connectors(house).sql(
    {
      url: `postgres://localhost:${database.port}/postgres`,
      text,
      values: [],
      mostRows: 100,
      timeoutMs: 5000,
      ...more,
    },
    signal(),
  )
const refused = (code: string, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Fault, String(error))
  assert.equal(error.code, code, error.message)
  assert.match(error.message, words)
  assert.ok(!error.message.includes(PASSWORD))
  return true
}

test(
  'a skill reads a database over TLS with a login that it never sees, and what left is told',
  { skip },
  async () => {
    left.length = 0
    const answer = await asked('SELECT id, made FROM orders WHERE customer = $1', {}, { values: ['C-7'] })
    assert.deepEqual(answer, {
      columns: ['id', 'made'],
      rows: [[7, '2027-03-10T09:00:00.000Z']],
      isCut: false,
    })
    assert.deepEqual(
      left.map(({ method, host, port }) => [method, host, port]),
      [['SQL', 'localhost', database.port]],
    )
  },
)

test('what is more than was asked for is left out, and that is said', { skip }, async () => {
  const { rows, isCut } = await asked('SELECT id FROM orders ORDER BY id')
  assert.deepEqual([rows.length, isCut], [100, true])
})

test('nothing is written, however it is asked', { skip }, async () => {
  for (const text of [
    'DELETE FROM orders',
    'CALL x()',
    'COMMIT',
    'SELECT pg_sleep(60)',
    "SELECT set_config('transaction_read_only', 'off', false)",
  ])
    await assert.rejects(asked(text), refused('skill_denied', /statement that reads/))
  for (const text of [
    'WITH gone AS (DELETE FROM orders RETURNING id) SELECT count(*) FROM gone',
    "SELECT nextval('counted')",
    'SELECT 1; DELETE FROM orders',
    'EXPLAIN ANALYZE DELETE FROM orders',
    'SELECT * INTO copied FROM orders',
  ])
    await assert.rejects(asked(text), refused('skill_failed', /read-only|multiple commands/))
  assert.deepEqual(await database.look('SELECT count(*)::int AS n FROM orders'), [{ n: 500 }])
})

test('a query that takes too long is ended, here and in the server', { skip }, async () => {
  const text = 'SELECT count(*) FROM generate_series(1, 1000000000) n, generate_series(1, 1000) m'
  await assert.rejects(asked(text, {}, { timeoutMs: 200 }), refused('timed_out', /too long/))
})

test('only the databases that are declared are asked, with a login that is stored', { skip }, async () => {
  await assert.rejects(asked('SELECT 1', { paths: ['/other'] }), refused('skill_denied', /does not declare/))
  await assert.rejects(asked('SELECT 1', { secret: null }), refused('skill_denied', /secret login/))
  await assert.rejects(asked('SELECT 1', { secret: 'reader:wrong' }), refused('skill_failed', /password/))
  await assert.rejects(asked('SELECT 1', { tls: false }), refused('skill_failed', /no encryption|pg_hba/))
  const elsewhere = connectors().sql(
    {
      url: 'postgres://169.254.169.254:5432/postgres',
      text: 'SELECT 1',
      values: [],
      mostRows: 1,
      timeoutMs: 1,
    },
    signal(),
  )
  await assert.rejects(elsewhere, refused('skill_denied', /does not declare/))
})

const letter = {
  from: 'assistant@example.org',
  to: ['ann@example.org'],
  cc: [],
  subject: '订单 on its way',
  text: 'It left today.\n.\nAnd a line after a dot.',
}
const sent = (changes: object = {}, house?: House) =>
  connectors(house).mail({ url: `smtp://127.0.0.1:${portOf(mail.server)}`, ...letter, ...changes }, signal())

test(
  'a letter is handed to the mail server over STARTTLS, whole, with a login that the skill never sees',
  { skip },
  async () => {
    letters.length = 0
    assert.deepEqual(await sent({ cc: ['bo@example.org'] }), {
      accepted: ['ann@example.org', 'bo@example.org'],
    })
    const [one] = letters
    assert.deepEqual(
      [one?.by, one?.secured, one?.to],
      ['reader', true, ['ann@example.org', 'bo@example.org']],
    )
    assert.match(one?.text ?? '', /^Subject: =\?UTF-8\?/m)
    assert.match(one?.text ?? '', /\r\n\.\r\nAnd a line after a dot\./)
  },
)

test(
  'a letter that adds headers or goes to an address that is none is refused, and nothing is sent',
  { skip },
  async () => {
    letters.length = 0
    await assert.rejects(sent({ subject: 'a\r\nBcc: eve@example.org' }), refused('invalid', /one line/))
    await assert.rejects(
      sent({ to: ['ann@example.org\r\nRCPT TO:<eve@example.org>'] }),
      refused('invalid', /email/i),
    )
    await assert.rejects(sent({}, { secret: 'reader:wrong' }), refused('skill_failed', /refused \(535\)/))
    await assert.rejects(sent({ to: ['nobody@example.org'] }), refused('skill_failed', /refused \(550\)/))
    assert.deepEqual(letters, [])
  },
)
