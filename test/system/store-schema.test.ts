import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { Client } from 'pg'
import type { DatabaseTarget } from '../../packages/server/src/store/database.ts'
import { migrate, MIGRATIONS } from '../../packages/server/src/store/migrations.ts'
import { schemaBreaches } from '../../packages/server/src/store/schema-check.ts'
import { asSuperuser, type OpenedStore, openTestStore } from './cluster.ts'

const data = mkdtempSync(join(tmpdir(), 'fh-'))
const directory = mkdtempSync(join(tmpdir(), 'fh-sql-'))
let opened: OpenedStore

before(async () => {
  opened = await openTestStore(data)
})
after(async () => {
  await opened.close()
  rmSync(data, { recursive: true, force: true })
  rmSync(directory, { recursive: true, force: true })
})

const target = (database = 'freehold'): DatabaseTarget => ({
  host: join(data, 'run'),
  port: 5432,
  user: 'fh_super',
  database,
})
const nothing = () => Promise.resolve()

const FILES = readdirSync(MIGRATIONS).filter((name) => /^\d{4}_/.test(name))
const SHIPPED = FILES.length
/** The number of the newest; there may be gaps below it. */
const NEWEST = Math.max(...FILES.map((name) => Number.parseInt(name, 10)))

/** A database of its own on the cluster, and a copy of the migrations to change. */
async function freshDatabase(name: string): Promise<{ readonly sql: string; readonly at: DatabaseTarget }> {
  await asSuperuser(data, (client) => client.query(`CREATE DATABASE ${name} OWNER fh_owner`))
  const sql = join(directory, name)
  cpSync(MIGRATIONS, sql, { recursive: true })
  return { sql, at: target(name) }
}

async function inDatabase<T>(at: DatabaseTarget, fn: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client(at)
  await client.connect()
  try {
    return await fn(client)
  } finally {
    await client.end()
  }
}

test('a second start applies nothing and is content with the schema', async () => {
  assert.deepEqual(await migrate({ target: target(), prepare: nothing }), { version: NEWEST, applied: [] })
})

test('two processes that migrate at once apply each file once', async () => {
  const { sql, at } = await freshDatabase('raced')
  const runs = [1, 2, 3].map(() => migrate({ target: at, directory: sql, prepare: nothing }))
  const applied = (await Promise.all(runs)).map((schema) => schema.applied.length)
  assert.deepEqual(
    applied.toSorted((a, b) => a - b),
    [0, 0, SHIPPED],
  )
  const rows = await inDatabase(at, (client) => client.query('SELECT name FROM schema_checksum'))
  assert.equal(rows.rowCount, SHIPPED)
})

test('a migration that was changed after it had been applied is refused', async () => {
  const { sql, at } = await freshDatabase('changed')
  await migrate({ target: at, directory: sql, prepare: nothing })
  const file = join(sql, '0001_foundation.sql')
  writeFileSync(file, `${readFileSync(file, 'utf8')}-- one more line\n`)
  await assert.rejects(
    migrate({ target: at, directory: sql, prepare: nothing }),
    /0001_foundation was changed after it had been applied/,
  )
})

test('a database of a newer Freehold is refused', async () => {
  const { sql, at } = await freshDatabase('newer')
  const file = join(sql, '9000_later.sql')
  writeFileSync(file, 'CREATE TABLE later (id integer);')
  assert.equal((await migrate({ target: at, directory: sql, prepare: nothing })).version, 9000)
  rmSync(file)
  await assert.rejects(
    migrate({ target: at, directory: sql, prepare: nothing }),
    /made by a newer Freehold \(it has 9000_later\)/,
  )
})

test('a migration that fails leaves nothing behind, and the corrected one is applied', async () => {
  const { sql, at } = await freshDatabase('failing')
  const file = join(sql, '9000_later.sql')
  writeFileSync(file, 'CREATE TABLE later (id integer); SELECT 1 / 0;')
  await assert.rejects(migrate({ target: at, directory: sql, prepare: nothing }), /division by zero/)
  const tables = await inDatabase(at, (client) =>
    client.query("SELECT to_regclass('later') AS later, to_regclass('tenant') AS tenant"),
  )
  assert.deepEqual(tables.rows, [{ later: null, tenant: null }])
  writeFileSync(file, 'CREATE TABLE later (id integer);')
  assert.equal((await migrate({ target: at, directory: sql, prepare: nothing })).applied.length, SHIPPED + 1)
})

const GOOD = `CREATE TABLE bad (tenant_id uuid NOT NULL, id uuid NOT NULL, PRIMARY KEY (tenant_id, id));
  ALTER TABLE bad ENABLE ROW LEVEL SECURITY; ALTER TABLE bad FORCE ROW LEVEL SECURITY;
  CREATE POLICY own ON bad USING (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid);`

const BREACHES: readonly (readonly [string, string, RegExp])[] = [
  [
    'row-level security switched off',
    'ALTER TABLE bad DISABLE ROW LEVEL SECURITY',
    /bad: row-level security is not/,
  ],
  [
    'row-level security not forced',
    'ALTER TABLE bad NO FORCE ROW LEVEL SECURITY',
    /bad: row-level security is not/,
  ],
  ['no policy', 'DROP POLICY own ON bad', /bad: a command has no policy/],
  [
    'a policy for reading only',
    `DROP POLICY own ON bad; CREATE POLICY own ON bad FOR SELECT
       USING (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid)`,
    /bad: a command has no policy/,
  ],
  [
    'a policy that lets everyone pass',
    'CREATE POLICY all_of_it ON bad USING (true)',
    /bad: a policy does not ask/,
  ],
  [
    'a global unique value',
    'CREATE UNIQUE INDEX bad_id ON bad (id)',
    /bad_id: a unique index does not start/,
  ],
  [
    'a unique value before the tenant',
    'CREATE UNIQUE INDEX bad_id ON bad (id, tenant_id)',
    /bad_id: a unique index does not start/,
  ],
  [
    'a function with the owner’s rights',
    'CREATE FUNCTION bad_peek() RETURNS bigint SECURITY DEFINER LANGUAGE sql AS $$ SELECT count(*) FROM bad $$',
    /bad_peek\(\): the function runs/,
  ],
  [
    'a copy of the rows that no policy covers',
    'CREATE MATERIALIZED VIEW bad_copy AS SELECT tenant_id FROM bad',
    /bad_copy: row-level security is not/,
  ],
]

test('the check after every migration finds each way in which tenants could see each other', async () => {
  await asSuperuser(data, async (client) => {
    await client.query('SET ROLE fh_owner')
    for (const [what, breach, expected] of BREACHES) {
      await client.query(`BEGIN; ${GOOD}`)
      assert.deepEqual(await schemaBreaches(client), [], 'the good table passes')
      await client.query(breach)
      assert.match((await schemaBreaches(client)).join('\n'), expected, what)
      await client.query('ROLLBACK')
    }
  })
})

test('a schema that does not keep tenants apart is not served', async () => {
  const { sql, at } = await freshDatabase('open')
  writeFileSync(join(sql, '9000_open.sql'), 'ALTER TABLE document DISABLE ROW LEVEL SECURITY;')
  await assert.rejects(
    migrate({ target: at, directory: sql, prepare: nothing }),
    /does not keep tenants apart: document: row-level security/,
  )
})

test('neither statements nor what people wrote reach the log of the database', async () => {
  await assert.rejects(
    inDatabase(target(), (client) => client.query('SELECT $1::integer', ['canary-4711'])),
    /invalid input syntax/,
  )
  await assert.rejects(
    inDatabase(target(), (client) => client.query("SELECT 'canary-4711' FROM missing")),
    /missing/,
  )
  const log = readFileSync(join(data, 'log', 'postgres.log'), 'utf8')
  assert.match(log, /ready to accept connections/)
  assert.equal(log.includes('SELECT'), false)
})
