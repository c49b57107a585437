import { z } from 'zod'
import { attributes, nanoseconds } from './otlp-value.ts'

/** A line of the log, and the trace that its request belongs to. */
export interface TracedLine {
  readonly line: string
  readonly trace: { readonly traceId: string; readonly spanId: string } | null
}

/** OpenTelemetry log data model, severity number. */
const SEVERITIES = { debug: 5, info: 9, warn: 13, error: 17 } as const

/** Every line is printed by our own log, whose fields let no text of others through. */
const written = z
  .object({ severity: z.enum(['debug', 'info', 'warn', 'error']), ts: z.string(), event: z.string() })
  .catchall(z.union([z.string(), z.number(), z.boolean()]))

/** The line as a log record: its event as the body, its fields as attributes. */
export function logRecordOf({ line, trace }: TracedLine): object {
  const { severity, ts, event, ...fields } = written.parse(JSON.parse(line))
  const at = nanoseconds(Date.parse(ts))
  return {
    timeUnixNano: at,
    observedTimeUnixNano: at,
    severityNumber: SEVERITIES[severity],
    severityText: severity.toUpperCase(),
    eventName: event,
    body: { stringValue: event },
    attributes: attributes(
      Object.fromEntries(Object.entries(fields).map(([name, value]) => [`freehold.${name}`, value])),
    ),
    ...(trace && { traceId: trace.traceId, spanId: trace.spanId }),
  }
}
