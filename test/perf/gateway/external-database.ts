import type { ChildProcess } from 'node:child_process'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { databaseAccount } from '../../../packages/server/src/store/supervisor/account.ts'
import { findBinaries } from '../../../packages/server/src/store/supervisor/binaries.ts'

export interface ExternalDatabase {
  /** For the key `database`. */
  readonly dsn: string
  stop(): Promise<void>
}

const GUIDE = join(import.meta.dirname, '../../../docs/external-database.md')

/** A PostgreSQL that is not Freehold's own, on a Unix socket, prepared as the guide says. */
export async function startExternalDatabase(): Promise<ExternalDatabase> {
  const place = mkdtempSync(join(tmpdir(), 'fh-db-'))
  chmodSync(place, 0o711)
  const account = databaseAccount()
  const identity = account ? { uid: account.uid, gid: account.gid } : {}
  const { postgres, initdb } = findBinaries({ data: place, account, only: undefined })
  const home = join(place, 'c')
  mkdirSync(home, { mode: 0o700 })
  if (account) chownSync(home, account.uid, account.gid)
  const words = ['-D', home, '-U', 'postgres', '--auth=trust', '--locale=C.UTF-8', '--no-sync']
  execFileSync(initdb, words, { ...identity, cwd: home, stdio: 'ignore' })
  const settings = ['-c', 'listen_addresses=', '-c', `unix_socket_directories=${home}`]
  const server = spawn(postgres, ['-D', home, ...settings], {
    ...identity,
    cwd: home,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await isReady(server)
  // The login's own directory is closed to others, as it should be; whoever runs this test is root or that user.
  const client = new Client({ host: home, user: 'postgres', database: 'postgres' })
  await client.connect()
  for (const statement of statements()) await client.query(statement)
  await client.end()
  return {
    dsn: `postgres://freehold@localhost/freehold?host=${home}`,
    async stop() {
      server.kill('SIGINT')
      await once(server, 'exit')
      rmSync(place, { recursive: true, force: true })
    },
  }
}

function statements(): readonly string[] {
  const sql = /```sql\n([\s\S]*?)```/.exec(readFileSync(GUIDE, 'utf8'))?.[1] ?? ''
  return sql.split(/;\n/).filter((one) => one.trim() !== '')
}

async function isReady({ stderr }: ChildProcess): Promise<void> {
  let said = ''
  for await (const part of stderr ?? []) {
    said += String(part)
    if (said.includes('ready to accept connections')) return
  }
  throw new Error(`PostgreSQL did not start:\n${said}`)
}
