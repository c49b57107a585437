import assert from 'node:assert/strict'
import { test } from 'node:test'
import { traceOf } from '../../kernel/trace.ts'
import type { OverRequest } from '../request-figures.ts'
import { logRecordOf } from './log-records.ts'
import { spansOf } from './spans.ts'

const answered: OverRequest = {
  request: 'req_1',
  operation: 'chat.complete',
  method: 'POST',
  status: 200,
  code: 'ok',
  durationMs: 250,
  zone: 'managed',
  class: 'public',
  model: 'gpt-5.2',
  promptTokens: 100,
  completionTokens: 20,
}

interface Span {
  readonly name: string
  readonly parentSpanId?: string
  readonly spanId: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly status: object
  readonly attributes: readonly { readonly key: string; readonly value: object }[]
}

function spans(request: OverRequest, calls: readonly (readonly [outcome: string, startedMs: number])[]) {
  const trace = traceOf(undefined, 1)
  assert.ok(trace)
  for (const [outcome, startedMs] of calls) {
    const call = { target: 'house', zone: 'private', bytes: 10, firstByteMs: null } as const
    trace.calls.push({ ...call, outcome, startedMs, spanId: `call-${startedMs}`, endedMs: startedMs + 50 })
  }
  return spansOf({ request, trace, endedAtMs: 1_800_000_000_000, endedMs: 1000 }) as readonly Span[]
}

const fields = (span: Span | undefined): object =>
  Object.fromEntries(span?.attributes.map(({ key, value }) => [key, Object.values(value)[0]]) ?? [])

test('a request is a span with its calls below it, each at its time', () => {
  const [server, failed, answering] = spans(answered, [
    ['503', 760],
    ['ok', 820],
  ])
  assert.equal(server?.name, 'POST /v1/chat/completions')
  assert.deepEqual(
    [server?.startTimeUnixNano, server?.endTimeUnixNano],
    ['1799999999750000000', '1800000000000000000'],
  )
  assert.deepEqual(fields(server), {
    'http.request.method': 'POST',
    'http.route': '/v1/chat/completions',
    'http.response.status_code': '200',
    'gen_ai.operation.name': 'chat',
    'gen_ai.request.model': 'gpt-5.2',
    'gen_ai.usage.input_tokens': '100',
    'gen_ai.usage.output_tokens': '20',
    'freehold.request': 'req_1',
    'freehold.operation': 'chat.complete',
    'freehold.outcome': 'ok',
    'freehold.class': 'public',
    'freehold.zone': 'managed',
  })
  assert.deepEqual([failed?.name, failed?.parentSpanId], ['chat house', server?.spanId])
  assert.deepEqual(
    [failed?.startTimeUnixNano, failed?.endTimeUnixNano],
    ['1799999999760000000', '1799999999810000000'],
  )
  assert.deepEqual(fields(failed), {
    'gen_ai.operation.name': 'chat',
    'http.response.status_code': '503',
    'error.type': '503',
    'freehold.target': 'house',
    'freehold.zone': 'private',
    'freehold.request_bytes': '10',
  })
  assert.deepEqual([failed?.status, answering?.status], [{ code: 2 }, {}])
  // The answer of the last one came until the end.
  assert.equal(answering?.endTimeUnixNano, '1800000000000000000')
})

test('a model name that is the client’s own text does not leave, and a refusal says what it was', () => {
  const [server] = spans({ ...answered, model: '*', status: 503, code: 'unavailable' }, [])
  assert.equal(Object.hasOwn(fields(server), 'gen_ai.request.model'), false)
  assert.deepEqual(server?.status, { code: 2 })
  assert.equal(new Map(Object.entries(fields(server))).get('error.type'), 'unavailable')
  const [unknown] = spans({ ...answered, operation: 'unknown', model: null, status: 404 }, [])
  assert.deepEqual([unknown?.name, unknown?.status], ['POST', {}])
})

test('a line of the log becomes a record with its severity, its fields and its trace', () => {
  const line =
    '{"severity":"warn","ts":"2027-01-15T08:00:00.123Z","event":"target.failed","request":"req_1","status":503,"ms":12}\n'
  assert.deepEqual(logRecordOf({ line, trace: { traceId: 'aa', spanId: 'bb' } }), {
    timeUnixNano: '1800000000123000000',
    observedTimeUnixNano: '1800000000123000000',
    severityNumber: 13,
    severityText: 'WARN',
    eventName: 'target.failed',
    body: { stringValue: 'target.failed' },
    attributes: [
      { key: 'freehold.request', value: { stringValue: 'req_1' } },
      { key: 'freehold.status', value: { intValue: '503' } },
      { key: 'freehold.ms', value: { doubleValue: 12 } },
    ],
    traceId: 'aa',
    spanId: 'bb',
  })
})
