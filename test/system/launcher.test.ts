import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { launcher, open, remove } from './house.ts'
import { olderNode, strangersPath } from './older-node.ts'

const root = join(import.meta.dirname, '../..')
const older = olderNode()

/** The launcher as a stranger calls it: with the Node and the PATH of the machine. */
function freehold(node: string, ...args: string[]) {
  return spawnSync(node, [launcher, ...args], {
    cwd: root,
    env: { ...process.env, PATH: strangersPath },
    encoding: 'utf8',
  })
}

test('npx freehold answers from a checkout', () => {
  const { status, stdout } = spawnSync('npx', ['freehold', '--version'], { cwd: root, encoding: 'utf8' })
  assert.equal(status, 0)
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
})

test(
  'a machine whose own Node is too old still runs freehold',
  { skip: !older && 'no Node 20 to 23 on PATH' },
  () => {
    const { status, stdout } = freehold(older ?? '', '--version')
    assert.equal(status, 0)
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
  },
)

test('a command that does not exist ends with status 2 and names the way to help', () => {
  const { status, stderr } = freehold(older ?? process.execPath, 'dance')
  assert.equal(status, 2)
  assert.match(stderr, /no command "dance".*--help/)
})

test('help is given on standard output and ends well', () => {
  for (const words of [
    ['--help'],
    ['up', '--help'],
    ['ask', '--help'],
    ['add', '--help'],
    ['key', '--help'],
  ]) {
    const { status, stdout } = freehold(older ?? process.execPath, ...words)
    assert.equal(status, 0, words.join(' '))
    assert.match(stdout, /Usage: freehold/)
    assert.match(stdout, /Examples:/)
  }
})

interface Ready {
  readonly event: string
  readonly url: string
  readonly pid: number
}

test('a server that is killed comes back by itself, and a wish to stop is not undone', async () => {
  const house = await open({ launched: true })
  try {
    assert.ok(house.process.stdout)
    const lines = createInterface({ input: house.process.stdout })
    const first = readyLines(house.output()).at(-1)
    assert.ok(first)
    const back = new Promise<Ready>((resolve) =>
      lines.on('line', (line) => readyLines(line).forEach((ready) => resolve(ready))),
    )
    process.kill(first.pid, 'SIGKILL')
    const second = await back
    assert.notEqual(second.pid, first.pid)
    const answer = await fetch(`${second.url}/readyz`)
    assert.equal(answer.status, 200)
    assert.match(house.output(), /ended by SIGKILL; starting it again/)
  } finally {
    await house.stop()
    await remove(house.data)
  }
  assert.equal(house.process.exitCode, 0)
})

const readyLines = (text: string): readonly Ready[] =>
  text
    .split('\n')
    .filter((line) => line.includes('"event":"ready"'))
    .map((line) => JSON.parse(line) as Ready)

const isRoot = process.getuid?.() === 0
const stranger = 65_534

/** The launcher with a program behind it that only says which compile cache it was given. */
function cacheHouse(t: TestContext) {
  const home = mkdtempSync(join(tmpdir(), 'fh-'))
  t.after(() => rmSync(home, { recursive: true }))
  chmodSync(home, 0o755)
  for (const name of ['bin', 'dist/cli', 'caches']) mkdirSync(join(home, name), { recursive: true })
  cpSync(dirname(launcher), join(home, 'bin'), { recursive: true })
  writeFileSync(join(home, 'package.json'), '{"type":"module"}')
  writeFileSync(
    join(home, 'dist/cli/freehold.js'),
    `process.stdout.write(process.env.NODE_COMPILE_CACHE ?? 'none')`,
  )
  if (isRoot) chownSync(join(home, 'caches'), stranger, stranger)
  const env: NodeJS.ProcessEnv = { ...process.env, HOME: home, XDG_CACHE_HOME: join(home, 'caches') }
  delete env['NODE_COMPILE_CACHE']
  return {
    cache: join(home, 'caches', 'freehold'),
    /** As nobody in particular, or as the root that we are. */
    given: (who: 'user' | 'root' = 'user'): string => {
      const identity = isRoot && who === 'user' ? { uid: stranger, gid: stranger } : {}
      const ran = spawnSync(process.execPath, [join(home, 'bin/freehold.js')], {
        cwd: home,
        env,
        encoding: 'utf8',
        ...identity,
      })
      assert.equal(ran.status, 0, ran.stderr)
      return ran.stdout
    },
  }
}

test('the compile cache is a directory of the user, closed to all others', (t) => {
  const { cache, given } = cacheHouse(t)
  assert.equal(given(), cache)
  assert.equal(statSync(cache).mode & 0o777, 0o700)
})

test('a compile cache that others may write to, or that is only a link, is not used', (t) => {
  const { cache, given } = cacheHouse(t)
  assert.equal(given(), cache)
  for (const mode of [0o770, 0o702]) {
    chmodSync(cache, mode)
    assert.equal(given(), 'none')
  }
  rmSync(cache, { recursive: true })
  symlinkSync(tmpdir(), cache)
  assert.equal(given(), 'none')
})

test(
  'a compile cache that somebody else made is not used, and root never looks for one in /tmp',
  { skip: !isRoot && 'needs root' },
  (t) => {
    const { cache, given } = cacheHouse(t)
    mkdirSync(cache, { mode: 0o755 })
    assert.equal(given(), 'none')
    assert.match(given('root'), /^(\/var\/cache\/freehold|none)$/)
  },
)
