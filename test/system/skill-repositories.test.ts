import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { join } from 'node:path'
import { workplace } from '../../packages/server/src/cli/skill-workplace.ts'
import { systemClock } from '../../packages/server/src/kernel/clock.ts'
import { createDialler } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import { Repositories } from '../../packages/server/src/skills/repositories.ts'
import { readEnvelopes } from '../../packages/server/src/skills/signing/envelope.ts'
import { run, serverEntry } from './house.ts'
import { startRegistry, withoutRegistry } from './skill-registry.ts'

const isolated = process.getuid?.() === 0 && spawnSync('unshare', ['-n', 'true']).status === 0

/** A repository with one signed skill in it, by the commands that people type. */
async function publishedAt(repository: string) {
  const place = workplace()
  const { run: type } = place
  await type('init acme-orders --publisher acme')
  await type('pack acme-orders --out orders.tar')
  for (const name of ['acme', 'root']) await type(`key ${name}.key`)
  await type('trust trust.yaml --root root.key.pub --publisher acme:acme=acme.key.pub')
  await type('sign orders.tar --key acme.key')
  await type(`index init ${repository} --key root.key`)
  await type(`publish orders.tar --to ${repository}`)
  await type(`index add ${repository} acme-orders@0.1.0 --trust trust.yaml --key root.key --policy signed`)
  return place
}

const settingOf = (url: string, cwd: string, name = 'house') => ({
  name,
  url,
  trust: join(cwd, 'trust.yaml'),
  user: null,
  password: null,
  ca: null,
  hosts: [],
})

const refused = (promise: Promise<unknown>, pattern: RegExp): Promise<void> =>
  assert.rejects(promise, (error: unknown) => error instanceof Fault && pattern.test(error.message))

const repositoriesOf = (cwd: string, settings: readonly ReturnType<typeof settingOf>[]): Repositories =>
  new Repositories({
    settings,
    directory: join(cwd, 'believed'),
    dialler: createDialler(),
    clock: systemClock,
  })

test(
  'a server believes and drops skills by what its repositories say, and keeps what it knows while they are away',
  { skip: withoutRegistry },
  async (t) => {
    const registry = await startRegistry()
    t.after(() => registry.stop())
    const url = `oci+http://${registry.host}/acme/skills`
    const { cwd, run: type } = await publishedAt(url)
    const first = repositoriesOf(cwd, [settingOf(url, cwd)])
    const { bytes, verified } = await first.fetch({ name: 'acme-orders' }, 'signed')
    assert.deepEqual([verified.level, verified.publisher], ['signed', 'acme'])
    await refused(first.fetch({ name: 'acme-orders', version: '0.1.0' }, 'certified'), /not certified/)
    await refused(
      first.fetch({ name: 'acme-orders', version: '9.0.0' }, 'dev'),
      /There is no acme-orders 9\.0\.0\. It was looked for in what comes along, the repository/,
    )
    const envelopes = readEnvelopes(readFileSync(join(cwd, 'orders.tar.intoto.jsonl'), 'utf8'))
    assert.equal((await first.judge(bytes, envelopes, 'signed')).level, 'signed')
    await refused(first.judge(bytes, [], 'signed'), /not signed/)
    const subject = { name: 'acme-orders', digest: verified.skill.digest }
    assert.equal(await first.revoked(subject), null)
    const revoke = `index revoke ${url} acme-orders@0.1.0 --trust trust.yaml --key root.key`
    await type(`${revoke} --reason 'it leaks'`)
    await first.refresh(assert.ifError)
    assert.equal((await first.revoked(subject))?.reason, 'it leaks')
    for (const policy of ['dev', 'signed'] as const)
      await refused(first.judge(bytes, envelopes, policy), /was revoked on .*: it leaks/)
    await registry.stop()
    const errors: unknown[] = []
    await first.refresh((error) => void errors.push(error))
    assert.ok(errors[0] instanceof Fault && errors[0].code === 'upstream_down')
    assert.equal((await first.revoked(subject))?.reason, 'it leaks')
    await first.close()
    // A server that starts while they are away knows what the last one knew.
    const second = repositoriesOf(cwd, [settingOf(url, cwd)])
    assert.equal((await second.revoked(subject))?.reason, 'it leaks')
    await second.close()
  },
)

test('without a repository nothing is believed, and with several what one proves is enough', async () => {
  const { cwd } = await publishedAt('oci-layout:repository')
  const other = await publishedAt('oci-layout:repository')
  const both = repositoriesOf(cwd, [
    settingOf(`oci-layout:${other.cwd}/repository`, other.cwd, 'other'),
    settingOf(`oci-layout:${cwd}/repository`, cwd),
  ])
  const bytes = readFileSync(join(cwd, 'orders.tar'))
  const envelopes = readEnvelopes(readFileSync(join(cwd, 'orders.tar.intoto.jsonl'), 'utf8'))
  assert.equal((await both.judge(bytes, envelopes, 'signed')).level, 'signed')
  await both.close()
  const none = repositoriesOf(cwd, [])
  await refused(none.judge(bytes, envelopes, 'signed'), /unknown here|not signed/)
  assert.equal((await none.judge(bytes, envelopes, 'dev')).level, 'dev')
  await refused(none.fetch({ name: 'acme-orders' }, 'dev'), /names no repository/)
})

test(
  'with the network unplugged a stick is enough',
  { skip: isolated ? false : 'needs root and network namespaces (unshare -n)' },
  async () => {
    const { cwd, run: type } = await publishedAt('oci-layout:repository')
    await type('index mirror oci-layout:repository tar:stick.tar --trust trust.yaml')
    const words = (line: string) => line.split(' ').map((word) => word.replace('./', `${cwd}/`))
    const alone = (line: string) =>
      run('unshare', ['-n', process.execPath, serverEntry, ...words(`skill ${line}`)], {
        env: { XDG_STATE_HOME: `${cwd}/alone` },
      })
    const found = await alone('search --in tar:./stick.tar --trust ./trust.yaml --json')
    assert.equal(found.status, 0, found.stderr)
    assert.match(found.stdout, /"name":"acme-orders"/)
    const verified = await alone('verify ./orders.tar --trust ./trust.yaml --policy signed')
    assert.equal(verified.status, 0, verified.stderr)
  },
)
