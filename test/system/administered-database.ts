import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { databaseAccount } from '../../packages/server/src/store/supervisor/account.ts'
import { findBinaries } from '../../packages/server/src/store/supervisor/binaries.ts'

/** A PostgreSQL like an administrator would run: TCP with TLS and passwords, and the statements of the guide to prepare it. */
export interface AdministeredDatabase {
  /** A directory for the test's own files; it goes with the server. */
  readonly place: string
  readonly port: number
  /** The authority that its certificate for `localhost` is from. */
  readonly ca: string
  asAdministrator(sql: readonly string[], database?: string): Promise<void>
  /** Rows as the superuser sees them. */
  look<T extends object>(sql: string, database?: string): Promise<readonly T[]>
  stop(): Promise<void>
}

const GUIDE = readFileSync(join(import.meta.dirname, '../../docs/external-database.md'), 'utf8')

/** The statements of the guide, block by block. */
export const STATEMENTS: readonly (readonly string[])[] = [...GUIDE.matchAll(/```sql\n([\s\S]*?)```/g)].map(
  ([, block]) => (block ?? '').split(/;\n/).filter((one) => one.trim() !== ''),
)

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port: free } = probe.address() as AddressInfo // A TCP server's address is never a path.
  probe.close()
  await once(probe, 'close')
  return free
}

/** An authority, and a certificate that is good for the name `localhost` only. */
function makeCertificates(place: string): void {
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

async function startServer(place: string, port: number): Promise<ChildProcess> {
  makeCertificates(place)
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

/** Starts one on a free port of loopback. */
export async function startAdministeredDatabase(): Promise<AdministeredDatabase> {
  const place = mkdtempSync(join(tmpdir(), 'fh-out-'))
  const port = await freePort()
  const server = await startServer(place, port)
  const as = async <T>(work: (client: Client) => Promise<T>, database = 'postgres'): Promise<T> => {
    const client = new Client({ host: join(place, 'cluster'), port, user: 'postgres', database })
    await client.connect()
    return work(client).finally(() => client.end())
  }
  return {
    place,
    port,
    ca: join(place, 'ca.pem'),
    asAdministrator: (sql, database) =>
      as(async (client) => {
        for (const statement of sql) await client.query(statement)
      }, database),
    look: (sql, database) => as(async (client) => (await client.query(sql)).rows, database),
    async stop() {
      server.kill('SIGINT')
      await once(server, 'exit')
      rmSync(place, { recursive: true, force: true })
    },
  }
}
