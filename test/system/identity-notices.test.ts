import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Ground, Replica } from './identity-house.ts'
import { codeOf, openGround } from './identity-house.ts'

let ground: Ground
before(async () => {
  ground = await openGround()
})
after(() => ground.close())

/** Nobody looks by themselves in this test. */
const NEVER_MS = 3_600_000

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const lets = async (at: Replica, key: string): Promise<boolean> =>
  (await codeOf(() => at.get({ authorization: `Bearer ${key}` }))) === null

test('a replica that listens hears of each change at once, and one that does not hears nothing', async () => {
  const one = await ground.open({ refreshEveryMs: NEVER_MS })
  const wish = { tenant: one.store.home, refreshEveryMs: NEVER_MS }
  const listens = await ground.open(wish)
  const listening = ground.listen({ heard: () => listens.identity.heard(), heardRun() {} })
  try {
    const { id, key } = await one.createKey()
    while (!(await lets(listens, key))) await turn()
    const deaf = await ground.open(wish)
    assert.equal(await lets(deaf, key), true)
    await one.identity.revokeKey(one.operator, id)
    while (await lets(listens, key)) await turn()
    assert.equal(await lets(deaf, key), true)
  } finally {
    await listening.close()
  }
})

test('a review follows every change, however it came to be known', async () => {
  const one = await ground.open({ refreshEveryMs: NEVER_MS })
  const reviewed = Promise.withResolvers<void>()
  one.identity.whenChanged(() => reviewed.resolve())
  await one.createKey()
  await reviewed.promise
})
