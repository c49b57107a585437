import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'
import { join } from 'node:path'
import { workplace } from '../../packages/server/src/cli/skill-workplace.ts'
import { systemClock } from '../../packages/server/src/kernel/clock.ts'
import { createDialler } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import { openRepositories } from '../../packages/server/src/skills/skill-repositories.ts'
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

test(
  'a server finds, verifies and drops skills by what its repositories say, and keeps what it knows while they are away',
  { skip: withoutRegistry },
  async (t) => {
    const registry = await startRegistry()
    t.after(() => registry.stop())
    const url = `oci+http://${registry.host}/acme/skills`
    const { cwd, run: type } = await publishedAt(url)
    const ports = { dialler: createDialler(), clock: systemClock, directory: join(cwd, 'believed') }
    const open = () => openRepositories([settingOf(url, cwd)], ports)
    const first = await open()
    assert.deepEqual(first.search(''), [])
    assert.deepEqual(await first.refresh(), [])
    assert.deepEqual(
      first.search('orders').map(({ repository, name }) => [repository, name]),
      [['house', 'acme-orders']],
    )
    const { bytes, envelopes, listed } = await first.fetch('acme-orders', null)
    assert.equal(first.verify(bytes, envelopes, 'signed').publisher, 'acme')
    assert.throws(() => first.verify(bytes, envelopes, 'certified'), /not certified/)
    assert.throws(() => first.verify(bytes, [], 'signed'), /not signed/)
    assert.equal(first.named('house').judge({ bytes, envelopes, listed }, 'signed').level, 'signed')
    assert.equal(first.isRevoked(listed), null)
    await type(`index revoke ${url} acme-orders@0.1.0 --trust trust.yaml --key root.key --reason 'it leaks'`)
    assert.deepEqual(await first.refresh(), [])
    assert.equal(first.isRevoked(listed)?.reason, 'it leaks')
    for (const policy of ['dev', 'signed'] as const)
      assert.throws(() => first.verify(bytes, envelopes, policy), /was revoked on .*: it leaks/)
    await registry.stop()
    const [unread] = await first.refresh()
    assert.deepEqual([unread?.repository, unread?.fault.code], ['house', 'upstream_down'])
    assert.equal(first.isRevoked(listed)?.reason, 'it leaks')
    await first.close()
    // A server that starts while they are away knows what the last one knew.
    const second = await open()
    assert.equal((await second.refresh()).length, 1)
    assert.equal(second.search('orders').length, 1)
    assert.equal(second.isRevoked(listed)?.reason, 'it leaks')
    await second.close()
  },
)

test('without a repository nothing is believed, and with several what one proves is enough', async () => {
  const { cwd } = await publishedAt('oci-layout:repository')
  const other = await publishedAt('oci-layout:repository')
  const ports = { dialler: createDialler(), clock: systemClock, directory: join(cwd, 'believed') }
  const both = await openRepositories(
    [
      settingOf(`oci-layout:${other.cwd}/repository`, other.cwd, 'other'),
      settingOf(`oci-layout:${cwd}/repository`, cwd),
      settingOf(`oci-layout:${cwd}/none`, cwd, 'none'),
    ],
    ports,
  )
  assert.deepEqual(
    (await both.refresh()).map(({ repository, fault }) => [repository, fault.code]),
    [['none', 'not_found']],
  )
  const { listed, bytes, envelopes } = await both.named('house').fetch('acme-orders')
  assert.equal(both.verify(bytes, envelopes, 'signed').level, 'signed')
  await assert.rejects(both.fetch('acme-orders', '9.0.0'), /No repository lists acme-orders 9\.0\.0/)
  assert.throws(() => both.named('nobody'), Fault)
  const none = await openRepositories([], ports)
  assert.throws(() => none.verify(bytes, envelopes, 'signed'), Fault)
  assert.equal(none.verify(bytes, envelopes, 'dev').level, 'dev')
  assert.equal(none.isRevoked(listed), null)
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
