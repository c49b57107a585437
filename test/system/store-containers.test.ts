import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { openTestStore, serverProcesses } from './cluster.ts'
import { run } from './house.ts'

const OTHER_CONTAINER = ['--pid', '--ipc', '--fork', '--mount-proc']
const skip =
  process.getuid?.() !== 0
    ? 'needs root'
    : spawnSync('unshare', [...OTHER_CONTAINER, 'true']).status !== 0 && 'no process namespaces here'

const module = join(import.meta.dirname, '../../packages/server/src/store/open.ts')
const program = (data: string, then: string): readonly string[] => [
  '--input-type=module',
  '-e',
  `import { openStore } from ${JSON.stringify(module)}
   const opened = await openStore({ data: ${JSON.stringify(data)}, config: { database: null } })
   console.log('opened')
   ${then}`,
]

/** Starts a Freehold that shares the volume with us and sees none of our processes. */
const inOtherContainer = (data: string) =>
  run('unshare', [...OTHER_CONTAINER, process.execPath, ...program(data, 'await opened.close()')])

const used = mkdtempSync(join(tmpdir(), 'fh-'))
before(async () => (await openTestStore(used)).close())
after(() => rmSync(used, { recursive: true, force: true }))

test('a Freehold in another container on the same volume is refused', { skip }, async (t) => {
  const opened = await openTestStore(used)
  t.after(() => opened.close())
  const { status, stderr, stdout } = await inOtherContainer(used)
  assert.notEqual(status, 0, stdout)
  assert.match(stderr, /Another process, perhaps in another container, already uses/)
  assert.equal(await opened.store.ping(), true)
})

test('a database that outlived its Freehold in another container keeps its files', { skip }, async (t) => {
  const holder = spawn(process.execPath, [...program(used, 'setInterval(() => {}, 1000)')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  // What we see of it is stopped as ever, so the directory is in working order for the next test.
  t.after(async () => (await openTestStore(used)).close())
  const pidFile = readFileSync(join(used, 'pg', 'postmaster.pid'), 'utf8')
  const { status, stderr, stdout } = await inOtherContainer(used)
  assert.notEqual(status, 0, stdout)
  assert.match(stderr, /PostgreSQL that cannot be seen from here, perhaps in another container/)
  assert.ok(serverProcesses(used).includes(Number(pidFile.split('\n')[0])))
  assert.equal(readFileSync(join(used, 'pg', 'postmaster.pid'), 'utf8'), pidFile)
  assert.ok(existsSync(join(used, 'run', '.s.PGSQL.5432')))
})

test('a directory that was given back opens elsewhere, and no lock stays behind', { skip }, async () => {
  const { status, stderr } = await inOtherContainer(used)
  assert.equal(status, 0, stderr)
  const left = readdirSync(used).filter((name) => /^(lock|freehold\.pid)/.test(name))
  assert.deepEqual(left, [])
})
