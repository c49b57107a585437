import { boundOnce } from '../kernel/metrics.ts'
import { Circuits } from '../kernel/circuits.ts'
import type { GatewayOptions } from './gateway.ts'
import { createLocalModels } from './local-models/local-models.ts'
import type { TargetsOptions } from './targets.ts'

/** What follows from the health of targets, told in log and metrics. */
export function targetsOptions(
  { log, metrics, config }: GatewayOptions,
  isWell: (target: string) => void,
): TargetsOptions {
  const probes = boundOnce((target) =>
    boundOnce((outcome) => metrics.counter('freehold_target_probes_total').bind({ target, outcome })),
  )
  return {
    slowStartMs: () => config().balance.slowStartMs,
    ejectPercent: () => config().balance.ejectPercent,
    ejectMs: () => config().circuit.openMs,
    onEjected: (ejected) => log.warn('target.ejected', ejected),
    onProbed(target, outcome) {
      probes(target)(outcome).inc()
      if (outcome === 'ok') isWell(target)
    },
    onTurned(target, isHealthy, outcome) {
      if (isHealthy) log.info('target.healthy', { target })
      else log.warn('target.unhealthy', { target, code: outcome })
    },
    random: Math.random,
    nowMs: () => performance.now(),
    localModels: createLocalModels({ log, metrics }),
  }
}

/** Circuits that are told in log and metrics. */
export function openCircuits(
  { log, metrics, config }: GatewayOptions,
  back: (target: string, model: string | null) => void,
): Circuits {
  const circuits = new Circuits({
    failures: () => config().circuit.failures,
    openMs: () => config().circuit.openMs,
    onOpened: (opened) => log.warn('target.opened', opened),
    onClosed(target, model) {
      back(target, model)
      log.info('target.closed', { target })
    },
  })
  const gauge = metrics.gauge('freehold_target_circuits_open')
  let shown = new Set<string>()
  metrics.beforeRender(() => {
    const open = circuits.open()
    for (const target of shown) if (!open.has(target)) gauge.bind({ target }).set(0)
    for (const [target, count] of open) gauge.bind({ target }).set(count)
    shown = new Set([...shown, ...open.keys()])
  })
  return circuits
}
