import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import type { OtlpSetting } from '../../kernel/config/remote-keys.ts'
import type { Dialler, Line } from '../../kernel/dialler/dialler.ts'
import type { WholeAnswer } from '../../kernel/dialler/whole-answer.ts'
import { callOnce } from '../../kernel/dialler/whole-answer.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import type { Trace } from '../../kernel/trace.ts'
import { traceOf } from '../../kernel/trace.ts'
import { TurnoverMap } from '../../kernel/turnover-map.ts'
import type { OverRequest } from '../request-figures.ts'
import type { Sent } from './exporter.ts'
import { Exporter } from './exporter.ts'
import type { TracedLine } from './log-records.ts'
import { logRecordOf } from './log-records.ts'
import { attributes } from './otlp-value.ts'
import type { OverTrace } from './spans.ts'
import { spansOf } from './spans.ts'

export interface TelemetryOptions {
  readonly setting: OtlpSetting
  readonly version: string
  readonly dialler: Dialler
  readonly clock: Clock
  readonly metrics: Metrics
  readonly log: Log
}

/** Traces and logs on their way to an OTLP endpoint. */
export interface Telemetry {
  /** Begins the trace of a request; null: none is kept of it. */
  begin(request: string, traceparent: unknown): Trace | null
  over(request: OverRequest): void
  /** Takes a line of the log. */
  line(line: string): void
  /** Sends what is left, for a few seconds at most. */
  close(): Promise<void>
}

type Signal = 'traces' | 'logs'

const CONNECT_MS = 3000
const BOUNDS = { answerMs: 5000, idleMs: 5000, mostBytes: 1024 * 1024 }
const LAST_FLUSH_MS = 3000
/** OTLP 1.x, "Retryable Response Codes". */
const PASSING = new Set([429, 502, 503, 504])

/** Opens the way to the endpoint; nothing is sent before there is something to send. */
export function startTelemetry(options: TelemetryOptions): Telemetry {
  const { setting, dialler, clock, version } = options
  const url = new URL(setting.endpoint)
  const line = dialler.open({
    name: 'otlp',
    url,
    // Where it lies is the operator's choice, in the own network or not.
    zone: 'private',
    connectMs: CONNECT_MS,
    connections: 2,
    ...(setting.ca !== null && { tls: { ca: setting.ca } }),
  })
  const path = url.pathname.replace(/\/$/, '')
  const headers = Object.entries(setting.headers).flatMap(([name, value]) => [name, value.reveal()])
  const post = (signal: Signal, body: object): Promise<Sent> =>
    send(line, { path: `${path}/v1/${signal}`, headers, body: Buffer.from(JSON.stringify(body)) })
  const around = aroundOf(version)
  const spans = exporterOf<OverTrace>(options, 'traces', (batch) =>
    post('traces', {
      resourceSpans: [
        { resource: around.resource, scopeSpans: [{ scope: around.scope, spans: batch.flatMap(spansOf) }] },
      ],
    }),
  )
  const records = exporterOf<TracedLine>(options, 'logs', (batch) =>
    post('logs', {
      resourceLogs: [
        {
          resource: around.resource,
          scopeLogs: [{ scope: around.scope, logRecords: batch.map(logRecordOf) }],
        },
      ],
    }),
  )
  const active = new TurnoverMap<string, Trace>()
  return {
    begin(request, traceparent) {
      const trace = setting.traces ? traceOf(traceparent, setting.sampleRatio) : null
      if (trace !== null) active.set(request, trace)
      return trace
    },
    over(request) {
      const { trace } = request
      if (!trace) return
      active.delete(request.request)
      spans.add({ request, trace, endedAtMs: clock.now(), endedMs: performance.now() })
    },
    line(text) {
      if (setting.logs) records.add({ line: text, trace: active.get(requestIn(text)) ?? null })
    },
    async close() {
      await Promise.all([spans.close(LAST_FLUSH_MS), records.close(LAST_FLUSH_MS)])
      await line.destroy()
    },
  }
}

const REQUEST = '"request":"'

/** The id of the request that a line is about; empty where there is none. */
function requestIn(line: string): string {
  const at = line.indexOf(REQUEST)
  if (at < 0) return ''
  const from = at + REQUEST.length
  return line.slice(from, line.indexOf('"', from))
}

/** What every batch says about who sends it. */
const aroundOf = (version: string) => ({
  resource: {
    attributes: attributes({
      'service.name': 'freehold',
      'service.version': version,
      'service.instance.id': randomUUID(),
    }),
  },
  scope: { name: 'freehold', version },
})

function exporterOf<T>(
  { metrics, log }: TelemetryOptions,
  signal: Signal,
  post: (batch: readonly T[]) => Promise<Sent>,
): Exporter<T> {
  const exported = metrics.counter('freehold_telemetry_exported_total').bind({ type: signal })
  const dropped = metrics.counter('freehold_telemetry_dropped_total')
  return new Exporter<T>({
    send: async (batch) => post(batch),
    taken: (count) => exported.inc(count),
    dropped: (count, reason) => dropped.bind({ type: signal, reason }).inc(count),
    turned: (trouble) =>
      trouble === null
        ? log.info('telemetry.works_again', { signal })
        : log.warn('telemetry.failed', { signal, ...trouble }),
  })
}

interface Post {
  readonly path: string
  readonly headers: readonly string[]
  readonly body: Buffer
}

async function send(line: Line, { path, headers, body }: Post): Promise<Sent> {
  try {
    const answer = await callOnce(
      line,
      { path, method: 'POST', headers: ['content-type', 'application/json', ...headers], body },
      BOUNDS,
    )
    return sentOf(answer)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const why = { status: 0, code: /^\w{1,64}$/.test(code) ? code : 'failed' }
    return { kind: 'failed', why, retryAfterMs: null }
  }
}

function sentOf({ status, headers, body }: WholeAnswer): Sent {
  if (status < 300) return { kind: 'taken', refused: refusedIn(body) }
  const why = { status, code: 'status' }
  if (!PASSING.has(status)) return { kind: 'refused', why }
  const seconds = Number(headers['retry-after'])
  return { kind: 'failed', why, retryAfterMs: seconds > 0 ? seconds * 1000 : null }
}

const count = z.coerce.number().int().min(0).optional()
const partial = z.object({
  partialSuccess: z.object({ rejectedSpans: count, rejectedLogRecords: count }).optional(),
})

/** How many of a batch were not taken although the rest was. */
function refusedIn(body: Buffer): number {
  try {
    const { partialSuccess } = partial.parse(JSON.parse(body.toString('utf8')))
    return partialSuccess?.rejectedSpans ?? partialSuccess?.rejectedLogRecords ?? 0
  } catch {
    // An endpoint that takes everything need not say anything that can be read.
    return 0
  }
}
