import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { Dictionaries } from '../../packages/server/src/gateway/dictionaries/dictionaries.ts'
import type { KeptTerms } from '../../packages/server/src/gateway/dictionaries/known-terms.ts'
import { localOperator } from '../../packages/server/src/identity/local-operator.ts'
import { DictionaryMaker } from '../../packages/server/src/privacy/dictionary/dictionary-maker.ts'
import { Scanning } from '../../packages/server/src/privacy/mask/scanning.ts'
import type { Store, TenantId } from '../../packages/server/src/store/store.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import type { OpenedStore } from './cluster.ts'
import { addTenant, asSuperuser, openTestStore } from './cluster.ts'
import { preparedData } from './house.ts'

let data: string
let opened: OpenedStore
before(async () => {
  data = await preparedData()
  opened = await openTestStore(data)
})
after(async () => {
  await opened.close()
  await rm(data, { recursive: true, force: true })
})

const newTenant = async (): Promise<TenantId> => tenantId(await addTenant(data))

/** The dictionaries of one process over the shared database. */
function replica(
  store: Pick<Store, 'isSeparate' | 'withTenant'> = opened.store,
  kept: Partial<KeptTerms> = {},
) {
  const told = new EventTarget()
  const seen = { applied: 0, failed: 0, idle: 0, full: 0 }
  let nowMs = 0
  const tell = (what: keyof typeof seen): void => {
    seen[what] += 1
    told.dispatchEvent(new Event('told'))
  }
  const dictionaries = new Dictionaries({
    store,
    maker: new DictionaryMaker(),
    pollMs: 20,
    nowMs: () => nowMs,
    kept: () => ({ idleMs: 60_000, mostBytes: 1e9, ...kept }),
    dropped: tell,
    applied: () => tell('applied'),
    failed: () => tell('failed'),
  })
  const scanning = new Scanning(
    { id: 'none', detect: () => [] },
    { termsOf: (tenant) => dictionaries.of(tenantId(tenant)) },
  )
  return {
    dictionaries,
    seen,
    later: (ms: number): void => {
      nowMs += ms
    },
    /** What of a text is found for a tenant. */
    found: async (tenant: TenantId, text: string): Promise<readonly string[]> => {
      const { found } = await scanning.read(tenant, [{ value: text, role: 'text', key: null }])
      const [spans = []] = found
      return spans.map(({ start, end }) => text.slice(start, end))
    },
    /** Resolves when the claim is true, which is looked at whenever something was heard. */
    async until(isTrue: () => boolean): Promise<void> {
      while (!isTrue()) {
        await new Promise<void>((resolve) => told.addEventListener('told', () => resolve(), { once: true }))
      }
    },
    put: (tenant: TenantId, name: string, ...values: readonly (string | readonly string[])[]) =>
      dictionaries.put(localOperator(tenant), { name, request: 'req_1' }, csv(values.flat())),
  }
}

const csv = (values: readonly string[]) => ({ csv: Buffer.from(`value\n${values.join('\n')}`) })
/** Long enough to be remembered. */
const TEXT = `the quiet heron and the loud bittern, ${'which are both birds. '.repeat(10)}`

test('terms of a tenant are looked for in its own texts alone', async () => {
  const [one, two] = [await newTenant(), await newTenant()]
  const { dictionaries, found, put } = replica()
  await put(one, 'birds', 'quiet heron')
  await put(two, 'birds', 'loud bittern')
  assert.deepEqual([await found(one, TEXT), await found(two, TEXT)], [['quiet heron'], ['loud bittern']])
  assert.deepEqual(await found(await newTenant(), TEXT), [])
  const page = { name: 'birds', request: 'req_2', limit: 10 }
  const { entries } = await dictionaries.read(localOperator(two), page)
  assert.deepEqual(
    entries.map(({ value }) => value),
    ['loud bittern'],
  )
  await dictionaries.close()
})

test('a term that one tenant wrote does not open for another, even moved into its row', async () => {
  const [one, two] = [await newTenant(), await newTenant()]
  const { dictionaries, put } = replica()
  await put(one, 'birds', 'quiet heron')
  await put(two, 'birds', 'loud bittern')
  await asSuperuser(data, (sql) =>
    sql.query(
      `UPDATE dictionary SET (dek, terms_sealed) = (SELECT dek, terms_sealed FROM dictionary WHERE tenant_id = $1)
       WHERE tenant_id = $2`,
      [one, two],
    ),
  )
  await assert.rejects(dictionaries.read(localOperator(two), { name: 'birds', request: 'req_2', limit: 10 }))
  const other = replica()
  await assert.rejects(other.found(two, TEXT), /dictionaries cannot be read/)
  await Promise.all([dictionaries.close(), other.dictionaries.close()])
})

test('terms that nobody needs for a while are let go, and read again for whoever needs them', async () => {
  const [one, two] = [await newTenant(), await newTenant()]
  const { dictionaries, seen, found, put, later } = replica()
  await put(one, 'birds', 'quiet heron')
  await put(two, 'birds', 'loud bittern')
  const both = dictionaries.bytes
  assert.deepEqual([dictionaries.count, both > 0], [2, true])
  later(50_000)
  assert.deepEqual(await found(two, TEXT), ['loud bittern'])
  later(20_000)
  await dictionaries.follow()
  assert.deepEqual([seen.idle, dictionaries.count, dictionaries.bytes < both], [1, 1, true])
  assert.deepEqual(await found(one, `again: ${TEXT}`), ['quiet heron'])
  assert.deepEqual([dictionaries.count, dictionaries.bytes, seen.failed], [2, both, 0])
  await dictionaries.close()
})

test('terms have so much memory and no more: those used longest ago are let go', async () => {
  const tenants = [await newTenant(), await newTenant(), await newTenant()] as const
  const writer = replica()
  for (const tenant of tenants) await writer.put(tenant, 'birds', 'quiet heron', 'loud bittern')
  const each = writer.dictionaries.bytes / 3
  await writer.dictionaries.close()
  const { dictionaries, seen, found, later } = replica(opened.store, { mostBytes: each * 2.5 })
  for (const tenant of [...tenants, tenants[2], tenants[0]]) {
    assert.deepEqual(await found(tenant, TEXT), ['quiet heron', 'loud bittern'])
    assert.ok(dictionaries.bytes <= each * 2.5)
    later(1)
  }
  // The first made room for the third, and the second for the first.
  assert.deepEqual([seen.full, seen.applied, dictionaries.count], [2, 4, 4])
  await dictionaries.close()
  const small = replica(opened.store, { mostBytes: 1 })
  assert.deepEqual(await small.found(tenants[0], TEXT), ['quiet heron', 'loud bittern'])
  assert.deepEqual([small.dictionaries.count, small.seen.full], [2, 0])
  await small.dictionaries.close()
})

test('what one process changes is followed by another, and what it remembers of texts is read again', async () => {
  const tenant = await newTenant()
  const [here, there] = [replica(), replica()]
  assert.deepEqual(await there.found(tenant, TEXT), [])
  await here.put(tenant, 'birds', 'quiet heron')
  await there.until(() => there.seen.applied === 1)
  assert.deepEqual(await there.found(tenant, TEXT), ['quiet heron'])
  await here.put(tenant, 'more', 'loud bittern')
  await there.until(() => there.seen.applied === 2)
  assert.deepEqual(await there.found(tenant, TEXT), ['quiet heron', 'loud bittern'])
  await here.dictionaries.delete(localOperator(tenant), { name: 'birds', request: 'req_2' })
  await there.until(() => there.seen.applied === 3)
  assert.deepEqual(await there.found(tenant, TEXT), ['loud bittern'])
  assert.deepEqual(here.seen.failed + there.seen.failed, 0)
  await Promise.all([here.dictionaries.close(), there.dictionaries.close()])
})

test('a database that does not answer is an error and never an empty dictionary', async () => {
  const tenant = await newTenant()
  let isDown = true
  const { dictionaries, found, put, seen } = replica({
    isSeparate: () => false,
    withTenant: (context, fn) =>
      isDown ? Promise.reject(new Error('down')) : opened.store.withTenant(context, fn),
  })
  await assert.rejects(found(tenant, TEXT), { code: 'stays_home' })
  assert.equal(seen.failed, 1)
  isDown = false
  await put(tenant, 'birds', 'quiet heron')
  assert.deepEqual(await found(tenant, TEXT), ['quiet heron'])
  await dictionaries.close()
})

test('changes that arrive together are all kept, and bounds hold for all of them', async () => {
  const tenant = await newTenant()
  const [here, there] = [replica(), replica()]
  const name = (at: number): string => `d${at}`
  const writes = Array.from({ length: 12 }, (_, at) =>
    (at % 2 === 0 ? here : there).put(tenant, name(at), `quiet heron ${at}`),
  )
  await Promise.all(writes)
  await here.dictionaries.follow()
  const both = `quiet heron 4, quiet heron 11`
  assert.deepEqual(await here.found(tenant, both), ['quiet heron 4', 'quiet heron 11'])
  const half = Array.from({ length: 101_000 }, (_, at) => `bird ${at}`)
  await here.put(tenant, 'many', half)
  await assert.rejects(there.put(tenant, 'too-many', half), /may have 200000 values/)
  assert.equal((await here.dictionaries.list(localOperator(tenant))).length, 13)
  await Promise.all([here.dictionaries.close(), there.dictionaries.close()])
})
