import { setImmediate } from 'node:timers/promises'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import type { Family } from './metric-family.ts'
import { createFamily } from './metric-family.ts'
import type { LabelsOf, MetricName, NameOf, PlainCounter } from './metric-names.ts'
import type { MetricRow } from './metric-row.ts'
import { METRICS } from './metric-names.ts'
import { CounterSeries, GaugeSeries, HistogramSeries } from './metric-series.ts'

export interface BoundCounter {
  inc(by?: number): void
}
export interface BoundGauge extends BoundCounter {
  set(value: number): void
  dec(by?: number): void
}
export interface BoundHistogram {
  /** In the unit of the metric's name: seconds, not milliseconds. */
  observe(value: number): void
}

/** A metric whose label values are bound once, ahead of the hot path. */
interface Bindable<N extends MetricName, Child> {
  /** The same labels give the same child; over the cap everything new shares the series `_other`. */
  readonly bind: (labels: LabelsOf<N>) => Child
}

export interface Metrics {
  readonly counter: <N extends NameOf<'counter'>>(name: N) => Bindable<N, BoundCounter>
  readonly gauge: <N extends NameOf<'gauge'>>(name: N) => Bindable<N, BoundGauge>
  readonly histogram: <N extends NameOf<'histogram'>>(name: N) => Bindable<N, BoundHistogram>
  /** Shows a number that only grows and is counted elsewhere. */
  readonly follow: (name: PlainCounter, total: () => number) => void
  /** Called before each rendering, to set gauges that cost something to know. */
  readonly beforeRender: (collect: () => void | Promise<void>) => void
  /** The values of gauges as they would be rendered now, one for each set of labels that has one. */
  readonly read: () => Promise<(name: NameOf<'gauge'>) => readonly number[]>
  /** Prometheus text format, at most one second old. */
  readonly render: () => Promise<string>
  readonly contentType: string
}

interface MetricsOptions {
  /** Most time series of one metric. A histogram needs one for each bucket and three more. */
  readonly seriesCap: number
  readonly clock?: Clock
  /** Also memory, CPU, event loop and garbage collection of this process. */
  readonly process?: boolean
}

const KEEP_TEXT_MS = 1000
/** A line takes about a microsecond; more of them are rendered in several turns of the event loop. */
const LINES_IN_A_TURN = 500

interface Families {
  readonly all: Family<unknown>[]
  readonly counters: Map<string, Family<CounterSeries>>
  readonly gauges: Map<string, Family<GaugeSeries>>
  readonly histograms: Map<string, Family<HistogramSeries>>
}

function openFamilies(seriesCap: number): Families {
  const families: Families = { all: [], counters: new Map(), gauges: new Map(), histograms: new Map() }
  const dropped = (metric: string): void =>
    families.counters.get('freehold_metrics_series_dropped_total')?.bind({ metric }).inc()
  for (const [name, row] of Object.entries<MetricRow>(METRICS)) {
    const about = { name, row, seriesCap, dropped: () => dropped(name) }
    if (row.type === 'counter') {
      const family = createFamily({ ...about, open: (place) => new CounterSeries(place) })
      families.counters.set(name, family)
      families.all.push(family)
    } else if (row.type === 'gauge') {
      const family = createFamily({ ...about, open: (place) => new GaugeSeries(place) })
      families.gauges.set(name, family)
      families.all.push(family)
    } else {
      const buckets = row.buckets ?? []
      const family = createFamily({ ...about, open: (place) => new HistogramSeries(place, buckets) })
      families.histograms.set(name, family)
      families.all.push(family)
    }
  }
  return families
}

function familyOf<Child>(families: ReadonlyMap<string, Child>, name: MetricName): Child {
  const family = families.get(name)
  if (family === undefined) throw new Error(`metric ${name} is of another type`)
  return family
}

/** Joins the lines in slices, so that a long text does not hold the event loop in one piece. */
async function renderFamily({ head, shown }: Family<unknown>): Promise<string> {
  const slices: string[] = []
  let slice = head
  let lines = 0
  for (const series of shown) {
    slice += `\n${series.text()}`
    lines += series.lines
    if (lines < LINES_IN_A_TURN) continue
    slices.push(slice)
    slice = ''
    lines = 0
    await setImmediate()
  }
  return slices.join('') + slice
}

async function renderAll(families: readonly Family<unknown>[], ofProcess: Registry): Promise<string> {
  const parts: string[] = []
  for (const family of families) {
    parts.push(await renderFamily(family))
    await setImmediate()
  }
  for (const { name } of ofProcess.getMetricsAsArray()) {
    const text = await ofProcess.getSingleMetricAsString(name)
    // prom-client 15 writes `Nan` for a mean of nothing; the text format knows only `NaN`.
    parts.push(text.replaceAll(/ Nan$/gm, ' NaN'))
    await setImmediate()
  }
  return `${parts.join('\n\n')}\n`
}

/** All metrics of the table. */
export function createMetrics({ seriesCap, clock = systemClock, process = true }: MetricsOptions): Metrics {
  const { all, counters, gauges, histograms } = openFamilies(seriesCap)
  const ofProcess = new Registry()
  if (process) collectDefaultMetrics({ register: ofProcess })
  const collectors: (() => void | Promise<void>)[] = []
  const collectAll = async (): Promise<void> => {
    for (const collect of collectors) await collect()
  }
  const text = cached(clock, async () => {
    await collectAll()
    return await renderAll(all, ofProcess)
  })
  return {
    counter: (name) => familyOf(counters, name),
    gauge: (name) => familyOf(gauges, name),
    histogram: (name) => familyOf(histograms, name),
    follow(name, total) {
      const counter = familyOf(counters, name).bind({})
      let shown = 0
      collectors.push(() => {
        const now = total()
        counter.inc(now - shown)
        shown = now
      })
    },
    beforeRender: (collect) => void collectors.push(collect),
    async read() {
      await collectAll()
      return (name) =>
        [...familyOf(gauges, name).bound.values()].flatMap((series) => (series.isShown ? [series.value] : []))
    },
    render: text,
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
  }
}

/** Remembers what `bind` made for a word. For names of ours, of which there are few; it forgets nothing. */
export function boundOnce<Bound>(bind: (word: string) => Bound): (word: string) => Bound {
  const known = new Map<string, Bound>()
  return (word) => {
    const found = known.get(word)
    if (found !== undefined) return found
    const bound = bind(word)
    known.set(word, bound)
    return bound
  }
}

/** Keeps a text for a second and never makes two at once: scrapes that come together share one. */
function cached(clock: Clock, make: () => Promise<string>): () => Promise<string> {
  let text = ''
  let madeAt = Number.NEGATIVE_INFINITY
  let making: Promise<string> | null = null
  return async () => {
    const age = clock.now() - madeAt
    if (making === null && age >= 0 && age < KEEP_TEXT_MS) return text
    making ??= make().finally(() => (making = null))
    text = await making
    madeAt = clock.now()
    return text
  }
}
