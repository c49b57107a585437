import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { House } from './house.ts'
import { open, remove, run } from './house.ts'

const root = join(import.meta.dirname, '../..')
const pages = globSync(['*.md', 'docs/*.md', 'packages/server/guide/*.md'], { cwd: root }).sort()

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

const rooms: { house?: House; key?: string } = {}

before(async () => {
  rooms.house = await open()
  rooms.key = await rooms.house.key('--scope', '*')
})

after(async () => {
  await rooms.house?.stop()
  if (rooms.house) await remove(rooms.house.data)
})

async function shell(command: string) {
  const { house, key } = rooms
  assert.ok(house && key)
  const here = command.replaceAll('127.0.0.1:7070', new URL(house.url).host)
  return run('bash', ['-euo', 'pipefail', '-c', here], { env: { FREEHOLD_DATA: house.data, KEY: key } })
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
