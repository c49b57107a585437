import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Client } from 'pg'
import { Secret } from '../../packages/server/src/kernel/secret.ts'
import { type OpenStore, openStore } from '../../packages/server/src/store/open.ts'
import { databaseAccount } from '../../packages/server/src/store/supervisor/account.ts'
import { findBinaries } from '../../packages/server/src/store/supervisor/binaries.ts'

const place = mkdtempSync(join(tmpdir(), 'fh-out-'))
const guide = readFileSync(join(import.meta.dirname, '../../docs/external-database.md'), 'utf8')
const statements =
  /```sql\n([\s\S]*?)```/
    .exec(guide)?.[1]
    ?.split(/;\n/)
    .filter((one) => one.trim() !== '') ?? []
const ca = join(place, 'ca.pem')
let server: ChildProcess
let port = 0

before(async () => {
  port = await freePort()
  server = await startServer()
})
after(async () => {
  server.kill('SIGINT')
  await once(server, 'exit')
  rmSync(place, { recursive: true, force: true })
})

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port: free } = probe.address() as AddressInfo // A TCP server's address is never a path.
  probe.close()
  await once(probe, 'close')
  return free
}

/** An authority, and a certificate that is good for the name `localhost` only. */
function makeCertificates(): void {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: place, stdio: 'ignore' })
  const days = ['-days', '2']
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-subj',
    '/CN=Test CA',
    ...days,
  )
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
    '-subj',
    '/CN=localhost',
  )
  writeFileSync(join(place, 'san.ext'), 'subjectAltName=DNS:localhost\n')
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-out',
    'server.pem',
    '-extfile',
    'san.ext',
    ...days,
  )
}

/** A PostgreSQL like an administrator would run: TCP with TLS and passwords. */
async function startServer(): Promise<ChildProcess> {
  makeCertificates()
  const account = databaseAccount()
  const identity = account ? { uid: account.uid, gid: account.gid } : {}
  const { postgres, initdb } = findBinaries({ data: place, account, only: 'system' })
  const home = join(place, 'cluster')
  mkdirSync(home, { mode: 0o700 })
  for (const file of [home, join(place, 'server.key'), join(place, 'server.pem')])
    if (account) chownSync(file, account.uid, account.gid)
  chmodSync(place, 0o711)
  chmodSync(join(place, 'server.key'), 0o600)
  execFileSync(initdb, ['-D', home, '-U', 'postgres', '--auth=trust', '--locale=C.UTF-8', '--no-sync'], {
    ...identity,
    cwd: home,
    stdio: 'ignore',
  })
  writeFileSync(
    join(home, 'pg_hba.conf'),
    'local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n',
  )
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: home,
    ssl: 'on',
    ssl_cert_file: join(place, 'server.pem'),
    ssl_key_file: join(place, 'server.key'),
    fsync: 'off',
  }
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(postgres, ['-D', home, ...args], {
    ...identity,
    cwd: home,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  for await (const chunk of child.stderr ?? []) {
    said += String(chunk)
    if (said.includes('ready to accept connections')) break
  }
  return child
}

async function asAdministrator(sql: readonly string[], database = 'postgres'): Promise<void> {
  const client = new Client({ host: join(place, 'cluster'), port, user: 'postgres', database })
  await client.connect()
  try {
    for (const statement of sql) await client.query(statement)
  } finally {
    await client.end()
  }
}

function open(
  login: string,
  host = 'localhost',
  query = `sslmode=verify-full&sslrootcert=${ca}`,
): Promise<OpenStore> {
  const address = `postgres://${login}:choose-a-long-one@${host}:${port}/freehold?${query}`
  return openStore({ data: join(place, 'data'), config: { database: new Secret(address) } })
}

test('a database without the roles is refused with a pointer to the guide', async () => {
  await asAdministrator([
    "CREATE ROLE plain LOGIN NOINHERIT PASSWORD 'choose-a-long-one'",
    'CREATE DATABASE freehold',
  ])
  await assert.rejects(open('plain'), /fh_owner and fh_app are missing.*docs\/external-database\.md/)
  await asAdministrator(['DROP DATABASE freehold'])
})

test('the statements of the guide make a database that Freehold works with over verified TLS', async () => {
  await asAdministrator(statements)
  const opened = await open('freehold')
  assert.equal(opened.cluster, null)
  assert.equal(await opened.store.ping(), true)
  const { home } = opened.store
  await opened.store.withTenant({ tenant: home }, ({ db }) =>
    db.selectFrom('collection').select('id').execute(),
  )
  await opened.close()
  const again = await open('freehold')
  assert.equal(again.store.home, home)
  await again.close()
})

test('a server that is not the one of that name, or of an unknown authority, is not spoken to', async () => {
  // The certificate names localhost, not the address.
  await assert.rejects(open('freehold', '127.0.0.1'), /does not match certificate's altnames/)
  await assert.rejects(open('freehold', 'localhost', 'sslmode=verify-full'), /unable to verify|self-signed/)
  await assert.rejects(open('freehold', 'localhost', 'sslmode=disable'), /no encryption/)
  await (await open('freehold', '127.0.0.1', `sslmode=verify-ca&sslrootcert=${ca}`)).close()
})

test('a wrong password is said to be one, without the password', async () => {
  await asAdministrator(["ALTER ROLE plain PASSWORD 'another'"])
  await assert.rejects(open('plain'), (error: Error) => {
    return (
      /password authentication failed/.test(error.message) && !error.message.includes('choose-a-long-one')
    )
  })
  await asAdministrator(["ALTER ROLE plain PASSWORD 'choose-a-long-one'"])
})

const LOGINS: readonly (readonly [string, string, RegExp])[] = [
  ['a superuser', 'SUPERUSER NOINHERIT', /is a superuser/],
  ['a login with BYPASSRLS', 'BYPASSRLS NOINHERIT', /has BYPASSRLS/],
  ['a login that inherits', 'INHERIT', /inherits the rights of fh_owner/],
]
for (const [what, attributes, reason] of LOGINS) {
  test(`${what} is refused`, async () => {
    await asAdministrator([
      `CREATE ROLE wrong LOGIN ${attributes} PASSWORD 'choose-a-long-one'`,
      'GRANT fh_owner, fh_app TO wrong',
    ])
    await assert.rejects(open('wrong'), reason)
    await asAdministrator(['DROP ROLE wrong'])
  })
}

test('a login that is no member is told which grant is missing', async () => {
  await assert.rejects(open('plain'), /not a member of fh_app: GRANT fh_app TO/)
})

test('a database that fh_owner does not own is refused', async () => {
  await asAdministrator(['ALTER DATABASE freehold OWNER TO postgres'])
  await assert.rejects(open('freehold'), /fh_owner must own it/)
  await asAdministrator(['ALTER DATABASE freehold OWNER TO fh_owner'])
})

test('with another root key the same database does not open', async () => {
  rmSync(join(place, 'data', 'keys'), { recursive: true })
  await assert.rejects(open('freehold'), /root\.key is missing/)
})
