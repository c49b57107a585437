import type { MetricRow } from './metric-row.ts'

/** What tells of runs that call tools. */
export const LOOP_METRICS = {
  freehold_loop_steps: {
    type: 'histogram',
    help: 'Calls of models that one run made.',
    labels: ['outcome'],
    buckets: [1, 2, 3, 5, 8, 13, 21],
  },
  freehold_tool_calls_total: {
    type: 'counter',
    help: 'Calls of tools by outcome: done, failed, invalid, denied, expired, timed_out or unknown.',
    labels: ['outcome'],
  },
  freehold_approvals_total: {
    type: 'counter',
    help: 'Calls that people were asked about, by what they said: once, always, deny or expired.',
    labels: ['outcome'],
  },
} as const satisfies Readonly<Record<string, MetricRow>>
