import { isDeepStrictEqual } from 'node:util'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { RouteInput } from '@freehold/contract/routing.ts'
import type { ShadowDifference, ShadowOutcome, shadowState } from '@freehold/contract/shadow.ts'
import type { z } from 'zod'
import type { Attempt, Routing } from './routing.ts'
import type { InForce } from './settings.ts'
import { routeViews } from './views.ts'

/** Where a request goes by one list of rules, with all that bounds its caller. */
export interface Side {
  readonly rule: string | null
  readonly attempts: readonly Attempt[]
  /** The code of its refusal. */
  readonly refused: string | null
}

/** Of each outcome. */
const MOST_SAMPLES = 20
/** Nothing was compared yet. */
export const NONE: Readonly<Record<ShadowOutcome, number>> = {
  same: 0,
  other_target: 0,
  other_handling: 0,
  would_refuse: 0,
  would_answer: 0,
  would_leave: 0,
  would_stay: 0,
  failed: 0,
}

interface Trial {
  readonly routes: readonly RouteInput[]
  readonly sinceMs: number
  readonly counts: Record<ShadowOutcome, number>
  /** The newest last. */
  readonly samples: Map<ShadowOutcome, ShadowDifference[]>
}

interface ShadowOptions {
  readonly nowMs: () => number
  readonly counted: (outcome: ShadowOutcome) => void
}

interface Seen {
  readonly request: string
  readonly class: DataClass
  /** Where it goes by a routing; called for both. @throws what cannot be compared */
  sideOf(routing: Routing): Side
}

/** Rules on trial: what they would have made of each request, counted and never acted upon. */
export class Shadow {
  readonly #options: ShadowOptions
  #routing: Routing | null = null
  #trial: Trial | null = null

  constructor(options: ShadowOptions) {
    this.#options = options
  }

  /** Goes on counting where the rules on trial are still the same. */
  use({ shadow, settings }: Pick<InForce, 'shadow' | 'settings'>): void {
    const routes = settings.shadow
    this.#routing = shadow?.routing ?? null
    if (routes === null) this.#trial = null
    else if (this.#trial === null || !isDeepStrictEqual(this.#trial.routes, routes)) {
      this.#trial = { routes, sinceMs: this.#options.nowMs(), counts: { ...NONE }, samples: new Map() }
    }
  }

  /** Whether anything is on trial. */
  get isSet(): boolean {
    return this.#routing !== null
  }

  /** Never throws. */
  see(inForce: Routing, seen: Seen): void {
    const candidate = this.#routing
    const trial = this.#trial
    if (candidate === null || trial === null) return
    const outcome = this.#compared(trial, { inForce, candidate, seen })
    trial.counts[outcome] += 1
    this.#options.counted(outcome)
  }

  #compared(trial: Trial, { inForce, candidate, seen }: Comparing): ShadowOutcome {
    try {
      const was = seen.sideOf(inForce)
      const wouldBe = seen.sideOf(candidate)
      const outcome = outcomeOf(was, wouldBe)
      if (outcome !== 'same') this.#keep(trial, { seen, outcome, was, wouldBe })
      return outcome
    } catch {
      // A trial never costs a request its answer; the count says that something was wrong with it.
      return 'failed'
    }
  }

  state({ version, file, settings, shadow }: InForce): z.output<typeof shadowState> {
    const trial = this.#trial
    if (trial === null || shadow === null || settings.shadow === null) return { version, shadow: null }
    const shown = { file, settings: { ...settings, routes: settings.shadow }, problems: shadow.problems }
    return {
      version,
      shadow: {
        routes: routeViews(shown).filter(({ origin }) => origin === 'settings'),
        since: new Date(trial.sinceMs).toISOString(),
        counts: { ...trial.counts },
        differing: [...trial.samples.values()].flatMap((samples) => samples.toReversed()),
      },
    }
  }

  #keep(trial: Trial, { seen, outcome, was, wouldBe }: Compared): void {
    const samples = trial.samples.get(outcome) ?? []
    trial.samples.set(outcome, samples)
    if (samples.length >= MOST_SAMPLES) samples.shift()
    samples.push({
      request: seen.request,
      at: new Date(this.#options.nowMs()).toISOString(),
      class: seen.class,
      outcome,
      was: shownSide(was),
      wouldBe: shownSide(wouldBe),
    })
  }
}

interface Comparing {
  readonly inForce: Routing
  readonly candidate: Routing
  readonly seen: Seen
}

interface Compared {
  readonly seen: Seen
  readonly outcome: ShadowOutcome
  readonly was: Side
  readonly wouldBe: Side
}

/** What leaves counts more than where it goes, and where it goes more than how. */
export function outcomeOf(was: Side, wouldBe: Side): ShadowOutcome {
  if (was.refused !== null && wouldBe.refused !== null) return 'same'
  if (wouldBe.refused !== null) return 'would_refuse'
  const leaving = leavingOf(wouldBe) - leavingOf(was)
  if (leaving > 0) return 'would_leave'
  if (was.refused !== null) return 'would_answer'
  if (leaving < 0) return 'would_stay'
  if (!isDeepStrictEqual(was.attempts.map(placeOf), wouldBe.attempts.map(placeOf))) return 'other_target'
  return isDeepStrictEqual(was.attempts.map(handlingOf), wouldBe.attempts.map(handlingOf))
    ? 'same'
    : 'other_handling'
}

/** 0: nothing can leave. 1: where others fail. 2: at once. */
function leavingOf({ attempts }: Side): number {
  if (attempts[0]?.zone === 'managed') return 2
  return attempts.some(({ zone }) => zone === 'managed') ? 1 : 0
}

const nameOf = (attempt: Attempt): string => (attempt.target === 'local' ? 'local' : attempt.target.name)
const placeOf = (attempt: Attempt) => [nameOf(attempt), attempt.model]
/** At home nothing is desensitised, whatever the rule says. */
const handlingOf = (attempt: Attempt) =>
  attempt.zone === 'managed' ? [attempt.desensitise, attempt.opaque] : null

/** A side as it is told. */
export const shownSide = ({ rule, attempts, refused }: Side): ShadowDifference['was'] => ({
  rule,
  targets: attempts.map(nameOf),
  refused,
})
