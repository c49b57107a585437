import assert from 'node:assert/strict'
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import type { kekStatus } from '@freehold/contract/kek.ts'
import type { z } from 'zod'
import { Speaker } from './ask.ts'
import { openStreet } from './budget-houses.ts'
import { addTenant, asSuperuser } from './cluster.ts'
import type { House } from './house.ts'
import { freehold, open, preparedData, remove } from './house.ts'
import { openVault } from './key-services.ts'

type Status = z.output<typeof kekStatus> & { readonly path?: string }

const status = async (house: House, ...args: readonly string[]): Promise<Status> => {
  const { stdout, stderr, status: code } = await house.cli('kek', 'status', '--json', ...args)
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout)
}

async function until<T>(look: () => Promise<T | null | false>): Promise<T> {
  for (;;) {
    const seen = await look()
    if (seen !== null && seen !== false) return seen
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const LEAN = { FREEHOLD_KNOWLEDGE__GUIDE: 'false' }

interface Ran {
  readonly done: number
  readonly failed: readonly string[]
}

/** Adds, reads and searches documents through both houses until it is stopped. */
function traffic(speakers: readonly Speaker[], collection: string, signal: AbortSignal): Promise<Ran> {
  const failed: string[] = []
  let done = 0
  const go = async (speaker: Speaker, other: Speaker): Promise<void> => {
    for (let n = 0; !signal.aborted; n += 1) {
      const text = `The lamp number ${n} is green.`
      const calls = [
        () =>
          speaker.api('POST', `/api/collections/${collection}/documents`, {
            documents: [{ id: `d${n % 20}`, title: 'Lamp', text }],
          }),
        // What one process sealed a moment ago the other one opens.
        () => other.api('GET', `/api/collections/${collection}/documents`),
        () => other.api('POST', '/api/keys', { name: `key ${n}` }),
        () => other.api('GET', '/api/keys'),
      ]
      for (const call of calls) {
        const { status: code, body } = await call()
        if (code >= 300) failed.push(`${code} ${JSON.stringify(body)}`)
        done += 1
      }
      await new Promise((resolve) => setTimeout(resolve, 25))
    }
  }
  const [first, second] = speakers
  assert.ok(first && second)
  return Promise.all([go(first, second), go(second, first)]).then(() => ({ done, failed }))
}

interface AuditPage {
  readonly data: readonly { readonly action: string; readonly detail: unknown }[]
  readonly next: string | null
}

/** The newest event of an action, however many others came after it. */
async function newest(speaker: Speaker, action: string): Promise<AuditPage['data'][number] | undefined> {
  for (let after: string | null = ''; after !== null;) {
    const query: string = after === '' ? '' : `&after=${after}`
    const page: AuditPage = (await speaker.api<AuditPage>('GET', `/api/audit?limit=200${query}`)).body
    const found = page.data.find((event) => event.action === action)
    if (found !== undefined) return found
    after = page.next
  }
  return undefined
}

test('the key of two running houses is rotated while people work, and not one request fails', async (t) => {
  const street = await openStreet({ limits: {} })
  t.after(() => street.close())
  const one = await street.open()
  const other = await street.open()
  const key = await one.key('--scope', '*')
  const speakers = [new Speaker(one.url, key), new Speaker(other.url, key)]
  const collection = await speakers[0]?.collection('Shelf')
  assert.ok(collection)
  await until(async () => (await speakers[1]?.documents(collection))?.status === 200)
  const stop = new AbortController()
  const running = traffic(speakers, collection, stop.signal)
  const rotated = await one.cli('kek', 'rotate', '--wait', '--json')
  const after = await status(other, '--count')
  stop.abort()
  const { done, failed } = await running
  assert.equal(rotated.status, 0, rotated.stderr)
  assert.equal(JSON.parse(rotated.stdout).version, 2)
  assert.deepEqual(failed, [])
  assert.ok(done > 20, `${done}`)
  t.diagnostic(`${done} requests`)
  const [home] = after.data
  assert.deepEqual(
    home?.versions.map(({ version }) => version),
    [1, 2],
  )
  assert.equal(home?.rewrap?.state, 'kept')
  const { versions } = (await status(one, '--count')).data[0] ?? {}
  assert.equal(versions?.[0]?.dataKeys, 0)
  assert.ok((versions?.[1]?.dataKeys ?? 0) > 5)
  const text = (await one.cli('kek', 'status')).stdout
  assert.match(text, /Root key: file, [\da-f]{16}\./)
  assert.match(text, /\(home\) +1 +\S+ +opens only.*\n.*2 +\S+ +seals/)
  const event = await newest(new Speaker(one.url, key), 'tenant_key.rotated')
  assert.deepEqual(event?.detail, { version: 2 })
  assert.match(await one.metrics(), /freehold_keys_rewrapped_total \d+/)
})

test('a root key is moved to a Vault although the server is killed on the way, and then the file is not needed any more', async (t) => {
  const vault = await openVault({ token: 'a-token', key: 'house', delayMs: 25 })
  const data = await preparedData()
  const file = join(data, 'freehold.yaml')
  const configure = (keys: object): void =>
    writeFileSync(file, JSON.stringify({ listen: '127.0.0.1:0', knowledge: { guide: false }, keys }))
  const atVault = {
    provider: 'vault-transit',
    vault: { address: vault.url, key: 'house', token: '${env:VAULT_TOKEN}' },
  }
  const env = { VAULT_TOKEN: 'a-token' }
  const start = (): Promise<House> => open({ data, args: ['--config', file], env })
  configure({ next: atVault })
  let house = await start()
  t.after(async () => {
    await house.stop()
    await vault.close()
    await remove(data)
  })
  const key = await house.key('--scope', '*')
  const collection = await new Speaker(house.url, key).collection('Shelf')
  const tenants = 30
  for (let n = 1; n < tenants; n += 1) await addTenant(data)
  const roots = (): Promise<Record<string, number>> =>
    asSuperuser(data, async (client) => {
      const { rows } = await client.query<{ root_key: string; n: number }>(
        'SELECT root_key, count(*)::integer AS n FROM tenant_key GROUP BY 1',
      )
      return Object.fromEntries(rows.map((row) => [row.root_key.slice(0, 5), row.n]))
    })
  await until(async () => Object.values(await roots())[0] === 2 * tenants)
  const before = vault.calls
  const begun = await house.cli('kek', 'rotate', '--root', '--json')
  assert.equal(begun.status, 0, begun.stderr)
  await until(async () => vault.calls - before > 12)
  await house.kill()
  house = await start()
  const halfway = await roots()
  assert.equal(Object.keys(halfway).length, 2, JSON.stringify(halfway))
  // Both root keys open what they wrapped, and the move goes on by itself.
  assert.equal((await new Speaker(house.url, key).documents(collection)).status, 200)
  const moved = await house.cli('kek', 'rotate', '--root', '--wait')
  assert.match(moved.stdout, /Every key is under it/)
  assert.deepEqual(await roots(), { vault: 2 * tenants })
  const { body } = await new Speaker(house.url, key).api<{ data: { action: string }[] }>(
    'GET',
    '/api/audit?limit=50',
  )
  const actions = body.data.map(({ action }) => action)
  assert.deepEqual(
    actions.filter((action) => action.startsWith('root_key')),
    ['root_key.moved', 'root_key.move_started'],
  )
  await house.stop()

  configure({})
  const without = await freehold(['up', '--data', data, '--config', file], env)
  assert.deepEqual(
    [without.status, /encrypted under root key vault-transit:transit\/house/.test(without.stderr)],
    [5, true],
    without.stderr,
  )
  configure(atVault)
  renameSync(join(data, 'keys', 'root.key'), join(data, 'old.key'))
  house = await start()
  assert.equal((await new Speaker(house.url, key).documents(collection)).status, 200)
  assert.equal(existsSync(join(data, 'keys', 'root.key')), false)
  assert.equal((await status(house)).path, undefined)

  // A Vault that goes away later: what is open goes on, what needs it is told so, and it is there again afterwards.
  vault.refusing = { status: 503 }
  assert.equal((await new Speaker(house.url, key).documents(collection)).status, 200)
  const refused = await house.cli('kek', 'rotate')
  assert.deepEqual([refused.status, /does not answer as it should/.test(refused.stderr)], [1, true])
  vault.refusing = null
  await until(async () => (await house.cli('kek', 'rotate')).status === 0)
  assert.doesNotMatch(house.output(), /a-token/)
})

test('a tenant is shredded by its name said twice; the house itself only by its flag, and it never starts again', async (t) => {
  const data = await preparedData()
  const house = await open({ data, env: LEAN })
  t.after(async () => {
    await house.stop()
    await remove(data)
  })
  const key = await house.key('--scope', '*')
  const speaker = new Speaker(house.url, key)
  const collection = await speaker.collection('Shelf')
  const tenant = await addTenant(data)
  const { data: all } = await status(house)
  const home = all.find((one) => one.home)?.tenant ?? ''
  const shred = (...args: readonly string[]) => house.cli('kek', 'shred', ...args)
  const cases = [
    [['--tenant', tenant], 2, /name the tenant twice/],
    [['--tenant', 'x', '--confirm', 'x'], 2, /--tenant must be the id/],
    [['--tenant', tenant, '--confirm', home], 1, /the id to confirm with/i],
    [['--tenant', home, '--confirm', home], 1, /without which the platform cannot run/],
    [['--tenant', crypto.randomUUID(), '--confirm', tenant], 1, /no such tenant/],
    [['--tenant', tenant, '--confirm', tenant, '--wait'], 2, /--wait does not belong/],
  ] as const
  for (const [args, code, words] of cases) {
    const ran = await shred(...args)
    assert.deepEqual([ran.status, words.test(ran.stderr)], [code, true], ran.stderr)
  }
  assert.equal((await speaker.documents(collection)).status, 200)
  const gone = await shred('--tenant', tenant, '--confirm', tenant, '--json')
  assert.equal(gone.status, 0, gone.stderr)
  assert.equal(JSON.parse(gone.stdout).tenant, tenant)
  assert.match((await house.cli('kek', 'status')).stdout, new RegExp(`${tenant} .*destroyed \\d{4}-`))
  assert.equal((await shred('--tenant', tenant, '--confirm', tenant)).status, 1)
  assert.equal((await speaker.documents(collection)).status, 200)
  const { body } = await speaker.api<{ data: { action: string; subject: string }[] }>(
    'GET',
    '/api/audit?limit=50',
  )
  assert.deepEqual(
    body.data.filter(({ action }) => action === 'tenant_key.shredded').map(({ subject }) => subject),
    [tenant],
  )

  assert.equal((await shred('--tenant', home, '--confirm', home, '--home')).status, 0)
  assert.notEqual((await speaker.documents(collection)).status, 200)
  await house.stop()
  const again = await freehold(['up', '--data', data, '--listen', '127.0.0.1:0'])
  assert.deepEqual(
    [again.status, /were destroyed \(freehold kek shred\)/.test(again.stderr)],
    [5, true],
    again.stderr,
  )
  const event = await openRecord(data)
  assert.equal(event, 2)
})

/** How many events of destruction the record holds, read from the stopped house's files by its own PostgreSQL. */
async function openRecord(data: string): Promise<number> {
  const { startCluster } = await import('../../packages/server/src/store/supervisor/cluster.ts')
  const cluster = await startCluster({ data, onEvent: () => undefined })
  try {
    return await asSuperuser(data, async (client) => {
      const { rowCount } = await client.query("SELECT FROM audit_event WHERE action = 'tenant_key.shredded'")
      return rowCount ?? 0
    })
  } finally {
    await cluster.stop()
  }
}
