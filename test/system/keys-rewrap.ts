import { PAUSE } from '../../packages/server/src/ops/keys/upkeep.ts'
import { uuidV7 } from '../../packages/server/src/kernel/ids.ts'
import { rewrapStep } from '../../packages/server/src/store/keys/rewrap.ts'
import { KEY_TIMES } from '../../packages/server/src/store/keys/rings.ts'
import { addVersion } from '../../packages/server/src/store/keys/rotation.ts'
import { addAccounts, openKeyGround, readAccount } from './keys-house.ts'

export interface RewrapReport {
  readonly rewrapped: number
  /** With the pauses that the program makes, and without. */
  readonly seconds: number
  readonly busySeconds: number
  /** Of this process, with everybody who read and wrote meanwhile. */
  readonly cpuSeconds: number
  readonly requests: number
  readonly failures: readonly string[]
}

/** Wraps so many data keys anew while two processes write and read. */
export async function rewrapReport(count: number): Promise<RewrapReport> {
  const ground = await openKeyGround()
  try {
    const times = { ...KEY_TIMES, lookMs: 100, staleMs: 300, sealAfterMs: 600 }
    const one = await ground.open({ keyTimes: times })
    const other = await ground.open({ keyTimes: times })
    const tenant = await ground.newTenant()
    const ids: string[] = []
    // Not in one transaction: making so many takes longer than one may be idle.
    while (ids.length < count)
      ids.push(...(await addAccounts(one.store, tenant, Math.min(2000, count - ids.length))))
    await one.store.withTenant({ tenant }, (tx) => addVersion(tx, one.keys.roots, times))
    const over = new AbortController()
    const failures: string[] = []
    let requests = 0
    const traffic = [one, other].map(async ({ store }, at) => {
      for (let n = at; !over.signal.aborted; n += 1) {
        try {
          const id = ids[(n * 7919) % ids.length] ?? ''
          const read = await store.withTenant({ tenant }, (tx) => readAccount(tx, id))
          if (read !== id) failures.push('another text')
          const fresh = uuidV7()
          await store.withTenant({ tenant }, (tx) => addAccounts(tx, tenant, [fresh]))
          await (at === 0 ? other : one).store.withTenant({ tenant }, (tx) => readAccount(tx, fresh))
          requests += 3
        } catch (error) {
          failures.push(String(error))
        }
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    })
    const startedMs = performance.now()
    const from = process.cpuUsage()
    let busyMs = 0
    for (;;) {
      const fromMs = performance.now()
      const step = await one.store.withTenant({ tenant }, (tx) => rewrapStep(tx, times))
      const tookMs = performance.now() - fromMs
      busyMs += tookMs
      if (step.kind === 'waiting') break
      await new Promise((resolve) => setTimeout(resolve, step.kind === 'idle' ? 50 : tookMs * PAUSE))
    }
    const seconds = (performance.now() - startedMs) / 1000
    over.abort()
    const { user, system } = process.cpuUsage(from)
    await Promise.all(traffic)
    const { rows } = await ground.sql.query<{ n: string }>(
      "SELECT count(*) AS n FROM account WHERE tenant_id = $1 AND substring(dek FROM 4 FOR 4) = '\\x00000002' AND id = ANY ($2)",
      [tenant, ids],
    )
    return {
      rewrapped: Number(rows[0]?.n),
      seconds,
      busySeconds: busyMs / 1000,
      cpuSeconds: (user + system) / 1e6,
      requests,
      failures,
    }
  } finally {
    await ground.close()
  }
}
