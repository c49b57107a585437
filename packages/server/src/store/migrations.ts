import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { Client } from 'pg'
import { Fault } from '../kernel/fault.ts'
import { databaseFault } from './database-fault.ts'
import { type DatabaseTarget, openForMigration, runScript } from './database.ts'
import { schemaBreaches } from './schema-check.ts'
import type { TenantId } from './store.ts'

/** The numbered SQL files of this version. */
export const MIGRATIONS = join(import.meta.dirname, '../../migrations')

/** Any number of ours; held over roles, migrations and the check, so that one process does all three. */
const LOCK = 'SELECT pg_advisory_lock(4600100)'

interface Script {
  readonly name: string
  readonly text: string
  readonly sha256: Buffer
}

export interface MigrationOptions {
  /** A login that may take on fh_owner. */
  readonly target: DatabaseTarget
  /** Default: the files of this version. */
  readonly directory?: string | undefined
  /** Runs first, under the lock: makes or checks the roles. */
  readonly prepare?: (client: Client) => Promise<void>
  /** The only tenant of this database; left out, it is the one that all others are listed in. */
  readonly of?: TenantId
}

export interface Schema {
  /** Number of the newest migration. */
  readonly version: number
  /** Names applied by this call. */
  readonly applied: readonly string[]
}

/**
 * Brings the schema up to this version and checks it. Forward only; one process at a time.
 * @throws Fault when the database is of a newer Freehold, an applied file was changed, or tenants are not kept apart.
 */
export async function migrate(options: MigrationOptions): Promise<Schema> {
  const scripts = readScripts(options.directory ?? MIGRATIONS)
  const client = new Client({
    ...options.target,
    connectionTimeoutMillis: 5000,
    application_name: 'freehold migration',
  })
  client.on('error', () => undefined)
  try {
    await connectToMigrate(client)
    await client.query(LOCK)
    await options.prepare?.(client)
    await client.query('SET ROLE fh_owner')
    const pending = await pendingScripts(client, scripts)
    if (pending.length > 0) await apply(options.target, scripts)
    if (options.of !== undefined) await giveTo(client, options.of)
    const breaches = await schemaBreaches(client)
    if (breaches.length > 0) {
      throw new Fault('cannot_start', `The schema does not keep tenants apart: ${breaches.join('; ')}`)
    }
    return {
      version: Number.parseInt(scripts.at(-1)?.name ?? '0', 10),
      applied: pending.map((script) => script.name),
    }
  } catch (error) {
    throw databaseFault(error)
  } finally {
    // Closing the connection also gives the lock back.
    await client.end().catch(() => undefined)
  }
}

/** @throws Fault `cannot_start` with what the server said */
export async function connectToMigrate(client: Client): Promise<void> {
  try {
    await client.connect()
  } catch (error) {
    // What the driver and the server say here names users, hosts and certificates, never a password.
    const said = error instanceof Error && error.message !== '' ? error.message : 'no connection'
    const place = `${client.host}:${client.port}`
    throw new Fault('cannot_start', `The database at ${place} cannot be used: ${said}`, { cause: error })
  }
}

function readScripts(directory: string): readonly Script[] {
  return readdirSync(directory)
    .filter((file) => /^\d{4}_\w+\.sql$/.test(file))
    .sort()
    .map((file) => {
      const bytes = readFileSync(join(directory, file))
      return {
        name: file.replace(/\.sql$/, ''),
        text: bytes.toString(),
        sha256: createHash('sha256').update(bytes).digest(),
      }
    })
}

/** Compares what was applied with what is here before anything is changed. */
async function pendingScripts(client: Client, scripts: readonly Script[]): Promise<readonly Script[]> {
  const present = await client.query<{ there: boolean }>(
    "SELECT to_regclass('schema_checksum') IS NOT NULL AS there",
  )
  if (!present.rows[0]?.there) return scripts
  const { rows } = await client.query<{ name: string; sha256: Buffer }>(
    'SELECT name, sha256 FROM schema_checksum ORDER BY name',
  )
  for (const { name, sha256 } of rows) {
    const script = scripts.find((candidate) => candidate.name === name)
    if (!script) {
      throw new Fault(
        'cannot_start',
        `This database was made by a newer Freehold (it has ${name}). Start that version, or restore a backup.`,
      )
    }
    if (!script.sha256.equals(sha256)) {
      throw new Fault(
        'cannot_start',
        `The migration ${name} was changed after it had been applied. Install an unmodified Freehold.`,
      )
    }
  }
  return scripts.filter((script) => !rows.some((row) => row.name === script.name))
}

async function apply(target: DatabaseTarget, scripts: readonly Script[]): Promise<void> {
  const db = openForMigration(target, 'SET ROLE fh_owner')
  try {
    const provider = {
      getMigrations: () => Promise.resolve(Object.fromEntries(scripts.map((one) => [one.name, step(one)]))),
    }
    // migrateToLatest does not throw: a failed migration looks like success to those who do not ask.
    const { error } = await new Migrator({ db, provider }).migrateToLatest()
    if (error !== undefined) throw error
  } finally {
    await db.destroy()
  }
}

/**
 * The rows of all tables are of a tenant that is listed: here it is the one tenant, and there is no home tenant. What else
 * is known of it stands in the other list. Forced row-level security binds the owner too.
 */
async function giveTo(client: Client, tenant: TenantId): Promise<void> {
  const { rows } = await client.query<{ id: string }>('SELECT id FROM tenant')
  if (rows.length === 1 && rows[0]?.id === tenant) return
  await client.query(`BEGIN; ALTER TABLE tenant NO FORCE ROW LEVEL SECURITY;
    INSERT INTO tenant (id, isolation) VALUES ('${tenant}', 'database') ON CONFLICT DO NOTHING;
    DELETE FROM tenant WHERE id <> '${tenant}';
    ALTER TABLE tenant FORCE ROW LEVEL SECURITY; COMMIT`)
}

/** The script and its checksum are one transaction with everything else that is pending. */
function step(script: Script): Migration {
  return {
    async up(db: Kysely<unknown>) {
      await runScript(db, script.text)
      await sql`INSERT INTO schema_checksum (name, sha256) VALUES (${script.name}, ${script.sha256})`.execute(
        db,
      )
    },
  }
}
