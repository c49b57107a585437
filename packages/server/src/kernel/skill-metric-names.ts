import type { MetricRow } from './metric-row.ts'

/** What tells of calls of skills. */
export const SKILL_METRICS = {
  freehold_skill_calls_total: {
    type: 'counter',
    help: 'Calls of skills by skill, version and outcome: ok or a fault code.',
    labels: ['skill', 'version', 'outcome'],
  },
  freehold_skill_call_duration_seconds: {
    type: 'histogram',
    help: 'Time that a call of a skill took, from its admission to its result.',
    labels: ['skill', 'version'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
  },
  freehold_skill_egress_refused_total: {
    type: 'counter',
    help: 'Requests of skills that were not let out, because nothing declares them or their class stays home.',
    labels: ['skill'],
  },
  freehold_skill_rollbacks_total: {
    type: 'counter',
    help: 'Versions of skills that were taken back by themselves, because they did worse.',
    labels: [],
  },
} as const satisfies Readonly<Record<string, MetricRow>>
