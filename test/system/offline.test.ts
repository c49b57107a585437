import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { test } from 'node:test'
import { run } from './house.ts'

const isolated = process.getuid?.() === 0 && spawnSync('unshare', ['-n', 'true']).status === 0
const skip = isolated ? false : 'needs root and network namespaces (unshare -n)'
const script = join(import.meta.dirname, 'offline-run.ts')

/** In a namespace that has nothing but loopback, an attempt to leave finds no route, and the kernel counts it. */
async function inside(mode: string): Promise<{ noRoute: number; text: string }> {
  const { status, stdout, stderr } = await run('unshare', [
    '-n',
    'sh',
    '-c',
    `ip link set lo up && exec "$0" "$@"`,
    process.execPath,
    script,
    mode,
  ])
  assert.equal(status, 0, stderr + stdout)
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as { noRoute: number; text: string }
}

test(
  'with no network at all a document is added and a question answered, and nothing tries to leave',
  { skip },
  async () => {
    const { noRoute, text } = await inside('freehold')
    assert.match(text, /thirty-one days/)
    assert.equal(noRoute, 0)
  },
)

test('the count sees a single attempt to leave', { skip }, async () => {
  assert.ok((await inside('control')).noRoute > 0)
})
