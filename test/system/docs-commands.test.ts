import assert from 'node:assert/strict'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { House } from './house.ts'
import { open, program, remove, run } from './house.ts'

const root = join(import.meta.dirname, '../..')
// The Chinese pages have the same commands, which test/docs.test.ts sees to.
const pages = globSync(['*.md', 'docs/*.md', 'packages/server/guide/*.md'], { cwd: root })
  .filter((page) => !page.endsWith('.zh-CN.md'))
  .sort()

interface Block {
  readonly page: string
  readonly text: string
}

/** The `sh` blocks of a page; one that cannot be run says why in a comment right below it. */
function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(root, page), 'utf8')
  return [...text.matchAll(/^```sh\n(.*?)^```\n(<!-- not run: .+ -->)?/gms)]
    .filter((match) => match[2] === undefined)
    .map((match) => ({ page, text: match[1] ?? '' }))
}

/** Lines that a shell would run one after the other; a backslash carries a line over. */
const commandsIn = (text: string): readonly string[] =>
  text
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))

const rooms: { house?: House; key?: string; bin?: string } = {}

/** In front of npm's own: it runs the same program and leaves out what npm itself takes to start, which is most of it. */
const NPX = `#!/bin/sh
command=$1
shift
exec "$command" "$@"
`
/** The program without its launcher, which has tests of its own. */
const FREEHOLD = `#!/bin/sh
exec "${process.execPath}" "${program}" "$@"
`

before(async () => {
  rooms.bin = mkdtempSync(join(tmpdir(), 'freehold-npx-'))
  writeFileSync(join(rooms.bin, 'npx'), NPX, { mode: 0o755 })
  writeFileSync(join(rooms.bin, 'freehold'), FREEHOLD, { mode: 0o755 })
  rooms.house = await open()
  rooms.key = await rooms.house.key('--scope', '*')
})

after(async () => {
  await rooms.house?.stop()
  if (rooms.house) await remove(rooms.house.data)
  if (rooms.bin) rmSync(rooms.bin, { recursive: true })
})

async function shell(command: string, env: Record<string, string> = {}) {
  const { house, key, bin } = rooms
  assert.ok(house && key)
  const here = command.replaceAll('127.0.0.1:7070', new URL(house.url).host)
  const path = `${bin}:${join(root, 'node_modules/.bin')}:${process.env['PATH']}`
  return run('bash', ['-euo', 'pipefail', '-c', here], {
    env: { FREEHOLD_DATA: house.data, KEY: key, PATH: path, XDG_STATE_HOME: `${bin}/state`, ...env },
  })
}

for (const page of pages)
  for (const block of blocksOf(page))
    for (const command of commandsIn(block.text))
      test(`${page}: ${command.slice(0, 90)}`, async () => {
        const { status, stdout, stderr } = await shell(command)
        assert.equal(status, 0, stdout + stderr)
      })

test('the pages hold commands, and a wrong one is noticed', async () => {
  assert.ok(pages.flatMap(blocksOf).length >= 4)
  assert.notEqual((await shell('npx freehold no-such-command')).status, 0)
})

test('npx finds the program of this workspace', async () => {
  const { status, stdout } = await shell('npx freehold --version', { PATH: process.env['PATH'] ?? '' })
  assert.equal(status, 0)
  assert.equal(stdout, (await shell('npx freehold --version')).stdout)
})
