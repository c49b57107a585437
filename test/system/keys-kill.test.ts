import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { test } from 'node:test'
import { dataKeysByVersion } from '../../packages/server/src/store/keys/key-standing.ts'
import { KEY_TIMES } from '../../packages/server/src/store/keys/rings.ts'
import { addVersion } from '../../packages/server/src/store/keys/rotation.ts'
import { addAccounts, openKeyGround, readAccount } from './keys-house.ts'

const source = join(import.meta.dirname, '../../packages/server/src')

/** A process of its own that wraps everything anew as fast as it can. */
const WALKING = (data: string, dsn: string, tenant: string): string => `
import { openStore } from '${source}/store/open.ts'
import { rewrapStep } from '${source}/store/keys/rewrap.ts'
import { Secret } from '${source}/kernel/secret.ts'
const { store } = await openStore({ data: '${data}', config: { database: new Secret('${dsn}') } })
for (;;) {
  const step = await store.withTenant({ tenant: '${tenant}' }, (tx) => rewrapStep(tx, { retireAfterMs: 0 }))
  console.log(JSON.stringify(step))
  if (step.kind === 'retired') process.exit(0)
}`

test('whatever kills the wrapping of data keys, the next process goes on where it was, and every row opens all the time', async (t) => {
  const ground = await openKeyGround()
  t.after(() => ground.close())
  const times = { ...KEY_TIMES, lookMs: 50, staleMs: 100, sealAfterMs: 0, retireAfterMs: 0 }
  const { store, keys } = await ground.open({ keyTimes: times })
  const tenant = await ground.newTenant()
  const ids = await addAccounts(store, tenant, 6000)
  await store.withTenant({ tenant }, (tx) => addVersion(tx, keys.roots, times))
  const walker = await ground.directory()
  let kills = 0
  let seen = 0
  for (let isDone = false; !isDone;) {
    const child = spawn(
      process.execPath,
      ['--input-type=module', '-e', WALKING(walker, ground.dsn, tenant)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    let said = ''
    child.stdout.on('data', (part: Buffer) => (said += part.toString()))
    await once(child.stdout, 'data')
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 30))
    if (kills < 4) child.kill('SIGKILL')
    await once(child, 'exit')
    isDone = said.includes('"retired"')
    if (!isDone) kills += 1
    await keys.look()
    for (const at of [0, 1000, 3000, 5999]) {
      const id = ids[at] ?? ''
      assert.equal(await store.withTenant({ tenant }, (tx) => readAccount(tx, id)), id)
    }
    const { rows } = await ground.sql.query<{ rewrapped: string }>(
      'SELECT rewrapped FROM key_rewrap WHERE tenant_id = $1',
      [tenant],
    )
    const rewrapped = Number(rows[0]?.rewrapped)
    assert.ok(rewrapped >= seen)
    seen = rewrapped
  }
  assert.ok(kills > 0, 'every kill came too late')
  assert.equal(seen, ids.length)
  assert.deepEqual([...(await keys.inside(tenant, dataKeysByVersion))], [[2, ids.length]])
})
