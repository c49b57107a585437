import { attributes, nanoseconds } from './otlp-value.ts'

/** A line of the log, and the trace that its request belongs to. */
export interface TracedLine {
  readonly line: string
  readonly trace: { readonly traceId: string; readonly spanId: string } | null
}

/** OpenTelemetry log data model, severity number. */
const SEVERITIES = { debug: 5, info: 9, warn: 13, error: 17 } as const

type Written = { readonly severity: keyof typeof SEVERITIES; readonly ts: string; readonly event: string } & {
  readonly [field: string]: string | number | boolean
}

/** The line as a log record: its event as the body, its fields as attributes. */
export function logRecordOf({ line, trace }: TracedLine): object {
  // Every line is printed by our own log, whose fields let no text of others through.
  const { severity, ts, event, ...fields } = JSON.parse(line) as Written
  const at = nanoseconds(Date.parse(ts))
  return {
    timeUnixNano: at,
    observedTimeUnixNano: at,
    severityNumber: SEVERITIES[severity],
    severityText: severity.toUpperCase(),
    eventName: event,
    body: { stringValue: event },
    attributes: attributes(fields, 'freehold.'),
    ...(trace && { traceId: trace.traceId, spanId: trace.spanId }),
  }
}
