import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'

export type LifeStage = 'starting' | 'ready' | 'draining' | 'stopped'

/** What a probe's caller gets: a status and a small JSON body without anything to learn about the content. */
export interface HealthAnswer {
  readonly status: 200 | 503
  readonly body: Readonly<Record<string, unknown>>
}

export interface Health {
  readonly stage: () => LifeStage
  /** Stages only go forward; a step back is a bug. */
  readonly enter: (stage: Exclude<LifeStage, 'starting'>) => void
  /** Whether the event loop turns. Looks at nothing outside, or a blink of the database would restart every replica. */
  readonly livez: () => Promise<HealthAnswer>
  /** Whether new work may be sent here. */
  readonly readyz: () => Promise<HealthAnswer>
  readonly startupz: () => HealthAnswer
}

interface HealthOptions {
  /** Whether the database answers. May be slow or throw: both count as no. */
  readonly probe: () => Promise<boolean>
  readonly probeTimeoutMs?: number
  /** Failed probes in a row until not ready. */
  readonly failures?: number
  /** Good probes in a row until ready again. */
  readonly successes?: number
  readonly clock?: Clock
  /** Told when the verdict on the database changes. */
  readonly changed?: (reachable: boolean) => void
  /** The same of an object store; null where there is none. */
  readonly blobs?: Required<Pick<HealthOptions, 'probe' | 'changed'>> | null
}

const ORDER: readonly LifeStage[] = ['starting', 'ready', 'draining', 'stopped']
/** Probes come from anyone, unidentified: however many ask, the database is asked once a second at most. */
const KEEP_VERDICT_MS = 1000

const verdict = (isReachable: boolean): string => (isReachable ? 'ok' : 'unreachable')

const answer = (isGood: boolean, body: HealthAnswer['body']): HealthAnswer => ({
  status: isGood ? 200 : 503,
  body,
})

async function answersWithin(timeoutMs: number, probe: () => Promise<boolean>): Promise<boolean> {
  const { promise: tooLate, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => resolve(false), timeoutMs)
  try {
    return await Promise.race([probe().catch(() => false), tooLate])
  } finally {
    clearTimeout(timer)
  }
}

/** Remembers the verdict on something that blinks: it turns only after several equal probes in a row. */
export function steadyProbe(options: HealthOptions): () => Promise<boolean> {
  const { probe, probeTimeoutMs = 1000, failures = 3, successes = 2, clock = systemClock, changed } = options
  let isReachable = true
  let opposite = 0
  let askedAt = Number.NEGATIVE_INFINITY
  let asking: Promise<boolean> | null = null

  async function ask(): Promise<boolean> {
    const isGood = await answersWithin(probeTimeoutMs, probe)
    opposite = isGood === isReachable ? 0 : opposite + 1
    if (opposite >= (isReachable ? failures : successes)) {
      isReachable = isGood
      opposite = 0
      changed?.(isGood)
    }
    return isReachable
  }

  return async () => {
    const age = clock.now() - askedAt
    if (asking === null && age >= 0 && age < KEEP_VERDICT_MS) return isReachable
    if (asking === null) askedAt = clock.now()
    asking ??= ask().finally(() => (asking = null))
    return await asking
  }
}

/** The state behind the three probes of architecture and Kubernetes: alive, ready, started. */
export function createHealth(options: HealthOptions): Health {
  const isReachable = steadyProbe(options)
  const { blobs = null, ...timing } = options
  const areBlobsReachable = blobs === null ? null : steadyProbe({ ...timing, ...blobs })
  let stage: LifeStage = 'starting'
  return {
    stage: () => stage,
    enter(next) {
      if (ORDER.indexOf(next) < ORDER.indexOf(stage))
        throw new Error(`health cannot go from ${stage} to ${next}`)
      stage = next
    },
    async livez() {
      // The caller's own time-out is the measure: an event loop that stands still does not come back here.
      await new Promise((resolve) => setImmediate(resolve))
      return answer(true, { status: 'alive' })
    },
    async readyz() {
      if (stage !== 'ready') return answer(false, { status: stage })
      const [database, objects] = await Promise.all([isReachable(), areBlobsReachable?.()])
      // The probe took time: draining may have begun meanwhile.
      if (stage !== 'ready') return answer(false, { status: stage })
      const reachable = database && objects !== false
      return answer(reachable, {
        status: reachable ? 'ready' : 'waiting',
        checks: { database: verdict(database), ...(objects !== undefined && { blobs: verdict(objects) }) },
      })
    },
    startupz: () => answer(stage !== 'starting', { status: stage === 'starting' ? 'starting' : 'started' }),
  }
}
