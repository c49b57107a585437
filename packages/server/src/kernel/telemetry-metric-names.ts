import type { MetricRow } from './metric-row.ts'

/** What tells of traces and logs that are sent on. */
export const TELEMETRY_METRICS = {
  freehold_telemetry_exported_total: {
    type: 'counter',
    help: 'Spans and log records that the OTLP endpoint took, by type: traces or logs.',
    labels: ['type'],
  },
  freehold_telemetry_dropped_total: {
    type: 'counter',
    help: 'Spans and log records that were lost, by type and reason: full (the queue), failed, refused (by the endpoint) or stopped.',
    labels: ['type', 'reason'],
  },
} as const satisfies Readonly<Record<string, MetricRow>>
