import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { CallSpan, Trace } from '../../kernel/trace.ts'
import type { OverRequest } from '../request-figures.ts'
import { attributes, nanoseconds } from './otlp-value.ts'

/** A traced request that is over. */
export interface OverTrace {
  readonly request: OverRequest
  readonly trace: Trace
  /** Wall clock, and the monotonic clock of the same moment. */
  readonly endedAtMs: number
  readonly endedMs: number
}

const SERVER = 2
const CLIENT = 3
const ERROR = 2
const FIRST_SERVER_ERROR = 500

/** Names of the OpenTelemetry GenAI conventions; what is not listed is no model operation. */
const MODEL_OPERATIONS: Readonly<Record<string, string>> = {
  'chat.complete': 'chat',
  'messages.create': 'chat',
  'responses.create': 'chat',
  'embeddings.create': 'embeddings',
}

/** The request as a server span, and each call as a client span below it. Only words of ours and of the configuration. */
export function spansOf({ request, trace, endedAtMs, endedMs }: OverTrace): readonly object[] {
  const { operation, method, status, code, model } = request
  const route = isOperation(operation) ? OPERATIONS[operation].path : null
  const asked = MODEL_OPERATIONS[operation] ?? null
  const server = {
    traceId: trace.traceId,
    spanId: trace.spanId,
    ...(trace.parentId !== null && { parentSpanId: trace.parentId }),
    name: route === null ? method : `${method} ${route}`,
    kind: SERVER,
    startTimeUnixNano: nanoseconds(endedAtMs - request.durationMs),
    endTimeUnixNano: nanoseconds(endedAtMs),
    attributes: attributes({
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': status,
      'error.type': status >= FIRST_SERVER_ERROR ? code : null,
      'gen_ai.operation.name': asked,
      // A name that the configuration does not know is the client's own text.
      'gen_ai.request.model': asked === null || model === '*' ? null : model,
      'gen_ai.usage.input_tokens': asked === null ? null : request.promptTokens,
      'gen_ai.usage.output_tokens': asked === null ? null : request.completionTokens,
      'freehold.request': request.request,
      'freehold.operation': operation,
      'freehold.outcome': code,
      'freehold.class': request.class,
      'freehold.zone': request.zone,
    }),
    status: status >= FIRST_SERVER_ERROR ? { code: ERROR } : {},
  }
  const answering = trace.calls.findLastIndex(({ outcome }) => outcome === 'ok')
  const calls = trace.calls.map((call, at) => {
    // What came of the call that answered came until the request was over.
    const lasted = at === answering ? endedMs : call.endedMs
    const wallClock = (ms: number): string => nanoseconds(endedAtMs - (endedMs - ms))
    return callSpan(call, { trace, asked, start: wallClock(call.startedMs), end: wallClock(lasted) })
  })
  return [server, ...calls]
}

interface Placed {
  readonly trace: Trace
  readonly asked: string | null
  readonly start: string
  readonly end: string
}

function callSpan(call: CallSpan, { trace, asked, start, end }: Placed): object {
  const status = Number(call.outcome)
  // Another target was faster, which is no error of this one.
  const hasFailed = call.outcome !== 'ok' && call.outcome !== 'lost'
  return {
    traceId: trace.traceId,
    spanId: call.spanId,
    parentSpanId: trace.spanId,
    name: `${asked ?? 'call'} ${call.target}`,
    kind: CLIENT,
    startTimeUnixNano: start,
    endTimeUnixNano: end,
    attributes: attributes({
      'gen_ai.operation.name': asked,
      'http.response.status_code': Number.isInteger(status) ? status : null,
      'error.type': hasFailed ? call.outcome : null,
      'freehold.target': call.target,
      'freehold.zone': call.zone,
      'freehold.request_bytes': call.bytes,
      'freehold.first_byte_ms': call.firstByteMs,
    }),
    status: hasFailed ? { code: ERROR } : {},
  }
}

const isOperation = (name: string): name is keyof typeof OPERATIONS => Object.hasOwn(OPERATIONS, name)
