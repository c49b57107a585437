import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { SkillReport } from '@freehold/contract/skill-report.ts'
import { skillInstallation, skillUpdate } from '@freehold/contract/skills.ts'
import { workplace } from '../../packages/server/src/cli/skill-workplace.ts'
import { systemCaller } from '../../packages/server/src/identity/local-operator.ts'
import { systemClock } from '../../packages/server/src/kernel/clock.ts'
import { createDialler } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { checkSkill } from '../../packages/server/src/skills/checking/check-skill.ts'
import { Installing } from '../../packages/server/src/skills/installed/installing.ts'
import { createJudge, readSkill } from '../../packages/server/src/skills/installed/judging.ts'
import { KnownSkills } from '../../packages/server/src/skills/installed/known-skills.ts'
import { Repositories } from '../../packages/server/src/skills/repositories.ts'
import { BuiltInSkills } from '../../packages/server/src/skills/shop/built-in.ts'
import type { TenantId } from '../../packages/server/src/store/store.ts'
import type { OpenedStore } from './cluster.ts'
import { openTestStore } from './cluster.ts'
import { packed, waybills } from './skill-house.ts'

const data = mkdtempSync(join(tmpdir(), 'fh-'))
let opened: OpenedStore
let tenant: TenantId
/** Two processes on one database, as far as they know skills. */
let here: KnownSkills
let there: KnownSkills
let installing: Installing
before(async () => {
  opened = await openTestStore(data, { poolSize: 2 })
  const { store } = opened
  tenant = store.home
  const known = () =>
    new KnownSkills({ store, readBundle: readSkill, gone() {}, letGo: async () => undefined })
  here = known()
  there = known()
  installing = new Installing({
    store,
    platform: '1.0.0',
    readBundle: readSkill,
    async judge({ bundle = '' }) {
      const bytes = Buffer.from(bundle, 'base64')
      const skill = readSkill(bytes)
      const report: SkillReport = checkSkill(skill, { scanner: 'tests' })
      return { skill, bytes, level: 'certified', report, source: 'sent' }
    },
    prove: async () => undefined,
    changed: (changed) => here.refresh(changed),
  })
})
after(async () => {
  await opened.close()
  rmSync(data, { recursive: true, force: true })
})

const by = () => ({ caller: systemCaller(tenant), commit: { request: 'req_tests' } })
const isUsable = async (known: KnownSkills): Promise<boolean> =>
  (await known.of(tenant)).get('waybill-tracking')?.active?.isUsable ?? false

test('what a repository has revoked ends calls in another process as soon as that looks, and not before', async () => {
  const { bundle, digest } = packed(waybills('http://127.0.0.1:9'))
  await installing.install(by(), skillInstallation.parse({ bundle, approve: true }))
  assert.deepEqual([await isUsable(here), await isUsable(there)], [true, true])
  const ended = (await there.of(tenant)).get('waybill-tracking')?.active?.ended
  await installing.revokeListed(tenant, async (one) =>
    one.digest === digest ? { reason: 'it leaks' } : null,
  )
  // The other process has not looked: with this net off it would go on calling.
  assert.deepEqual([await isUsable(here), await isUsable(there), ended?.aborted], [false, true, false])
  await there.follow(tenant)
  assert.deepEqual([await isUsable(there), ended?.aborted], [false, true])
})

test('another version is compared as it is in this house, and not as its author left it', async () => {
  const place = (host: string) => ({ host, ports: [443], methods: ['GET', 'POST'], zone: 'private' })
  const version = (number: string, written: string, usual: string) =>
    packed({
      manifest: {
        ...waybills('https://one.example.org').manifest,
        metadata: {
          name: 'settled',
          version: number,
          publisher: 'acme',
          title: 'Settled',
          description: 'Where parcels are',
          licence: 'MIT',
        },
        settings: [{ name: 'host', title: 'Host', type: 'host', default: usual }],
        http: { baseUrl: `https://${written}` },
        permissions: { network: [place(written)] },
        tests: [],
      },
    }).bundle
  const values = { host: 'own.example.org' }
  const wish = {
    bundle: version('1.0.0', '{setting.host}', 'one.example.org'),
    approve: true,
    settings: { values },
  }
  await installing.install(by(), skillInstallation.parse(wish))
  const update = async (bundle: string): Promise<string | null> =>
    (await installing.update(by(), 'settled', skillUpdate.parse({ bundle }))).version
  // Another default is no other host here; a host that is written down is.
  assert.equal(await update(version('1.1.0', '{setting.host}', 'two.example.org')), '1.1.0')
  assert.equal(await update(version('1.2.0', 'three.example.org', 'two.example.org')), '1.1.0')
})

test('another version is looked for where the one that is called came from, and where that was is said', async (t) => {
  const { cwd, run: type } = workplace()
  await type('init acme-orders --publisher acme')
  for (const name of ['acme', 'root']) await type(`key ${name}.key`)
  await type('trust trust.yaml --root root.key.pub --publisher acme:acme=acme.key.pub')
  const manifest = join(cwd, 'acme-orders/skill.yaml')
  const publish = async (place: string, version: string): Promise<void> => {
    const written = readFileSync(manifest, 'utf8').replace(/version: \S+?(?=[,\n ])/, `version: ${version}`)
    writeFileSync(manifest, written)
    await type(`pack acme-orders --out ${version}.tar --force`)
    await type(`sign ${version}.tar --key acme.key`)
    await type(`publish ${version}.tar --to ${place}`)
    await type(`index add ${place} acme-orders@${version} --trust trust.yaml --key root.key --policy signed`)
  }
  const at = (name: string): string => `oci-layout:${join(cwd, name)}`
  for (const name of ['first', 'second']) await type(`index init ${at(name)} --key root.key`)
  await publish(at('first'), '0.1.0')
  await publish(at('second'), '0.1.0')
  const settings = ['first', 'second'].map((name) => ({
    name,
    url: at(name),
    trust: join(cwd, 'trust.yaml'),
    user: null,
    password: null,
    ca: null,
    hosts: [],
  }))
  const dialler = createDialler()
  const repositories = new Repositories({ settings, directory: join(cwd, 'b'), dialler, clock: systemClock })
  t.after(() => repositories.close())
  const shop = new Installing({
    store: opened.store,
    platform: '1.0.0',
    readBundle: readSkill,
    judge: createJudge({
      repositories,
      builtIn: new BuiltInSkills(),
      check: async (bytes) => checkSkill(readSkill(bytes), { scanner: 'tests' }),
    }),
    prove: async () => undefined,
    changed: (changed) => here.refresh(changed),
  })
  await shop.setPolicy(by(), 'signed')
  const name = 'acme-orders'
  const update = async (more: object = {}) => {
    const { versions } = await shop.update(by(), name, skillUpdate.parse({ approve: true, ...more }))
    return versions.map(({ version, source }) => `${version} ${source}`).toSorted()
  }
  await shop.install(by(), skillInstallation.parse({ name, from: 'second', approve: true }))
  await assert.rejects(
    update(),
    /The newest acme-orders of the repository "second" is 0\.1\.0, which is there/,
  )
  await publish(at('first'), '0.3.0')
  await publish(at('second'), '0.2.0')
  // The first repository has a newer one, but it is not where this one came from.
  assert.deepEqual(await update(), ['0.1.0 second', '0.2.0 second'])
  assert.deepEqual(await update({ from: 'first' }), ['0.1.0 second', '0.2.0 second', '0.3.0 first'])
  await assert.rejects(update({ version: '9.0.0' }), /no acme-orders 9\.0\.0\. .*the repository "first"/)
  await assert.rejects(
    update({ from: 'second', version: '9.0.0' }),
    /It was looked for in the repository "second"/,
  )
  // A file says nothing of where the next one is: then every place is asked, and named.
  await assert.rejects(
    shop.update(by(), 'waybill-tracking', skillUpdate.parse({ name: 'waybill-tracking' })),
    /no waybill-tracking\. .*what comes along, the repository "first", the repository "second"/,
  )
})
