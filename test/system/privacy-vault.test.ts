import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { removeOlder } from '../../packages/server/src/audit/keeping/kept.ts'
import {
  createStoredVault,
  eraseConversation,
  oldVault,
} from '../../packages/server/src/gateway/desensitise/stored-vault.ts'
import type { Vault } from '../../packages/server/src/privacy/vault/vault.ts'
import type { TenantId } from '../../packages/server/src/store/store.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import type { OpenedStore } from './cluster.ts'
import { addTenant, asSuperuser, openTestStore } from './cluster.ts'
import { managedModel, openGateway } from './gateway-house.ts'
import { captureServer } from './gateway-upstream.ts'
import { preparedData } from './house.ts'

const data = mkdtempSync(join(tmpdir(), 'fh-'))
let opened: OpenedStore
let vault: Vault<TenantId>
let theirs: TenantId

before(async () => {
  opened = await openTestStore(data)
  vault = createStoredVault(opened.store)
  theirs = tenantId(await addTenant(data))
})
after(async () => {
  await opened.close()
  rmSync(data, { recursive: true, force: true })
})

const kept = { nonce: 'k7f2', minted: [{ placeholder: '[EMAIL_k7f2_1]', value: 'anna@canary.example' }] }
const more = {
  nonce: 'k7f2',
  minted: [...kept.minted, { placeholder: '[EMAIL_k7f2_2]', value: 'bob@canary.example' }],
}
const ours = (conversation: string, principal = 'p1') => ({
  tenant: opened.store.home,
  principal,
  conversation,
})

test('what is kept is read by nobody but the principal and tenant whose conversation it is', async () => {
  assert.deepEqual(await vault.read(ours('a')), { kept: null, version: 0 })
  assert.equal(await vault.write(ours('a'), kept, 0), true)
  assert.deepEqual(await vault.read(ours('a')), { kept, version: 1 })
  assert.equal((await vault.read(ours('a', 'p2'))).kept, null)
  assert.equal((await vault.read(ours('b'))).kept, null)
  assert.equal((await vault.read({ ...ours('a'), tenant: theirs })).kept, null)
  // Two pairs that read alike when they are put together.
  assert.equal((await vault.read({ ...ours('2 a'), principal: 'p1' })).kept, null)
})

test('whoever writes on an older state is told, and nothing is lost', async () => {
  assert.equal(await vault.write(ours('race'), kept, 0), true)
  assert.equal(await vault.write(ours('race'), kept, 0), false)
  assert.equal(await vault.write(ours('race'), more, 1), true)
  assert.equal(await vault.write(ours('race'), kept, 1), false)
  assert.deepEqual(await vault.read(ours('race')), { kept: more, version: 2 })
})

test('nothing of it stands in the database in clear, and a row that was moved does not open', async () => {
  await vault.write(ours('sealed'), kept, 0)
  await vault.write(ours('other'), more, 0)
  const found = await asSuperuser(data, async (client) => {
    const { rows } = await client.query('SELECT * FROM privacy_vault')
    await client.query(
      'UPDATE privacy_vault a SET minted_sealed = b.minted_sealed FROM privacy_vault b WHERE a.version = 1 AND b.version = 1 AND a.conversation_index <> b.conversation_index',
    )
    return JSON.stringify(
      rows.map((row: Record<string, unknown>) =>
        Object.values(row).map((value) => (Buffer.isBuffer(value) ? value.toString('latin1') : value)),
      ),
    )
  })
  assert.doesNotMatch(found, /canary|k7f2|sealed|EMAIL/)
  await assert.rejects(vault.read(ours('sealed')))
})

const BY = { actor: 'p1', request: 'req_000000000000000000000001' }

test('a conversation can be forgotten, and is when nothing new came for long enough', async () => {
  await vault.write(ours('gone'), kept, 0)
  await vault.write(ours('kept'), kept, 0)
  assert.equal(await eraseConversation(opened.store, ours('gone'), BY), true)
  assert.equal(await eraseConversation(opened.store, ours('gone'), BY), false)
  assert.equal((await vault.read(ours('gone'))).kept, null)
  const unused = async (nowMs: number) =>
    (await removeOlder(opened.store, oldVault, { days: 1, nowMs })).removed
  assert.equal(await unused(Date.now()), 0)
  assert.notEqual((await vault.read(ours('kept'))).kept, null)
  assert.ok((await unused(Date.now() + 2 * 86_400_000)) > 0)
  assert.equal((await vault.read(ours('kept'))).kept, null)
})

test('a named conversation keeps its placeholders over requests that share no words, over many at once, and over a restart', async (t) => {
  const cloud = await captureServer()
  const home = await preparedData()
  const config = {
    targets: [managedModel(cloud.url)],
    routes: [{ when: { class: ['public'] }, to: ['cloud'] }],
    classes: { found: { default: 'public' } },
  }
  let house = await openGateway(config, { data: home, key: ['--class', 'public'] })
  t.after(async () => {
    await house.close()
    await cloud.close()
  })
  const key = house.apiKey
  const say = async (content: string, conversation: string, apiKey = key): Promise<readonly string[]> => {
    const response = await house.post(
      '/v1/chat/completions',
      { model: 'm', messages: [{ role: 'user', content }] },
      { 'x-freehold-conversation': conversation, authorization: `Bearer ${apiKey}` },
    )
    assert.equal(response.status, 200, await response.text())
    const words = content.split(' ')[0] ?? ''
    const seen = cloud.seen.map(({ body }) => body.toString()).find((body) => body.includes(words)) ?? ''
    assert.doesNotMatch(seen, /canary/)
    return seen.match(/\[EMAIL_[a-z2-7]{4}_\d+\]/g) ?? []
  }
  const [anna] = await say('first anna@canary.example', 'one')
  assert.deepEqual(await say('second bob@canary.example anna@canary.example', 'one'), [
    anna?.replace('_1]', '_2]'),
    anna,
  ])
  const many = await Promise.all(
    Array.from({ length: 8 }, (_, at) => say(`many${at}. c${at}@canary.example anna@canary.example`, 'one')),
  )
  assert.equal(new Set(many.map(([own]) => own)).size, 8)
  assert.deepEqual(new Set(many.map(([, again]) => again)), new Set([anna]))
  const foreign = await house.key('--name', 'foreign', '--class', 'public')
  assert.notDeepEqual(await say('third anna@canary.example', 'one', foreign), [anna])
  await house.stop()
  house = await openGateway(config, { data: home, key: ['--class', 'public'] })
  assert.deepEqual(await say('fourth anna@canary.example', 'one'), [anna])
})
