import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { SkillReport } from '@freehold/contract/skill-report.ts'
import { RefusedError } from '../../packages/server/src/cli/client.ts'
import { workplace } from '../../packages/server/src/cli/skill-workplace.ts'
import { UsageError } from '../../packages/server/src/cli/terminal.ts'
import { readBundle } from '../../packages/server/src/skills/bundle/bundle.ts'
import { packSkill } from '../../packages/server/src/skills/bundle/pack.ts'
import { checkSkill } from '../../packages/server/src/skills/checking/check-skill.ts'
import { reportDigest } from '../../packages/server/src/skills/checking/report-digest.ts'

const refused = (promise: Promise<unknown>, pattern: RegExp): Promise<void> =>
  assert.rejects(promise, (error: unknown) => error instanceof RefusedError && pattern.test(error.message))
const misused = (promise: Promise<unknown>, pattern: RegExp): Promise<void> =>
  assert.rejects(promise, (error: unknown) => error instanceof UsageError && pattern.test(error.message))

/** A skill of acme, packed, with keys and a trust root. */
async function publisher() {
  const place = workplace()
  const { run } = place
  await run('init acme-orders --publisher acme')
  await run('pack acme-orders --out orders.tar')
  await run('key acme.key root.key house.key')
  await run(
    'trust trust.yaml --root root.key.pub --publisher acme:acme=acme.key.pub --certifier house=house.key.pub',
  )
  return place
}

/** What the check writes about the skill of acme, with something of it changed. */
async function reportOn(cwd: string, changed: Partial<SkillReport> = {}): Promise<void> {
  const checked = readBundle((await packSkill(join(cwd, 'acme-orders'))).bytes)
  const report = { ...checkSkill(checked, { scanner: '0.1.0' }), ...changed }
  writeFileSync(join(cwd, 'report.json'), JSON.stringify({ ...report, digest: reportDigest(report) }))
}

test('a skill goes from its folder to whoever looks for it, signed and certified', async () => {
  const { cwd, run, told } = await publisher()
  await refused(run('verify orders.tar --trust trust.yaml --policy signed'), /not signed by its publisher/)
  await run('sign orders.tar --key acme.key')
  assert.match(
    (await run('verify orders.tar --trust trust.yaml --policy signed')).out,
    /is signed, published by acme/,
  )
  await refused(run('verify orders.tar --trust trust.yaml'), /is not certified/)
  await reportOn(cwd)
  await run('sign orders.tar --key house.key --certifier house --report report.json --days 30')
  assert.equal((await told('verify orders.tar --trust trust.yaml'))['level'], 'certified')
  for (const repository of ['oci-layout:repository', 'tar:stick.tar']) {
    await run(`index init ${repository} --key root.key`)
    assert.equal((await told(`publish orders.tar --to ${repository}`))['statements'], 2)
    const where = `${repository} acme-orders@0.1.0 --trust trust.yaml --key root.key`
    await run(`index add ${where}`)
    const found = await run(`search ORDER --in ${repository} --trust trust.yaml`)
    assert.match(found.out, /acme-orders +0\.1\.0 +http +acme/)
    assert.equal(
      (await run(`search nothing like it --in ${repository} --trust trust.yaml`)).out,
      'Nothing.\n',
    )
    await run(`index revoke ${where} --reason 'it leaks'`)
    assert.match((await run(`search --in ${repository} --trust trust.yaml`)).out, /REVOKED: it leaks/)
    await refused(run(`index add ${where}`), /was revoked on .*: it leaks/)
    await run(`index remove ${where}`)
    assert.equal((await run(`search --in ${repository} --trust trust.yaml`)).out, 'Nothing.\n')
  }
})

test('whoever runs a repository gives it other keys, signs it again, and carries it to a stick', async () => {
  const { run, told } = await publisher()
  const at = 'oci-layout:repository --trust trust.yaml'
  await run('sign orders.tar --key acme.key')
  const begun = await run('index init oci-layout:repository --key root.key --days timestamp=3')
  assert.match(begun.out, /root: \{"threshold":1,"keys":\["ed25519:/)
  await run('publish orders.tar --to oci-layout:repository')
  await refused(run(`index add ${at} acme-orders@0.1.0 --key root.key`), /is not certified/)
  await run(`index add ${at} acme-orders@0.1.0 --key root.key --policy signed`)
  await run('key online.key')
  await run('key second.key')
  await run(
    `index rotate ${at} --key root.key --key online.key --key second.key --timestamp online.key.pub --root root.key.pub --root second.key.pub --threshold root=2`,
  )
  assert.deepEqual((await told(`index refresh ${at} --key online.key`))['roles'], ['timestamp'])
  await refused(
    run(`index refresh ${at} --key acme.key`),
    /Nothing is written: timestamp .* needs 1 of these keys/,
  )
  await refused(
    run(`index rotate ${at} --key root.key --targets acme.key.pub`),
    /Nothing is written: root .* needs 2 of/,
  )
  assert.match(
    (await run('index mirror oci-layout:repository tar:stick.tar --trust trust.yaml')).out,
    /stick\.tar: 1/,
  )
  const shown = await told('index show tar:stick.tar --trust trust.yaml')
  const roles = shown['roles'] as readonly {
    readonly role: string
    readonly version: number
    readonly threshold: number
  }[]
  assert.deepEqual(
    roles.map(({ role, version, threshold }) => [role, version, threshold]),
    [
      ['root', 2, 2],
      ['targets', 3, 1],
      ['snapshot', 3, 1],
      ['timestamp', 4, 1],
    ],
  )
  assert.match((await run('search orders --in tar:stick.tar --trust trust.yaml')).out, /acme-orders/)
})

test('where several must sign for the keys, the root goes from one to the next', async () => {
  const { run, told } = await publisher()
  for (const name of ['one', 'two']) await run(`key ${name}.key`)
  const both = '--root one.key.pub --root two.key.pub --threshold root=2'
  const begin = `index init tar:stick.tar --key one.key ${both}`
  await refused(run(begin), /Nothing is written: root version 1 needs 2 of/)
  await run(`${begin} --draft root.json`)
  const { signatures } = await told('index cosign root.json --key two.key')
  assert.equal((signatures as readonly string[]).length, 2)
  await run('index init tar:stick.tar --signed root.json --key one.key')
  await run('trust both.yaml --root one.key.pub --root two.key.pub --threshold 2')
  const at = 'tar:stick.tar --trust both.yaml'
  await run(`index rotate ${at} --key two.key --root two.key.pub --draft next.json`)
  await refused(run(`index rotate ${at} --signed next.json`), /Nothing is written: root version 2 needs 2 of/)
  await run('index cosign next.json --key one.key')
  await run(`index rotate ${at} --signed next.json`)
  assert.match((await run(`index show ${at}`)).out, /root version 2, .* signed by 1 of/)
})

test('nothing that is there is written over without a word, and keys never', async () => {
  const { cwd, run } = await publisher()
  await misused(run('pack acme-orders --out orders.tar'), /there already; --force/)
  assert.match(
    (await run('pack acme-orders --out orders.tar --force')).out,
    /orders\.tar: acme-orders 0\.1\.0/,
  )
  await misused(run('key acme.key'), /there already; take another name/)
  await misused(run('trust trust.yaml'), /there already; --force/)
  assert.equal(statSync(join(cwd, 'acme.key')).mode & 0o777, 0o600)
  assert.deepEqual(
    readdirSync(cwd).filter((name) => name.endsWith('.new')),
    [],
  )
  await run('sign orders.tar --key acme.key')
  await run('publish orders.tar --to oci-layout:repository')
  writeFileSync(join(cwd, 'acme-orders/more.md'), 'x')
  await run('pack acme-orders --out orders.tar --force')
  await refused(
    run('publish orders.tar --to oci-layout:repository'),
    /published there with other bytes. Raise the version/,
  )
})

test('a certificate needs the report of this bundle, and a person where the check asks for one', async () => {
  const { cwd, run } = await publisher()
  const certify = 'sign orders.tar --key house.key --certifier house --report report.json'
  await reportOn(cwd, { verdict: 'block' })
  await refused(run(certify), /its check says block/)
  await refused(run(`${certify} --accept 'I think it is fine'`), /its check says block/)
  await reportOn(cwd, { verdict: 'review' })
  await refused(run(certify), /leaves it to a person/)
  await run(`${certify} --accept 'Read every line of it'`)
  await run('sign orders.tar --key acme.key')
  assert.match((await run('verify orders.tar --trust trust.yaml')).out, /is certified/)
  writeFileSync(join(cwd, 'acme-orders/more.md'), 'x')
  await reportOn(cwd)
  await refused(run(certify), /The report is about sha256:/)
  const report = readFileSync(join(cwd, 'report.json'), 'utf8')
  writeFileSync(
    join(cwd, 'report.json'),
    report.replace('"verdict":"review"', '"verdict":"pass"').replace('"unlisted":0', '"unlisted":1'),
  )
  await refused(run(certify), /was changed after the check/)
  writeFileSync(join(cwd, 'report.json'), '{}')
  await refused(run(certify), /version/)
})

test('a key may have a passphrase, which comes from a file or the environment', async () => {
  const { cwd, run } = workplace({ FREEHOLD_SKILL_PASSPHRASE: 'from the environment' })
  writeFileSync(join(cwd, 'words'), 'from a file\n')
  await run('init acme-orders --publisher acme')
  await run('pack acme-orders --out orders.tar')
  await run('key one.key')
  await run('key two.key --passphrase-file words')
  await run('sign orders.tar --key one.key')
  await run('sign orders.tar --key two.key --passphrase-file words')
  await refused(run('sign orders.tar --key two.key'), /does not open/)
  assert.match(readFileSync(join(cwd, 'two.key'), 'utf8'), /ENCRYPTED/)
  execFileSync('openssl', ['pkey', '-in', 'one.key', '-passin', 'pass:from the environment', '-noout'], {
    cwd,
  })
})

const withoutBox = spawnSync('bwrap', ['--version']).status !== 0 && 'needs bubblewrap'
for (const [kind, skip] of [
  ['code', false],
  ['workflow', false],
  ['mcp', withoutBox],
] as const)
  test(`the tests of a new skill of kind ${kind} pass where they run`, { skip }, async () => {
    const { run, told } = workplace()
    await run(`init first-one --kind ${kind}`)
    const { passed, results } = await told('test first-one')
    assert.equal(passed, 2, JSON.stringify(results))
  })
