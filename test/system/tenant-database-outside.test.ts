import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { AdministeredDatabase } from './administered-database.ts'
import { startAdministeredDatabase, STATEMENTS } from './administered-database.ts'
import type { House } from './house.ts'
import { emptyData, freehold, open } from './house.ts'

const [FIRST = [], SECOND = []] = STATEMENTS
const isRevoking = (statement: string): boolean => statement.startsWith('REVOKE')

let server: AdministeredDatabase
let house: House | null = null
let data = ''
before(async () => {
  server = await startAdministeredDatabase()
  await server.asAdministrator([...FIRST, ...SECOND.filter((one) => !isRevoking(one))])
  data = await emptyData()
})
after(async () => {
  await house?.stop()
  await server.stop()
})

const dsn = (login: string, password: string): string =>
  `postgres://${login}:${password}@localhost:${server.port}/freehold?sslmode=verify-full&sslrootcert=${server.ca}`

/** The config of an installation that uses the guide's two logins. */
function configFile(maker = dsn('freehold_maker', 'choose-another-long-one')): string {
  const file = join(server.place, 'freehold.yaml')
  const lines = [
    'listen: 127.0.0.1:0',
    `database: "${dsn('freehold', 'choose-a-long-one')}"`,
    `tenantDatabases: "${maker}"`,
  ]
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 })
  return file
}

const databases = () =>
  server.look<{ datname: string }>(
    "SELECT datname FROM pg_database WHERE starts_with(datname, 'fh_t_') ORDER BY 1",
  )
const logins = () =>
  server.look<{ rolname: string }>(
    "SELECT rolname FROM pg_roles WHERE starts_with(rolname, 'fh_t_') ORDER BY 1",
  )

test('a login that may not make databases is refused at the start, with the statement that helps', async () => {
  const wrong = configFile(dsn('freehold', 'choose-a-long-one'))
  const { status, stderr } = await freehold(['up', '--data', data, '--config', wrong])
  assert.notEqual(status, 0)
  assert.match(stderr, /login freehold of tenantDatabases may not make databases: ALTER ROLE … CREATEDB/)
})

test('while every login may connect to another database, no tenant gets one of its own', async () => {
  house = await open({ data, args: ['--config', configFile()] })
  const refused = await house.cli('tenant', 'create', 'clinic', '--isolation', 'database')
  assert.notEqual(refused.status, 0)
  assert.match(refused.stderr, /may connect to freehold, postgres, template1/)
  assert.deepEqual([await databases(), await logins()], [[], []])
})

test('a tenant has its database and a login that may connect to it only', async () => {
  await server.asAdministrator(SECOND.filter(isRevoking))
  const made = await house?.cli('tenant', 'create', 'clinic', '--isolation', 'database', '--json')
  assert.equal(made?.status, 0, made?.stderr)
  const [only, ...others] = await databases()
  assert.deepEqual(others, [])
  const reached = await server.look<{ datname: string }>(
    `SELECT datname FROM pg_database WHERE datallowconn AND has_database_privilege('${only?.datname}', oid, 'CONNECT')`,
  )
  assert.deepEqual(reached, [only])
  const [row] = await server.look<{ n: string }>('SELECT count(*) AS n FROM tenant_key', only?.datname)
  assert.ok(Number(row?.n) > 0)
  // The server knows no password, and no statement told it one.
  const [kept] = await server.look<{ rolpassword: string }>(
    `SELECT rolpassword FROM pg_authid WHERE rolname = '${only?.datname}'`,
  )
  assert.match(kept?.rolpassword ?? '', /^SCRAM-SHA-256\$4096:/)
})

test('after a kill the tenant is there again, and is deleted with its database and its login', async () => {
  await house?.kill()
  house = await open({ data, args: ['--config', configFile()] })
  assert.match(await house.metrics(), /freehold_tenant_databases\{standing="up"\} 1/)
  const gone = await house.cli('tenant', 'delete', 'clinic', '--confirm', 'clinic', '--grace', '0')
  assert.equal(gone.status, 0, gone.stderr)
  while ((await databases()).length + (await logins()).length > 0) await sleep(200)
})
