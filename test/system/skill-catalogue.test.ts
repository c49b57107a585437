import { after, before, test } from 'node:test'
import assert from 'node:assert/strict'
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { readBundle } from '../../packages/server/src/skills/bundle/bundle.ts'
import { packSkill } from '../../packages/server/src/skills/bundle/pack.ts'
import { checkSkill } from '../../packages/server/src/skills/checking/check-skill.ts'
import { readManifest } from '../../packages/server/src/skills/manifest/read-manifest.ts'
import type { Sandboxes } from '../../packages/server/src/skills/sandboxes.ts'
import type { SkillPackage } from '../../packages/server/src/skills/runner.ts'
import { runSkillTests } from '../../packages/server/src/skills/testing/skill-tests.ts'
import { openKind } from '../../packages/server/src/skills/kinds/kinds.ts'
import { contextOf, sandboxesOf, withoutStrong } from './skill-sandbox-house.ts'

const root = join(import.meta.dirname, '../..')
const FOLDERS = globSync('skills/*/skill.yaml', { cwd: root }).map((path) => join(root, dirname(path)))
const TOKEN = 'order-token-31f0'
const log = { info() {}, warn() {}, error() {} }

const noStrong = await withoutStrong()
const skills = new Map<string, SkillPackage>()
let sandboxes: Sandboxes
let orders: ChildProcess
let ordersUrl = ''
before(async () => {
  for (const folder of FOLDERS) skills.set(basename(folder), readBundle((await packSkill(folder)).bytes))
  // What source code is searched here is that of the skills.
  sandboxes = sandboxesOf({ folders: { source: join(root, 'skills') } }).sandboxes
  orders = spawn(process.execPath, [join(root, 'docs/examples/order-api.mjs'), '0', TOKEN], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  assert.ok(orders.stdout)
  const [line] = (await once(createInterface(orders.stdout), 'line')) as string[]
  ordersUrl = /http:\S+/.exec(line ?? '')?.[0] ?? ''
})
after(async () => {
  orders?.kill()
  await sandboxes?.close()
})

const named = (name: string): SkillPackage => {
  const skill = skills.get(name)
  assert.ok(skill, name)
  return skill
}

/** Why the tests of a skill cannot run here; null where they can. */
function hindrance({ manifest }: SkillPackage): string | null {
  if (manifest.kind !== 'code') return null
  if (Object.keys(manifest.code.packages).length > 0) return 'its packages are no part of Freehold'
  return manifest.code.sandbox === 'process' && noStrong !== false ? noStrong : null
}

test('every skill that comes along passes the check, and speaks both languages', () => {
  assert.ok(skills.size >= 10)
  for (const [name, { digest, files, manifest }] of skills) {
    const { verdict, findings } = checkSkill({ files, digest }, { scanner: 'tests' })
    assert.equal(verdict, 'pass', `${name}: ${JSON.stringify(findings)}`)
    assert.equal(manifest.metadata.name, name)
    assert.ok(manifest.metadata.zh, name)
    for (const { id, examples, zh } of manifest.operations)
      assert.ok(zh && examples.en.length > 0 && examples.zh.length > 0, `${name} ${id}`)
  }
})

test('every skill that comes along passes its own tests', async (t) => {
  for (const [name, skill] of skills) {
    const why = hindrance(skill)
    if (why !== null) {
      t.diagnostic(`${name} not run: ${why}`)
      continue
    }
    const { results } = await runSkillTests(skill, { log, sandboxes })
    assert.ok(results.length > 1)
    assert.deepEqual(
      results.filter(({ failure }) => failure !== null),
      [],
      name,
    )
  }
})

test('the order skill asks the order system of the documentation', async () => {
  const { hostname: host, port } = new URL(ordersUrl)
  const packed = named('order-lookup')
  const text = packed.files.get('skill.yaml')?.toString() ?? ''
  const manifest = readManifest(text, packed.files, { url: ordersUrl, host, port: Number(port) })
  const runner = await openKind({ ...packed, manifest }, { log, sandboxes })
  const context = contextOf({
    broker: {
      async send({ method, url, headers, body }) {
        const sent = { ...headers, authorization: `Bearer ${TOKEN}` }
        const answer = await fetch(url, {
          method,
          headers: sent,
          ...(body && { body: new Uint8Array(body) }),
        })
        const said = Object.fromEntries(answer.headers)
        return { status: answer.status, headers: said, body: Buffer.from(await answer.arrayBuffer()) }
      },
    },
  })
  const call = async (operation: string, input: object): Promise<unknown> =>
    (await runner.run(operation, { ...input }, context)).value
  assert.deepEqual(await call('track_parcel', { waybill: 'YT1234567890123' }), [
    { time: '2027-03-09T18:20', place: '杭州', state: '已揽收' },
    { time: '2027-03-10T07:45', place: '上海', state: '派送中' },
  ])
  const listed = (await call('list_orders', { customer: 'C-77', state: 'open' })) as { order: string }[]
  assert.deepEqual(
    listed.map(({ order }) => order),
    ['SO-2041'],
  )
  assert.deepEqual(await call('announce_return', { order: 'SO-2042', reason: 'too long' }), {
    return: 'R-1',
    order: 'SO-2042',
    reason: 'too long',
  })
  await assert.rejects(call('cancel_order', { order: 'SO-2042' }), { code: 'skill_failed' })
  await runner.close()
})

test(
  'source code is searched in the folder that the operator offers, and nowhere else',
  { skip: noStrong },
  async () => {
    const runner = await openKind(named('code-search'), { log, sandboxes })
    const call = async (operation: string, input: object) =>
      (await runner.run(operation, { ...input }, contextOf())).value as {
        hits: { path: string; line: number }[]
      }
    const { hits } = await call('find_definition', { name: 'eventsOf' })
    assert.deepEqual(
      hits.map(({ path }) => path),
      ['calendar/icalendar.ts'],
    )
    const found = await call('find_text', { text: 'evaluate(formula', path: 'spreadsheet' })
    assert.ok(found.hits.every(({ path }) => path.startsWith('spreadsheet/')) && found.hits.length > 0)
    for (const path of ['../etc/passwd', '/../../etc/passwd', '..'])
      await assert.rejects(call('read_lines', { path }), { code: 'skill_failed' })
    await runner.close()
  },
)
