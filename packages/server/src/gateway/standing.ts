import type { LocalModelProblem } from '@freehold/contract/local-model-problems.ts'
import type { targetStanding } from '@freehold/contract/routing.ts'
import type { z } from 'zod'
import type { Metrics } from '../kernel/metrics.ts'
import type { Load } from './balance/load.ts'
import type { Circuits } from '../kernel/circuits.ts'
import type { Routing } from './routing/routing.ts'
import type { Targets } from './targets.ts'

type TargetStanding = z.output<typeof targetStanding>
/** How it goes at a target. `isKnown` tells names of the configuration from the clients' text. */
export type Standing = (target: string, isKnown: (model: string) => boolean) => TargetStanding

interface Watched {
  readonly targets: Targets
  readonly circuits: Circuits
  readonly metrics: Metrics
  readonly routing: () => Routing
}

/** What this process knows of each target, for whoever asks and for the metrics. */
export function createStanding({ targets, circuits, metrics, routing }: Watched): Standing {
  const gauges = {
    inFlight: metrics.gauge('freehold_target_in_flight'),
    healthy: metrics.gauge('freehold_target_healthy'),
    ejected: metrics.gauge('freehold_target_ejected'),
    share: metrics.gauge('freehold_target_share'),
    drained: metrics.gauge('freehold_target_drained'),
  }
  let shown = new Set<string>()
  metrics.beforeRender(() => {
    const names = targets.names()
    // One that is gone must not be shown as it was for ever, nor raise an alarm.
    for (const target of new Set([...names, ...shown])) {
      const state = targets.stateOf(target)
      const loads = [...(state?.loads.values() ?? [])]
      gauges.inFlight.bind({ target }).set(targets.inFlight(target))
      gauges.drained.bind({ target }).set(routing().targets.get(target)?.drained ? 1 : 0)
      gauges.healthy.bind({ target }).set(state?.health === 'unhealthy' ? 0 : 1)
      gauges.ejected.bind({ target }).set(loads.filter((load) => load.ejectedForMs() > 0).length)
      gauges.share
        .bind({ target })
        .set(state === null ? 0 : Math.min(1, ...loads.map((load) => load.share())))
    }
    shown = new Set(names)
  })
  return (target, isKnown) => {
    const state = targets.stateOf(target)
    return {
      circuits: circuits.of(target, isKnown),
      inFlight: targets.inFlight(target),
      health: state?.health ?? 'unprobed',
      ...(state?.unusable && unusableOf(state.unusable)),
      load: [...(state?.loads ?? [])].map(([model, load]) => viewOf(model, load, isKnown)),
    }
  }
}

const unusableOf = ({ code, params, message }: LocalModelProblem) => ({
  unusable: message,
  unusableRemark: { code, params },
})

function viewOf(
  model: string,
  load: Load,
  isKnown: (model: string) => boolean,
): TargetStanding['load'][number] {
  const measured = (streams: boolean): number | null => Math.round(load.firstByteMs(streams)) || null
  return {
    model: model === '' ? null : isKnown(model) ? model : '*',
    inFlight: load.inFlight,
    firstByteMs: { stream: measured(true), whole: measured(false) },
    failing: Number(load.failing.toFixed(2)),
    share: Number(load.share().toFixed(2)),
    ejectedForMs: Math.ceil(load.ejectedForMs()) || null,
  }
}
