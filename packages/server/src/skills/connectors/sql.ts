import type { Socket } from 'node:net'
import { Client, Query } from 'pg'
import type { QueryConfig } from 'pg'
import { Fault } from '../../kernel/fault.ts'
import type { Way } from './connectors.ts'

export interface SqlQuestion {
  /** `postgres://host:port/database` */
  readonly url: string
  /** One statement that reads; `$1`, `$2`… stand for the values. */
  readonly text: string
  readonly values: readonly (string | number | boolean | null)[]
  /** Rows beyond these are left out. */
  readonly mostRows: number
  readonly timeoutMs: number
}

export interface SqlAnswer {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
  /** Whether there was more. */
  readonly isCut: boolean
}

/** What begins a statement that only reads. The transaction is read-only besides, and the server holds to that. */
const READS = /^\s*(?:--[^\n]*\n\s*)*(?:select|with|values|table|explain|show)\b/i
/** Functions that do something even in a read-only transaction. */
const ACTS =
  /\b(?:pg_(?:sleep\w*|terminate_backend|cancel_backend|reload_conf|rotate_logfile|switch_wal|create_\w+|drop_\w+|advisory\w*|try_advisory\w*|read_(?:binary_)?file|ls_\w+|stat_file|notify|promote|logical_\w+|replication_\w+)|lo_\w+|dblink\w*|set_config|query_to_xml\w*|database_to_xml\w*)\s*\(/i
const LONGEST = 20_000

/**
 * Runs one statement in a read-only transaction and takes at most `mostRows` rows. The extended protocol takes one
 * statement only, so that nothing can end the transaction before it.
 * @throws Fault `skill_denied` for what does not read, `skill_failed` for what the server refuses, `upstream_down`
 */
export async function querySql(way: Way, question: SqlQuestion, signal: AbortSignal): Promise<SqlAnswer> {
  const { text, values, mostRows, timeoutMs } = question
  if (text.length > LONGEST)
    throw new Fault('too_large', `A query has at most ${LONGEST} characters.`, { param: 'text' })
  if (!READS.test(text) || ACTS.test(text))
    throw new Fault(
      'skill_denied',
      'Only a statement that reads is run: SELECT, WITH, VALUES, TABLE, SHOW or EXPLAIN.',
      {
        param: 'text',
      },
    )
  const socket = await way.line.connect()
  const end = (): void => void socket.destroy()
  signal.addEventListener('abort', end, { once: true })
  const client = clientOver(socket, way)
  // A server that goes away is told by the query that fails.
  client.on('error', end)
  try {
    signal.throwIfAborted()
    await client.connect()
    await client.query('BEGIN TRANSACTION READ ONLY')
    await client.query(`SELECT set_config('statement_timeout', $1, true)`, [
      String(Math.max(1, Math.floor(timeoutMs))),
    ])
    return await take(client, { text, values }, mostRows, end)
  } catch (error) {
    throw sqlFault(error, way.url.host, signal)
  } finally {
    signal.removeEventListener('abort', end)
    end()
  }
}

function clientOver(socket: Socket, { url, login, tls }: Way): Client {
  return new Client({
    host: url.hostname,
    port: Number(url.port),
    database: decodeURIComponent(url.pathname.slice(1)) || 'postgres',
    user: login?.user ?? 'freehold',
    password: login?.password ?? '',
    ssl: tls ? { servername: url.hostname } : false,
    application_name: 'freehold-skill',
    stream: () => connected(socket),
  })
}

/** The client waits for the event of a connection that already stands. */
function connected(socket: Socket): Socket {
  const stands = Object.create(socket) as Socket
  stands.connect = () => {
    queueMicrotask(() => socket.emit('connect'))
    return socket
  }
  return stands
}

function take(
  client: Client,
  { text, values }: Pick<SqlQuestion, 'text' | 'values'>,
  mostRows: number,
  end: () => void,
): Promise<SqlAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<SqlAnswer>()
  const rows: unknown[][] = []
  let columns: readonly string[] = []
  // The values make it the extended protocol, whatever they are.
  const query = new Query<unknown[]>({
    text,
    values: [...values],
    rowMode: 'array',
    queryMode: 'extended',
  } as QueryConfig)
  query.on('row', (row: unknown, result: unknown) => {
    columns = fieldsOf(result)
    if (rows.length >= mostRows) {
      resolve({ columns, rows, isCut: true })
      return end()
    }
    rows.push((row as unknown[]).map(plain))
  })
  query.on('end', (result: unknown) => resolve({ columns: fieldsOf(result), rows, isCut: false }))
  query.on('error', reject)
  client.query(query)
  return promise
}

const fieldsOf = (result: unknown): readonly string[] => {
  const { fields } = Object(result) as { fields?: readonly { readonly name: string }[] }
  return (fields ?? []).map(({ name }) => name)
}

function plain(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  if (Buffer.isBuffer(value)) return `\\x${value.toString('hex')}`
  if (typeof value === 'bigint') return String(value)
  return value
}

function sqlFault(error: unknown, host: string, signal: AbortSignal): unknown {
  if (error instanceof Fault) return error
  if (signal.aborted) return new Fault('timed_out', 'The query was ended.', { cause: error })
  const { code = '', severity } = Object(error) as { code?: string; severity?: string }
  if (code === '57014') return new Fault('timed_out', 'The query took too long.', { cause: error })
  if (severity !== undefined && error instanceof Error)
    return new Fault('skill_failed', `The database refused (${code}): ${error.message.slice(0, 300)}`, {
      cause: error,
    })
  return new Fault('upstream_down', `${host} could not be reached (${code || 'failed'}).`, { cause: error })
}
