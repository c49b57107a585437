import { test } from 'node:test'
import assert from 'node:assert/strict'
import { setImmediate } from 'node:timers/promises'
import type { MetricRow } from './metric-row.ts'
import { METRICS } from './metric-names.ts'
import type { Metrics } from './metrics.ts'
import { createMetrics } from './metrics.ts'

function house(seriesCap = 2000): {
  readonly metrics: Metrics
  readonly later: (ms: number) => void
  readonly lines: (name: string) => Promise<readonly string[]>
} {
  let now = 1_000_000
  const metrics = createMetrics({ seriesCap, clock: { now: () => now }, process: false })
  return {
    metrics,
    later: (ms) => (now += ms),
    lines: async (name) => {
      now += 5000
      return (await metrics.render()).split('\n').filter((line) => line.startsWith(name))
    },
  }
}

test('what is counted, set and observed appears in the scrape', async () => {
  const { metrics, lines } = house()
  metrics.counter('freehold_http_requests_total').bind({ route: 'chat', outcome: 'ok' }).inc()
  metrics.gauge('freehold_database_up').bind({}).set(1)
  metrics.histogram('freehold_http_request_duration_seconds').bind({ route: 'chat' }).observe(0.02)
  assert.deepEqual(await lines('freehold_http_requests'), [
    'freehold_http_requests_total{route="chat",outcome="ok"} 1',
  ])
  assert.deepEqual(await lines('freehold_database_up'), ['freehold_database_up 1'])
  const observed = await lines('freehold_http_request_duration_seconds_')
  assert.ok(observed.includes('freehold_http_request_duration_seconds_bucket{le="0.025",route="chat"} 1'))
  assert.ok(observed.includes('freehold_http_request_duration_seconds_count{route="chat"} 1'))
})

test('the same labels give the same child, in any order', () => {
  const family = house().metrics.counter('freehold_http_requests_total')
  assert.equal(family.bind({ route: 'a', outcome: 'ok' }), family.bind({ outcome: 'ok', route: 'a' }))
  assert.notEqual(family.bind({ route: 'a', outcome: 'ok' }), family.bind({ route: 'ok', outcome: 'a' }))
})

test('a metric never has more series than its cap; the rest is counted under _other', async () => {
  const { metrics, lines } = house(100)
  for (let i = 0; i < 1000; i += 1) {
    metrics
      .counter('freehold_http_requests_total')
      .bind({ route: `r${i}`, outcome: 'ok' })
      .inc()
    metrics
      .histogram('freehold_http_request_duration_seconds')
      .bind({ route: `r${i}` })
      .observe(1)
  }
  const counted = await lines('freehold_http_requests_total')
  assert.equal(counted.length, 100)
  assert.equal(counted.at(-1), 'freehold_http_requests_total{route="_other",outcome="_other"} 901')
  assert.ok((await lines('freehold_http_request_duration_seconds_')).length <= 100)
  assert.deepEqual((await lines('freehold_metrics_series_dropped_total')).toSorted(), [
    'freehold_metrics_series_dropped_total{metric="freehold_http_request_duration_seconds"} 996',
    'freehold_metrics_series_dropped_total{metric="freehold_http_requests_total"} 901',
  ])
})

test('without a cap in reach the same thousand routes are a thousand series', async () => {
  const { metrics, lines } = house(1_000_000)
  for (let i = 0; i < 1000; i += 1) {
    metrics
      .counter('freehold_http_requests_total')
      .bind({ route: `r${i}`, outcome: 'ok' })
      .inc()
  }
  assert.equal((await lines('freehold_http_requests_total')).length, 1000)
})

test('a label value that is no name of ours does not become a series', async () => {
  const { metrics, lines } = house()
  for (const outcome of ['Dear Dr. Canary', 'Canary"} 1\n', '', 'Canary'.repeat(30)]) {
    metrics.counter('freehold_knowledge_documents_total').bind({ format: 'md', outcome }).inc()
  }
  assert.deepEqual(await lines('freehold_knowledge_documents_total'), [
    'freehold_knowledge_documents_total{format="md",outcome="_invalid"} 4',
  ])
})

test('a label value called _other shares the series of what found no place', async () => {
  const { metrics, lines } = house(100)
  const requests = metrics.counter('freehold_http_requests_total')
  for (let i = 0; i < 200; i += 1) requests.bind({ route: `r${i}`, outcome: 'ok' }).inc()
  requests.bind({ route: '_other', outcome: '_other' }).inc()
  const counted = await lines('freehold_http_requests_total')
  assert.deepEqual([counted.length, counted.at(-1)?.split(' ').at(-1)], [100, '102'])
})

test('scrapes that come together share one rendering, and the text is kept for a second', async () => {
  const { metrics, later } = house()
  let rendered = 0
  metrics.beforeRender(async () => {
    rendered += 1
    await setImmediate()
  })
  const texts = await Promise.all([metrics.render(), metrics.render(), metrics.render()])
  assert.equal(new Set(texts).size, 1)
  later(999)
  await metrics.render()
  assert.equal(rendered, 1)
  later(2)
  await metrics.render()
  assert.equal(rendered, 2)
})

test('what is counted elsewhere is shown as it stands', async () => {
  const { metrics, lines } = house()
  let lost = 2
  metrics.follow('freehold_log_dropped_total', () => lost)
  assert.deepEqual(await lines('freehold_log_dropped'), ['freehold_log_dropped_total 2'])
  lost = 5
  assert.deepEqual(await lines('freehold_log_dropped'), ['freehold_log_dropped_total 5'])
})

test('a failing collector fails the scrape that asked, and the next one tries again', async () => {
  const { metrics } = house()
  let broken = true
  metrics.beforeRender(() => {
    if (broken) throw new Error('no disk')
  })
  await assert.rejects(metrics.render(), /no disk/)
  broken = false
  assert.match(await metrics.render(), /freehold_build_info/)
})

async function turnsWhileRendering(metrics: Metrics): Promise<number> {
  let turns = 0
  const rendering = new AbortController()
  const count = async (): Promise<void> => {
    while (!rendering.signal.aborted) {
      turns += 1
      await setImmediate()
    }
  }
  const counting = count()
  await metrics.render()
  rendering.abort()
  await counting
  return turns
}

test('other work gets its turn while a long text is rendered', async () => {
  const { metrics } = house(1_000_000)
  const ofEmpty = await turnsWhileRendering(metrics)
  assert.ok(ofEmpty >= Object.keys(METRICS).length)
  const long = house(1_000_000).metrics
  const counted = long.histogram('freehold_http_request_duration_seconds')
  for (let i = 0; i < 1000; i += 1) counted.bind({ route: `r${i}` }).observe(1)
  assert.ok((await turnsWhileRendering(long)) >= ofEmpty + 30)
})

test('a label too many, a label missing or the wrong kind of metric does not compile', () => {
  const { metrics } = house()
  // @ts-expect-error the outcome is missing
  metrics.counter('freehold_http_requests_total').bind({ route: 'a' })
  // @ts-expect-error users are no label
  metrics.gauge('freehold_streams_active').bind({ user: 'a' })
  // @ts-expect-error a histogram is not counted
  assert.throws(() => metrics.counter('freehold_http_request_duration_seconds').bind({ route: 'a' }))
})

test('names follow the Prometheus conventions', () => {
  for (const [name, row] of Object.entries<MetricRow>(METRICS)) {
    assert.match(name, /^(freehold|gen_ai)_[a-z_]+$/)
    assert.equal(row.type === 'counter', name.endsWith('_total'), name)
    assert.equal(row.type === 'histogram', row.buckets !== undefined, name)
    assert.deepEqual(
      row.buckets ?? [],
      [...(row.buckets ?? [])].sort((a, b) => a - b),
    )
    if (name.includes('duration')) assert.match(name, /_seconds$/)
  }
})

test('the process itself is measured too', async () => {
  const text = await createMetrics({ seriesCap: 100 }).render()
  assert.match(text, /^process_resident_memory_bytes \d/m)
  assert.match(text, /^nodejs_eventloop_lag_seconds /m)
})
