import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
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
