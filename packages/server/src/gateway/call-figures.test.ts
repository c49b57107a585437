import { test } from 'node:test'
import assert from 'node:assert/strict'
import { createLog } from '../kernel/log.ts'
import { createMetrics } from '../kernel/metrics.ts'
import { createCallFigures } from './call-figures.ts'

test('calls are counted by target, zone and outcome, and the failed ones are logged', async () => {
  const written: string[] = []
  const metrics = createMetrics({ seriesCap: 2000, process: false })
  const figures = createCallFigures(
    createLog({ level: 'info', write: (line) => written.push(line) }),
    metrics,
  )
  const call = {
    request: 'req_1',
    target: 'a',
    zone: 'private',
    bytes: 100,
    firstByteMs: 20,
    startedMs: 0,
    trace: null,
  } as const
  figures.attempt({ ...call, outcome: 'ok' })
  figures.attempt({ ...call, outcome: 'client_left', firstByteMs: null })
  figures.attempt({ ...call, outcome: '503' })
  figures.attempt({ ...call, outcome: 'upstream_down', zone: 'managed' })
  const lines = (await metrics.render()).split('\n')
  assert.deepEqual(
    lines.filter((line) => /^freehold_(target_attempts|egress|target_first_byte_seconds_count)/.test(line)),
    [
      'freehold_target_attempts_total{target="a",zone="private",outcome="ok"} 1',
      'freehold_target_attempts_total{target="a",zone="private",outcome="client_left"} 1',
      'freehold_target_attempts_total{target="a",zone="private",outcome="503"} 1',
      'freehold_target_attempts_total{target="a",zone="managed",outcome="upstream_down"} 1',
      'freehold_target_first_byte_seconds_count{target="a"} 3',
      'freehold_egress_bytes_total{target="a",zone="private"} 300',
      'freehold_egress_bytes_total{target="a",zone="managed"} 100',
    ],
  )
  assert.deepEqual(
    written.map((line) => line.replace(/^.*"event"/, '')),
    [
      ':"target.failed","request":"req_1","target":"a","code":"status","status":503}\n',
      ':"target.failed","request":"req_1","target":"a","code":"upstream_down","status":0}\n',
    ],
  )
})
