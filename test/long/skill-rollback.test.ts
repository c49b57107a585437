import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { SkillHouse } from '../system/skill-house.ts'
import { json, openSkillHouse, packed, until, waybills } from '../system/skill-house.ts'

const SKILL = 'waybill-tracking'
const PATH = `/api/skills/${SKILL}`
const NUMBER = 'YT1234567890123'
const TIMES = 12
const COMMANDS = 3
const TRIALS = 3

let house: SkillHouse
before(async () => {
  house = await openSkillHouse()
  house.parcels.answer((seen, response) => {
    const isBroken = seen.path.includes('/broken/')
    json(isBroken ? {} : { number: NUMBER }, isBroken ? 500 : 200)(seen, response)
  })
  await house.install(waybills(house.parcels.url, { limits: { callsPerMinute: 100_000 } }))
})
after(() => house.close())

const middleOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
const told = (values: readonly number[]): string =>
  `${middleOf(values).toFixed(0)} ms in the median of ${values.length}, ${Math.max(...values).toFixed(0)} ms at most`

const version = async (): Promise<string> => (await house.call(SKILL, 'track', { number: NUMBER })).version

/** Four who go on calling; returns what ends them, with the refusals that they met. */
function callers(): () => Promise<readonly unknown[]> {
  const failures: string[] = []
  const over = new AbortController()
  const all = Array.from({ length: 4 }, async () => {
    while (!over.signal.aborted)
      await version().catch((error: unknown) => {
        failures.push(String(error))
      })
  })
  return async () => {
    over.abort()
    await Promise.all(all)
    return failures
  }
}

/** How long it takes from asking until calls go to this version. */
async function timed(ask: () => Promise<unknown>, wanted: string): Promise<number> {
  const fromMs = performance.now()
  await ask()
  await until(async () => (await version()) === wanted, `the way back to ${wanted}`)
  return performance.now() - fromMs
}

test('the version before is called again within a minute of the wish, and no call fails on the way', async (t) => {
  const more = { limits: { callsPerMinute: 100_000 } }
  const next = packed(waybills(house.parcels.url, more, '1.1.0'))
  await house.me.call('POST', `${PATH}/update`, { bundle: next.bundle })
  assert.equal(await version(), '1.1.0')
  const end = callers()
  const byApi: number[] = []
  for (let at = 0; at < TIMES; at += 1)
    byApi.push(await timed(() => house.me.call('POST', `${PATH}/rollback`), at % 2 === 0 ? '1.0.0' : '1.1.0'))
  const byCommand: number[] = []
  for (let at = 0; at < COMMANDS; at += 1)
    byCommand.push(
      await timed(
        async () => {
          const { status, stderr } = await house.cli('skill', 'rollback', SKILL)
          assert.equal(status, 0, stderr)
        },
        at % 2 === 0 ? '1.0.0' : '1.1.0',
      ),
    )
  const failures = await end()
  assert.deepEqual(failures, [])
  t.diagnostic(`a rollback through the API: ${told(byApi)}; by the command: ${told(byCommand)}`)
})

test('a version that fails is taken back by itself within a minute of its first failure', async (t) => {
  const active = await version()
  const back: number[] = []
  for (let at = 0; at < TRIALS; at += 1) {
    const worse = packed(
      waybills(
        house.parcels.url,
        {
          http: { baseUrl: `${house.parcels.url}/waybills/broken` },
          limits: { callsPerMinute: 100_000 },
        },
        `1.2.${at}`,
      ),
    )
    await house.me.call('POST', `${PATH}/update`, { bundle: worse.bundle, switch: 'keep' })
    await house.me.call('POST', `${PATH}/canary`, { digest: worse.digest, share: 20 })
    let [firstMs, failed] = [0, 0]
    const isTried = async (): Promise<boolean> =>
      (await house.me.call<{ canary: unknown }>('GET', PATH)).canary !== null
    let calls = 0
    while (await isTried()) {
      const fromMs = performance.now()
      for (let call = 0; call < 10; call += 1)
        await version().catch(() => {
          failed += 1
          firstMs ||= fromMs
        })
      calls += 10
      assert.ok(calls < 100_000, 'it was never taken back')
    }
    back.push(performance.now() - firstMs)
    t.diagnostic(`${failed} of ${calls} calls failed before it was taken back`)
    for (let call = 0; call < 20; call += 1) assert.equal(await version(), active)
  }
  t.diagnostic(`taken back by itself, from the first failure on: ${told(back)}`)
  assert.ok(back.every((ms) => ms < 60_000))
})
