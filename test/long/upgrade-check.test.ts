import assert from 'node:assert/strict'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { program } from '../system/house.ts'
import type { SkillHouse } from '../system/skill-house.ts'
import { json, openSkillHouse, until, waybills } from '../system/skill-house.ts'

let house: SkillHouse
let next: string
before(async () => {
  house = await openSkillHouse()
  await house.install(waybills(house.parcels.url), { settings: { recordCalls: 2 } })
  next = await mkdtemp(join(tmpdir(), 'fh-next-'))
})
after(async () => {
  await house.close()
  await rm(next, { recursive: true, force: true })
})

const NUMBER = 'YT1234567890123'

interface Checked {
  readonly findings: readonly {
    readonly id: string
    readonly skill: string
    readonly kind: string
    readonly what: string
  }[]
  readonly blocking: number
}

/** Another version: this program, but for what `change` (the text of a function) makes of what it prints. */
async function nextVersion(change: string): Promise<void> {
  await mkdir(join(next, 'bin'), { recursive: true })
  const text = `#!/usr/bin/env node
const { spawnSync } = require('node:child_process')
const words = process.argv.slice(2)
const { stdout, status } = spawnSync(process.execPath, [${JSON.stringify(program)}, ...words], { encoding: 'utf8' })
process.stdout.write((${change})(words, stdout))
process.exit(status)
`
  await writeFile(join(next, 'bin/freehold.js'), text)
  await writeFile(join(next, 'package.json'), '{"type": "commonjs"}')
  await chmod(join(next, 'bin/freehold.js'), 0o755)
}

async function check(): Promise<{ readonly status: number | null; readonly told: Checked }> {
  const { status, stdout, stderr } = await house.cli('upgrade', 'check', '--against', next, '--json')
  assert.ok(stdout.startsWith('{'), stderr)
  return { status, told: JSON.parse(stdout) as Checked }
}

test('calls are kept where somebody asked for it, the last of each operation, and an upgrade is tried on them', async () => {
  for (const place of ['Leeds', 'York', 'Hull']) {
    house.parcels.answer(json({ number: NUMBER, place }))
    await house.call('waybill-tracking', 'track', { number: NUMBER })
  }
  const kept = async (): Promise<readonly { expect: { place: string } }[]> =>
    (
      await house.me.call<{ fixtures: { expect: { place: string } }[] }>(
        'POST',
        '/api/skills/waybill-tracking/export',
      )
    ).fixtures
  await until(async () => (await kept()).at(-1)?.expect.place === 'Hull', 'what was called last')
  assert.deepEqual(
    (await kept()).map(({ expect }) => expect.place),
    ['York', 'Hull'],
  )
  await nextVersion('(_, said) => said')
  const same = await check()
  assert.deepEqual([same.status, same.told.findings], [0, []])
  await nextVersion(`(_, said) => said.replaceAll('"failure":null', '"failure":"the result is another"')`)
  const other = await check()
  assert.equal(other.status, 1)
  assert.ok(other.told.findings.every(({ skill, kind }) => skill === 'waybill-tracking' && kind === 'test'))
  assert.ok(
    other.told.findings.some(({ what }) => /a call that was kept \(2\): the result is another/.test(what)),
  )
})

test('an upgrade that breaks a skill is stopped by name, until somebody decides otherwise with a reason', async () => {
  await nextVersion(
    "(words, said) => words[0] === '--version' ? '9.0.0' : words[1] === 'api' ? said.replace('\"skillApi\":\"1\"', '\"skillApi\":\"2\"') : said",
  )
  const { status, told } = await check()
  assert.equal(status, 1)
  const [finding] = told.findings
  assert.deepEqual([told.blocking, finding?.skill, finding?.kind], [1, 'waybill-tracking', 'compat'])
  const reason = ['--skill', 'waybill-tracking', '--reason', 'replaced next week']
  const allowed = await house.cli('upgrade', 'allow', finding?.id ?? '', ...reason)
  assert.equal(allowed.status, 0, allowed.stderr)
  const again = await check()
  assert.deepEqual([again.status, again.told.blocking, again.told.findings.length], [0, 0, 1])
})
