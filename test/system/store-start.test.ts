import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openStore } from '../../packages/server/src/store/open.ts'
import { openTestStore, serverProcesses, signalServer, throwAwayDirectory } from './cluster.ts'

const database = { config: { database: null } } as const
/** Initialised once; the tests that need a used data directory leave it in working order. */
const used = mkdtempSync(join(tmpdir(), 'fh-'))

before(async () => (await openTestStore(used)).close())
after(() => rmSync(used, { recursive: true, force: true }))

/** Another process that holds the data directory and its database until it is killed. */
async function otherFreehold(data: string): Promise<ChildProcess> {
  const module = join(import.meta.dirname, '../../packages/server/src/store/open.ts')
  const script = `import { openStore } from ${JSON.stringify(module)}
    const { store } = await openStore({ data: ${JSON.stringify(data)}, config: { database: null } })
    console.log(store.home)
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}

for (const only of ['system', 'embedded'] as const) {
  test(`a data directory that began with ${only} binaries is the same at the next start`, async (t) => {
    const data = throwAwayDirectory(t)
    const first = await openTestStore(data, { only })
    const { home } = first.store
    await first.close()
    assert.equal(first.cluster?.binaries.source, only)
    assert.deepEqual(serverProcesses(data), [])
    // Whatever the machine has by now: the data directory decides which major version runs.
    const second = await openTestStore(data)
    assert.equal(second.store.home, home)
    assert.equal(second.cluster?.binaries.major, first.cluster?.binaries.major)
    await second.close()
  })
}

test('a data directory of a PostgreSQL that is not here is refused by its version', async () => {
  const file = join(used, 'pg', 'PG_VERSION')
  const version = readFileSync(file)
  writeFileSync(file, '99\n')
  await assert.rejects(openStore({ data: used, ...database }), /belongs to PostgreSQL 99; found here: \d+/)
  writeFileSync(file, version)
})

test('an initdb that was cut short is begun anew', async (t) => {
  const data = throwAwayDirectory(t)
  mkdirSync(join(data, 'pg.new'))
  writeFileSync(join(data, 'pg.new', 'PG_VERSION'), '15\n')
  const opened = await openTestStore(data)
  await opened.close()
  assert.equal(existsSync(join(data, 'pg.new')), false)
})

test('nobody but the account of the database reaches its socket, and only we the keys', async (t) => {
  const data = used
  const opened = await openTestStore(data)
  t.after(() => opened.close())
  const mode = (name: string): string => (statSync(join(data, name)).mode & 0o777).toString(8)
  assert.deepEqual(['run', 'pg', 'keys', 'keys/root.key', 'log', 'log/postgres.log'].map(mode), [
    '700',
    '700',
    '700',
    '600',
    '700',
    '600',
  ])
  const owners = ['keys', 'log'].map((name) => statSync(join(data, name)).uid)
  assert.deepEqual(owners, [process.getuid?.(), process.getuid?.()])
  if (process.getuid?.() === 0) assert.notEqual(statSync(join(data, 'run')).uid, 0)
  assert.deepEqual(
    readdirSync(join(data, 'run')).filter((name) => !name.endsWith('.lock')),
    ['.s.PGSQL.5432'],
  )
})

test('a second Freehold on the same data directory is refused and told who holds it', async (t) => {
  const data = used
  const opened = await openTestStore(data)
  t.after(() => opened.close())
  await assert.rejects(
    openStore({ data, ...database }),
    new RegExp(`Another Freehold \\(process ${process.pid}\\)`),
  )
  assert.equal(await opened.store.ping(), true)
})

test('after kill -9 the lock is taken over and the database left behind is stopped first', async (t) => {
  const data = used
  const other = await otherFreehold(data)
  other.kill('SIGKILL')
  await once(other, 'exit')
  assert.ok(serverProcesses(data).length > 0, 'the database outlives its parent')
  const opened = await openTestStore(data)
  t.after(() => opened.close())
  assert.ok(opened.events.some((event) => event.event === 'database.leftover'))
  assert.equal(await opened.store.ping(), true)
})

test('a database left behind in a stopped state is no obstacle either', async (t) => {
  const data = used
  const other = await otherFreehold(data)
  other.kill('SIGKILL')
  await once(other, 'exit')
  signalServer(data, 'SIGSTOP')
  const opened = await openTestStore(data)
  t.after(() => opened.close())
  assert.equal(await opened.store.ping(), true)
})

test('stale pid files with the number of a living stranger are no obstacle', async () => {
  const data = used
  writeFileSync(join(data, 'freehold.pid'), `${process.ppid}\nanother life\nx\n`)
  writeFileSync(join(data, 'pg', 'postmaster.pid'), `${process.ppid}\n${join(data, 'pg')}\n`)
  writeFileSync(join(data, 'run', '.s.PGSQL.5432.lock'), `${process.ppid}\n${join(data, 'pg')}\n`)
  const opened = await openTestStore(data)
  await opened.close()
  assert.equal(existsSync(join(data, 'freehold.pid')), false)
})

test('a data directory of a newer Freehold is refused before anything is touched', async (t) => {
  const data = throwAwayDirectory(t)
  writeFileSync(join(data, 'format.json'), '{"format": 2}')
  await assert.rejects(openStore({ data, ...database }), /made by a newer Freehold \(format 2/)
  assert.deepEqual(readdirSync(data), ['format.json'])
})

test('a directory that holds something else is not taken for a data directory', async (t) => {
  const data = throwAwayDirectory(t)
  writeFileSync(join(data, 'thesis.docx'), '')
  chmodSync(data, 0o750)
  await assert.rejects(openStore({ data, ...database }), /holds other things \(thesis\.docx\).*--data/)
  assert.deepEqual([readdirSync(data), statSync(data).mode & 0o777], [['thesis.docx'], 0o750])
  await assert.rejects(openStore({ data: join(data, 'thesis.docx'), ...database }), /cannot be used: E/)
})

test('a data directory whose socket path is too long is refused with a way out', async (t) => {
  const data = join(throwAwayDirectory(t), 'x'.repeat(90))
  await assert.rejects(openStore({ data, ...database }), /path is too long for a socket.*--data/)
  assert.equal(existsSync(join(data, 'pg')), false)
})

test('without its root key a used database does not start, and no new key is made', async () => {
  const data = used
  const path = join(data, 'keys', 'root.key')
  const key = readFileSync(path)
  rmSync(path)
  await assert.rejects(openStore({ data, ...database }), /root\.key is missing/)
  assert.equal(existsSync(path), false)
  writeFileSync(path, Buffer.alloc(32, 7), { mode: 0o600 })
  await assert.rejects(openStore({ data, ...database }), /encrypted under root key/)
  writeFileSync(path, key)
  chmodSync(path, 0o644)
  await assert.rejects(openStore({ data, ...database }), /chmod 600/)
  assert.deepEqual(serverProcesses(data), [], 'a refused start leaves nothing running')
  chmodSync(path, 0o600)
  await (await openTestStore(data)).close()
})

test(
  'a directory that the database’s account may not enter is named',
  { skip: process.getuid?.() === 0 ? false : 'needs root' },
  async (t) => {
    const closed = join(throwAwayDirectory(t), 'closed')
    chmodSync(join(closed, '..'), 0o711)
    mkdirSync(closed, { mode: 0o700 })
    await assert.rejects(
      openStore({ data: join(closed, 'data'), ...database }),
      (error: Error) =>
        error.message.includes(`may not enter ${closed}.`) && /chmod o\+x/.test(error.message),
    )
  },
)
