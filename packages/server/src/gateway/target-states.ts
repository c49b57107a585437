import type { Metrics } from '../kernel/metrics.ts'
import type { Circuits } from './circuits.ts'
import type { Routing } from './routing/routing.ts'
import type { Targets } from './targets.ts'

/** How targets are doing, as this process sees it. */
export interface TargetStates {
  circuitsOf: Circuits['of']
  inFlight(target: string): number
}

interface Watched {
  readonly circuits: Circuits
  readonly targets: Targets
  readonly routing: () => Routing
  readonly metrics: Metrics
}

/** Also shows them as metrics. */
export function openTargetStates({ circuits, targets, routing, metrics }: Watched): TargetStates {
  const inFlight = metrics.gauge('freehold_target_in_flight')
  const drained = metrics.gauge('freehold_target_drained')
  let shown = new Set<string>()
  metrics.beforeRender(() => {
    const known = routing().targets
    shown = new Set([...shown, ...known.keys()])
    for (const target of shown) {
      inFlight.bind({ target }).set(targets.inFlight(target))
      drained.bind({ target }).set(known.get(target)?.drained ? 1 : 0)
    }
  })
  return {
    circuitsOf: (target, isKnown) => circuits.of(target, isKnown),
    inFlight: (target) => targets.inFlight(target),
  }
}
