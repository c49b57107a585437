import assert from 'node:assert/strict'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { GatewayHouse } from './gateway-house.ts'
import { openGateway } from './gateway-house.ts'
import { emptyData, remove, run } from './house.ts'

const root = join(import.meta.dirname, '../..')

let house: GatewayHouse
let key: string
let folder: string

before(async () => {
  house = await openGateway({ knowledge: { guide: true } })
  key = await house.key('--scope', '*')
  folder = await emptyData()
  await mkdir(join(folder, 'node_modules'))
  await symlink(join(root, 'node_modules/@freehold'), join(folder, 'node_modules/@freehold'))
})
after(async () => {
  await house.close()
  await remove(folder)
})

test('every example of the page about the SDK runs as it stands there', async () => {
  const page = await readFile(join(root, 'packages/sdk/README.md'), 'utf8')
  const examples = [...page.matchAll(/```js\n(.*?)```/gs)].map((match) => match[1] ?? '')
  assert.equal(examples.length, 7)
  const files = examples.map(async (example, at) => {
    const file = join(folder, `example-${at}.mjs`)
    await writeFile(file, example)
    const env = { FREEHOLD_URL: house.url, FREEHOLD_KEY: key }
    return run(process.execPath, [file], { cwd: folder, env })
  })
  const ran = await Promise.all(files)
  assert.deepEqual(
    ran.map(({ status, stderr }) => [status, stderr]),
    examples.map(() => [0, '']),
  )
  const said = ran.map(({ stdout }) => stdout)
  assert.match(said[0] ?? '', /1250 pounds/)
  assert.match(said[1] ?? '', /extract-1 is [^]* local req_/)
  assert.match(said[3] ?? '', /^\d+ \d+\n[^]*rules/)
  assert.match(said[4] ?? '', /^invalid 400 name req_/)
})
