import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { Secret } from '../../packages/server/src/kernel/secret.ts'
import { uuidV7 } from '../../packages/server/src/kernel/ids.ts'
import type { OpenStore, StoreOptions } from '../../packages/server/src/store/open.ts'
import { openStore } from '../../packages/server/src/store/open.ts'
import type { Store, TenantId, Tx } from '../../packages/server/src/store/store.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import { startExternalDatabase } from '../perf/gateway/external-database.ts'

/** One process on a database that others use too, with a data directory of its own and the same root key. */
export interface Replica extends OpenStore {
  readonly data: string
}

/** A database of its own for several processes. */
export interface KeyGround {
  /** As the superuser, past row-level security. */
  readonly sql: Client
  readonly dsn: string
  open(options?: Partial<Omit<StoreOptions, 'data'>>): Promise<Replica>
  /** A data directory for one more process that the test starts. */
  directory(): Promise<string>
  newTenant(): Promise<TenantId>
  close(): Promise<void>
}

export async function openKeyGround(): Promise<KeyGround> {
  const outside = await startExternalDatabase()
  const host = new URL(outside.dsn.replace('postgres:', 'http:')).searchParams.get('host') ?? ''
  const sql = new Client({ host, user: 'postgres', database: 'freehold' })
  await sql.connect()
  const open: Replica[] = []
  const made: string[] = []
  const directory = async (): Promise<string> => {
    const data = mkdtempSync(join(tmpdir(), 'fh-'))
    const [first] = made
    if (first !== undefined) cpSync(join(first, 'keys'), join(data, 'keys'), { recursive: true })
    made.push(data)
    return data
  }
  return {
    sql,
    dsn: outside.dsn,
    directory,
    async open(options = {}) {
      const data = await directory()
      const config = { ...options.config, database: new Secret(outside.dsn) }
      const opened = { ...(await openStore({ ...options, data, config })), data }
      open.push(opened)
      return opened
    },
    async newTenant() {
      const { rows } = await sql.query<{ id: string }>('INSERT INTO tenant DEFAULT VALUES RETURNING id')
      return tenantId(rows[0]?.id ?? '')
    },
    async close() {
      for (const replica of open) await replica.close()
      await sql.end()
      await outside.stop()
      for (const data of made) rmSync(data, { recursive: true, force: true })
    },
  }
}

/** Adds so many accounts, or these; each is called by its id. Their ids. */
export async function addAccounts(
  where: Store | Tx,
  tenant: TenantId,
  wish: number | readonly string[],
): Promise<readonly string[]> {
  const ids = typeof wish === 'number' ? Array.from({ length: wish }, uuidV7) : wish
  const add = async ({ db, keys }: Tx): Promise<void> => {
    const rows = ids.map((id) => {
      const place = { table: 'account', row: id, column: 'name_sealed' }
      const { dek, wrapped } = keys.newDek({ ...place, column: 'dek' })
      return {
        tenant_id: tenant,
        id,
        dek: wrapped,
        name_sealed: dek.seal(place, Buffer.from(id)),
        name_index: keys.blind('account.name', id),
        password_sealed: dek.seal({ ...place, column: 'password_sealed' }, Buffer.from(id)),
        role: 'member',
      }
    })
    for (let at = 0; at < rows.length; at += 1000)
      await db
        .insertInto('account')
        .values(rows.slice(at, at + 1000))
        .execute()
  }
  await ('withTenant' in where ? where.withTenant({ tenant }, add) : add(where))
  return ids
}

/** What the account is called. */
export async function readAccount({ db, keys }: Tx, id: string): Promise<string> {
  const row = await db
    .selectFrom('account')
    .select(['dek', 'name_sealed'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const place = { table: 'account', row: id, column: 'name_sealed' }
  return keys
    .openDek({ ...place, column: 'dek' }, row.dek)
    .open(place, row.name_sealed)
    .toString()
}
