import type { MetricRow } from './metric-row.ts'

/** What tells of the places where code of skills runs; type: isolate or strong. */
export const SANDBOX_METRICS = {
  freehold_sandbox_calls_total: {
    type: 'counter',
    help: 'Calls of code skills by the sandbox they ran in (isolate or strong) and outcome: ok or failed.',
    labels: ['type', 'outcome'],
  },
  freehold_sandbox_kills_total: {
    type: 'counter',
    help: 'Calls of code skills that were ended, by sandbox and the bound that they ran into: cpu, memory, stack, output, asks, never-settles, aborted or lost.',
    labels: ['type', 'reason'],
  },
  freehold_sandbox_threads: {
    type: 'gauge',
    help: 'Threads of the isolate, those included that are being prepared.',
    labels: [],
  },
  freehold_sandbox_start_seconds: {
    type: 'histogram',
    help: 'Time until a box of the strong sandbox was made and its program executed.',
    labels: [],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  },
  freehold_sandbox_strong: {
    type: 'gauge',
    help: '1 when this machine has a strong sandbox that passed its self-test, 0 when skills that need one are refused. Absent until the first one is opened.',
    labels: [],
  },
} as const satisfies Readonly<Record<string, MetricRow>>
