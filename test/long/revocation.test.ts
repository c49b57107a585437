import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { after, before, test } from 'node:test'
import type { Replicas, Stream } from '../system/revocation-house.ts'
import { bearer, begin, openReplicas } from '../system/revocation-house.ts'
import { openSocket } from '../system/socket-client.ts'

const ROUNDS = Number(process.env['LONG_ROUNDS'] ?? 200)
const MOST_MS = 5000
/** How long a key lives that is to run out: everything is opened by then. */
const OPENING_MS = 4000

let all: Replicas
before(async () => {
  all = await openReplicas()
})
after(() => all.close())

/** Milliseconds from the call that revokes to the end of the stream at its target, here and on the other replica. */
async function measured(
  rounds: number,
  isTold: boolean,
): Promise<{ readonly here: number[]; readonly there: number[] }> {
  const took = { here: [] as number[], there: [] as number[] }
  for (let round = 0; round < rounds; round += 1) {
    const key = await all.makeKey()
    const headers = bearer(key)
    const streams = [
      await begin(all, all.here, { headers }),
      await begin(all, all.there, { headers }),
    ] as const
    if (!isTold) await all.sql.query('ALTER TABLE api_key DISABLE TRIGGER tell_identity')
    const fromMs = performance.now()
    const ended = async ({ seen, over }: Stream): Promise<number> => {
      await Promise.all([seen.left, over])
      return performance.now() - fromMs
    }
    const both = Promise.all(streams.map(ended))
    await all.revoke(key.id)
    const [here = Infinity, there = Infinity] = await both
    if (!isTold) await all.sql.query('ALTER TABLE api_key ENABLE TRIGGER tell_identity')
    took.here.push(here)
    took.there.push(there)
  }
  return took
}

function told(t: TestContext, what: string, times: readonly number[]): number {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.ceil(sorted.length * share) - 1] ?? Infinity
  const [p50, p99, most] = [at(0.5), at(0.99), at(1)].map(Math.round)
  t.diagnostic(`${what}: ${times.length} ends, p50 ${p50} ms, p99 ${p99} ms, at most ${most} ms`)
  return at(0.99)
}

/** Milliseconds from the moment at which a key runs out. */
async function expired(rounds: number): Promise<readonly number[]> {
  const took: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    const untilMs = Date.now() + OPENING_MS
    const headers = bearer(await all.makeKey({ expiresAt: new Date(untilMs).toISOString() }))
    const streams = [await begin(all, all.here, { headers }), await begin(all, all.there, { headers })]
    const sockets = await Promise.all(
      ['/v1/responses', '/v1/realtime?model=speech', '/api/ws'].map((path) =>
        openSocket(all.there.url + path, { headers }),
      ),
    )
    const ends = [
      ...streams.map(({ seen, over }) => Promise.all([seen.left, over])),
      ...sockets.map(({ closed }) => closed),
    ]
    took.push(...(await Promise.all(ends.map((end) => end.then(() => Date.now() - untilMs)))))
  }
  return took
}

test('what a key has open ends within five seconds after it runs out', async (t) => {
  const took = await expired(Math.ceil(ROUNDS / 10))
  const p99 = told(t, 'streams and WebSockets of two replicas, when their key runs out', took)
  assert.ok(Math.min(...took) >= 0 && p99 < MOST_MS)
})

test('a revocation ends open streams on every replica within five seconds', async (t) => {
  const { here, there } = await measured(ROUNDS, true)
  const p99 = Math.max(told(t, 'the same process', here), told(t, 'the other replica, told', there))
  const polled = await measured(Math.ceil(ROUNDS / 10), false)
  const slow = told(t, 'the other replica, by looking', polled.there)
  assert.ok(Math.max(p99, slow) < MOST_MS)
})
