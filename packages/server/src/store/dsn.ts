import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { Fault } from '../kernel/fault.ts'
import type { Secret } from '../kernel/secret.ts'
import type { DatabaseTarget } from './database.ts'

const PARAMETERS = new Set([
  'host',
  'port',
  'user',
  'password',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
])

/**
 * Reads `postgres://user:password@host:port/database?sslmode=verify-full&sslrootcert=…`. Over a network only a
 * verified server is spoken to: libpq's weaker modes accept anyone who answers.
 * @throws Fault that never repeats the DSN, which holds a password.
 */
export function parseDsn(dsn: Secret<string>): DatabaseTarget {
  const url = urlOf(dsn.reveal())
  const query = url.searchParams
  for (const name of query.keys())
    if (!PARAMETERS.has(name)) throw refused(`has the parameter ${name}, which is not supported`)
  const host = query.get('host') ?? decodeURIComponent(url.hostname)
  const user = query.get('user') ?? decodeURIComponent(url.username)
  const database = decodeURIComponent(url.pathname.slice(1))
  const port = Number(query.get('port') ?? (url.port || '5432'))
  if (host === '' || user === '' || database === '') throw refused('must name a host, a user and a database')
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw refused('has a port that is none')
  const password = query.get('password') ?? decodeURIComponent(url.password)
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  return {
    host: bare,
    port,
    user,
    database,
    ...(password === '' ? {} : { password }),
    ssl: tlsOf(bare, query),
  }
}

function urlOf(text: string): URL {
  try {
    const url = new URL(text)
    if (url.protocol === 'postgres:' || url.protocol === 'postgresql:') return url
  } catch {
    // Not repeated as a cause: the error of the parser holds the whole text.
  }
  throw refused('is not an address like postgres://user@host/database?sslmode=verify-full')
}

function tlsOf(host: string, query: URLSearchParams): ConnectionOptions | false {
  const near = isNear(host)
  const mode = query.get('sslmode') ?? (near ? 'disable' : 'verify-full')
  if (mode === 'disable') {
    if (near) return false
    throw refused('switches TLS off for a database on another machine; use sslmode=verify-full')
  }
  if (mode !== 'verify-full' && mode !== 'verify-ca') {
    throw refused(`has sslmode=${mode}, which accepts any server that answers; use sslmode=verify-full`)
  }
  if (host.startsWith('/')) throw refused('asks for TLS on a Unix socket; use sslmode=disable there')
  const file = (name: string): Buffer | undefined => {
    const path = query.get(name)
    return path === null ? undefined : readPart(name, path)
  }
  const parts = { ca: file('sslrootcert'), cert: file('sslcert'), key: file('sslkey') }
  return {
    rejectUnauthorized: true,
    minVersion: 'TLSv1.2',
    ...Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined)),
    // verify-ca trusts every server of that authority, whatever its name.
    ...(mode === 'verify-ca' ? { checkServerIdentity: () => undefined } : {}),
  }
}

function isNear(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

function readPart(name: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new Fault(
      'cannot_start',
      `The file that ${name} of the database address names cannot be read: ${path}`,
      {
        cause: error,
      },
    )
  }
}

function refused(why: string): Fault {
  return new Fault('cannot_start', `The database address ${why}.`)
}
