import { test } from 'node:test'
import assert from 'node:assert/strict'
import { createLog } from '../kernel/log.ts'
import { createMetrics } from '../kernel/metrics.ts'
import type { OverRequest } from './request-figures.ts'
import { createRequestFigures } from './request-figures.ts'

const answered: OverRequest = {
  request: 'req_1',
  operation: 'chat.completions',
  method: 'POST',
  status: 200,
  code: 'ok',
  durationMs: 12.3456,
  zone: 'private',
  class: 'internal',
  model: 'gpt-5.2',
  promptTokens: 100,
  completionTokens: 20,
}

function house() {
  const written: string[] = []
  const metrics = createMetrics({ seriesCap: 2000, process: false })
  const log = createLog({ level: 'info', write: (line) => written.push(line) })
  return {
    settled: createRequestFigures(log, metrics),
    written,
    lines: async (pattern: RegExp) =>
      (await metrics.render()).split('\n').filter((line) => pattern.test(line) && !line.startsWith('#')),
  }
}

test('every request is counted by route and outcome, and those of a model by model, zone and outcome', async () => {
  const { settled, lines } = house()
  for (const code of ['ok', 'upstream_down', 'ok'] as const) settled({ ...answered, code })
  settled({ ...answered, zone: 'managed' })
  settled({ ...answered, operation: 'models.list', model: null, zone: null })
  assert.deepEqual(
    await lines(/requests_total|(request|operation)_duration_seconds_count|token_usage_(sum|count)/),
    [
      'freehold_http_requests_total{route="chat.completions",outcome="ok"} 3',
      'freehold_http_requests_total{route="chat.completions",outcome="upstream_down"} 1',
      'freehold_http_requests_total{route="models.list",outcome="ok"} 1',
      'freehold_http_request_duration_seconds_count{route="chat.completions"} 4',
      'freehold_http_request_duration_seconds_count{route="models.list"} 1',
      'gen_ai_client_operation_duration_seconds_count{operation="chat",model="gpt-5.2",zone="private",outcome="ok"} 2',
      'gen_ai_client_operation_duration_seconds_count{operation="chat",model="gpt-5.2",zone="private",outcome="upstream_down"} 1',
      'gen_ai_client_operation_duration_seconds_count{operation="chat",model="gpt-5.2",zone="managed",outcome="ok"} 1',
      'gen_ai_client_token_usage_sum{operation="chat",model="gpt-5.2",zone="private",type="input"} 300',
      'gen_ai_client_token_usage_count{operation="chat",model="gpt-5.2",zone="private",type="input"} 3',
      'gen_ai_client_token_usage_sum{operation="chat",model="gpt-5.2",zone="private",type="output"} 60',
      'gen_ai_client_token_usage_count{operation="chat",model="gpt-5.2",zone="private",type="output"} 3',
      'gen_ai_client_token_usage_sum{operation="chat",model="gpt-5.2",zone="managed",type="input"} 100',
      'gen_ai_client_token_usage_count{operation="chat",model="gpt-5.2",zone="managed",type="input"} 1',
      'gen_ai_client_token_usage_sum{operation="chat",model="gpt-5.2",zone="managed",type="output"} 20',
      'gen_ai_client_token_usage_count{operation="chat",model="gpt-5.2",zone="managed",type="output"} 1',
    ],
  )
})

test('a request is one line of the log, without what there is not', () => {
  const { settled, written } = house()
  settled(answered)
  settled({ ...answered, status: 502, code: 'upstream_down', zone: null, class: null, model: null })
  assert.deepEqual(
    written.map((line) => line.replace(/"ts":"[^"]*",/, '')),
    [
      '{"severity":"info","event":"request","request":"req_1","method":"POST","route":"chat.completions","status":200,"ms":12.35,"zone":"private","class":"internal"}\n',
      '{"severity":"info","event":"request","request":"req_1","method":"POST","route":"chat.completions","status":502,"ms":12.35,"code":"upstream_down"}\n',
    ],
  )
})
