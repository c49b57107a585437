import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Secret } from '../../packages/server/src/kernel/secret.ts'
import { type OpenStore, openStore } from '../../packages/server/src/store/open.ts'
import type { AdministeredDatabase } from './administered-database.ts'
import { startAdministeredDatabase, STATEMENTS } from './administered-database.ts'

let server: AdministeredDatabase
before(async () => {
  server = await startAdministeredDatabase()
})
after(() => server.stop())

function open(
  login: string,
  host = 'localhost',
  query = `sslmode=verify-full&sslrootcert=${server.ca}`,
): Promise<OpenStore> {
  const address = `postgres://${login}:choose-a-long-one@${host}:${server.port}/freehold?${query}`
  return openStore({ data: join(server.place, 'data'), config: { database: new Secret(address) } })
}

test('a database without the roles is refused with a pointer to the guide', async () => {
  await server.asAdministrator([
    "CREATE ROLE plain LOGIN NOINHERIT PASSWORD 'choose-a-long-one'",
    'CREATE DATABASE freehold',
  ])
  await assert.rejects(open('plain'), /fh_owner and fh_app are missing.*docs\/external-database\.md/)
  await server.asAdministrator(['DROP DATABASE freehold'])
})

test('the statements of the guide make a database that Freehold works with over verified TLS', async () => {
  await server.asAdministrator(STATEMENTS[0] ?? [])
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
  await (await open('freehold', '127.0.0.1', `sslmode=verify-ca&sslrootcert=${server.ca}`)).close()
})

test('a wrong password is said to be one, without the password', async () => {
  await server.asAdministrator(["ALTER ROLE plain PASSWORD 'another'"])
  await assert.rejects(open('plain'), (error: Error) => {
    return (
      /password authentication failed/.test(error.message) && !error.message.includes('choose-a-long-one')
    )
  })
  await server.asAdministrator(["ALTER ROLE plain PASSWORD 'choose-a-long-one'"])
})

const LOGINS: readonly (readonly [string, string, RegExp])[] = [
  ['a superuser', 'SUPERUSER NOINHERIT', /is a superuser/],
  ['a login with BYPASSRLS', 'BYPASSRLS NOINHERIT', /has BYPASSRLS/],
  ['a login that inherits', 'INHERIT', /inherits the rights of fh_owner/],
]
for (const [what, attributes, reason] of LOGINS) {
  test(`${what} is refused`, async () => {
    await server.asAdministrator([
      `CREATE ROLE wrong LOGIN ${attributes} PASSWORD 'choose-a-long-one'`,
      'GRANT fh_owner, fh_app TO wrong',
    ])
    await assert.rejects(open('wrong'), reason)
    await server.asAdministrator(['DROP ROLE wrong'])
  })
}

test('a login that is no member is told which grant is missing', async () => {
  await assert.rejects(open('plain'), /not a member of fh_app: GRANT fh_app TO/)
})

test('a database that fh_owner does not own is refused', async () => {
  await server.asAdministrator(['ALTER DATABASE freehold OWNER TO postgres'])
  await assert.rejects(open('freehold'), /fh_owner must own it/)
  await server.asAdministrator(['ALTER DATABASE freehold OWNER TO fh_owner'])
})

test('with another root key the same database does not open', async () => {
  rmSync(join(server.place, 'data', 'keys'), { recursive: true })
  await assert.rejects(open('freehold'), /root\.key is missing/)
})
