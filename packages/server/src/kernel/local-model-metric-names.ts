import type { MetricRow } from './metric-row.ts'

/** Metrics of models that this program opens itself. */
export const LOCAL_MODEL_METRICS = {
  freehold_local_model_starts_total: {
    type: 'counter',
    help: 'Starts of the process of a local model, by outcome: ready, or why it could not be used or ended (package, build, file, memory, start, ended, error).',
    labels: ['target', 'outcome'],
  },
  freehold_local_model_waiting: {
    type: 'gauge',
    help: 'Requests that wait for a local model, without the one that it answers.',
    labels: ['target'],
  },
  freehold_local_model_memory_bytes: {
    type: 'gauge',
    help: 'Resident memory of the process of a local model.',
    labels: ['target'],
  },
} as const satisfies Readonly<Record<string, MetricRow>>
