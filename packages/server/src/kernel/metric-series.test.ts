import { test } from 'node:test'
import assert from 'node:assert/strict'
import { createMetrics } from './metrics.ts'
import type { Series } from './metric-series.ts'
import { CounterSeries, escaped, GaugeSeries, HistogramSeries } from './metric-series.ts'

const place = (labels: Readonly<Record<string, string>> = {}) => {
  const shown: Series[] = []
  return { name: 'm', labels, shown, appear: (series: Series) => void shown.push(series) }
}

test('a histogram counts a value in the first bucket that is not smaller, and shows running totals', () => {
  const histogram = new HistogramSeries(place({ route: 'chat' }), [0.1, 1, 10])
  for (const value of [0, 0.1, 0.1000001, 1, 9, 10.5, -1]) histogram.observe(value)
  assert.deepEqual(histogram.text().split('\n'), [
    'm_bucket{le="0.1",route="chat"} 3',
    'm_bucket{le="1",route="chat"} 5',
    'm_bucket{le="10",route="chat"} 6',
    'm_bucket{le="+Inf",route="chat"} 7',
    'm_sum{route="chat"} 19.7000001',
    'm_count{route="chat"} 7',
  ])
  assert.equal(histogram.lines, 6)
})

test('without labels there are no braces, but for the bound of a bucket', () => {
  const histogram = new HistogramSeries(place(), [1])
  histogram.observe(2)
  assert.equal(histogram.text(), 'm_bucket{le="1"} 0\nm_bucket{le="+Inf"} 1\nm_sum 2\nm_count 1')
})

test('a gauge takes every number, a counter and a histogram only what they can add up', () => {
  const gauge = new GaugeSeries(place())
  const texts = [1.5, Infinity, -Infinity, Number.NaN, 1e21].map((value) => {
    gauge.set(value)
    return gauge.text()
  })
  assert.deepEqual(texts, ['m 1.5', 'm +Inf', 'm -Inf', 'm NaN', 'm 1e+21'])
  const counter = new CounterSeries(place())
  for (const value of [-1, Infinity, Number.NaN]) assert.throws(() => counter.inc(value), RangeError)
  assert.throws(() => new HistogramSeries(place(), [1]).observe(Number.NaN), RangeError)
})

test('a series appears once, with its first value', () => {
  const where = place()
  const counter = new CounterSeries(where)
  assert.equal(where.shown.length, 0)
  counter.inc(0)
  counter.inc(2)
  assert.deepEqual(where.shown, [counter])
  assert.equal(counter.text(), 'm 2')
})

test('quotes, backslashes and line ends are escaped', () => {
  const counter = new CounterSeries(place({ a: 'say "x"\n', b: 'C:\\' }))
  assert.equal(counter.text(), String.raw`m{a="say \"x\"\n",b="C:\\"} 0`)
  assert.equal(escaped('one "line"\n\\'), String.raw`one "line"\n\\`)
})

const LABELS = String.raw`\{[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*"(?:,[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*")*\}`
const SAMPLE = new RegExp(
  String.raw`^([a-zA-Z_:][\w:]*)(${LABELS})? (NaN|[+-]Inf|-?\d+(?:\.\d+)?(?:e[+-]\d+)?)$`,
)
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: [''],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
}

/** Reads a text as strictly as the format is written down: version 0.0.4 of the text exposition format. */
function readStrictly(text: string): { readonly names: readonly string[]; readonly samples: number } {
  const names = new Set<string>()
  const samples = new Set<string>()
  for (const part of text.replace(/\n$/, '').split('\n\n')) {
    const [help = '', kind = '', ...lines] = part.split('\n')
    const [, name = ''] = /^# HELP (\S+) \S/.exec(help) ?? assert.fail(help)
    const [, type = ''] = /^# TYPE \S+ (counter|gauge|histogram)$/.exec(kind) ?? assert.fail(kind)
    assert.ok(kind.startsWith(`# TYPE ${name} `) && !names.has(name), `${name} has one heading`)
    names.add(name)
    const allowed = SUFFIXES[type]?.map((suffix) => name + suffix)
    let below = 0
    for (const line of lines) {
      const [, sample = '', labels = '', value = ''] = SAMPLE.exec(line) ?? assert.fail(line)
      assert.ok(allowed?.includes(sample), line)
      assert.ok(!samples.has(sample + labels), `${line} is there once`)
      samples.add(sample + labels)
      if (type !== 'histogram') continue
      if (sample.endsWith('_bucket')) {
        assert.ok(Number(value) >= below, `${line} is a running total`)
        below = Number(value)
      } else if (sample.endsWith('_count')) {
        assert.equal(Number(value), below, `${line} is the last bucket`)
        below = 0
      }
    }
  }
  return { names: [...names], samples: samples.size }
}

test('a strict reader takes the whole text, with the figures of the process', async () => {
  const metrics = createMetrics({ seriesCap: 100 })
  for (let i = 0; i < 300; i += 1) {
    const [route, model] = [`r${i % 120}`, i % 7 === 0 ? 'no "name"' : `m${i % 9}`]
    metrics.counter('freehold_http_requests_total').bind({ route, outcome: 'ok' }).inc()
    metrics
      .histogram('freehold_http_request_duration_seconds')
      .bind({ route })
      .observe(i / 10)
    metrics
      .histogram('gen_ai_client_token_usage')
      .bind({ operation: 'chat', model, zone: 'private', type: 'input' })
      .observe(i)
  }
  const { names, samples } = readStrictly(await metrics.render())
  for (const name of [
    'freehold_http_requests_total',
    'process_cpu_seconds_total',
    'nodejs_gc_duration_seconds',
  ])
    assert.ok(names.includes(name), name)
  assert.ok(samples > 200)
})

test('the strict reader does find what is wrong', () => {
  const head = '# HELP m x\n# TYPE m counter\n'
  for (const wrong of ['m{a="1} 1', 'm 1\nm 1', 'm', 'm one', 'm Nan', 'm_sum 1', 'm{a=1} 1', 'm{a="1",} 1'])
    assert.throws(() => readStrictly(`${head}${wrong}\n`), Error, wrong)
  assert.throws(() => readStrictly(`${head}m 1\n\n${head}m{a="1"} 1\n`), /one heading/)
  const falling = '# HELP m x\n# TYPE m histogram\nm_bucket{le="1"} 2\nm_bucket{le="+Inf"} 1\n'
  assert.throws(() => readStrictly(falling), /running total/)
  assert.equal(readStrictly(`${head}m{a="1"} 1\n`).samples, 1)
})
