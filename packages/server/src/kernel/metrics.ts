import { setImmediate } from 'node:timers/promises'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import type { LabelsOf, MetricName, MetricRow, NameOf, PlainCounter } from './metric-names.ts'
import { METRICS } from './metric-names.ts'

export interface BoundCounter {
  readonly inc: (by?: number) => void
}
export interface BoundGauge extends BoundCounter {
  readonly set: (value: number) => void
  readonly dec: (by?: number) => void
}
export interface BoundHistogram {
  /** In the unit of the metric's name: seconds, not milliseconds. */
  readonly observe: (value: number) => void
}

/** A metric whose label values are bound once, ahead of the hot path. */
interface Family<N extends MetricName, Child> {
  /** The same labels give the same child; over the cap everything new shares the series `_other`. */
  readonly bind: (labels: LabelsOf<N>) => Child
}

export interface Metrics {
  readonly counter: <N extends NameOf<'counter'>>(name: N) => Family<N, BoundCounter>
  readonly gauge: <N extends NameOf<'gauge'>>(name: N) => Family<N, BoundGauge>
  readonly histogram: <N extends NameOf<'histogram'>>(name: N) => Family<N, BoundHistogram>
  /** Shows a number that only grows and is counted elsewhere. */
  readonly follow: (name: PlainCounter, total: () => number) => void
  /** Called before each rendering, to set gauges that cost something to know. */
  readonly beforeRender: (collect: () => void | Promise<void>) => void
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

type Labels = Readonly<Record<string, string>>
const LABEL_VALUE = /^[\w.:@/*{}+-]{1,100}$/
const KEEP_TEXT_MS = 1000

const everyLabel = (row: MetricRow, value: string): Labels =>
  Object.fromEntries(row.labels.map((label) => [label, value]))

/** A value that is no name of ours could be content, and each would be a series of its own. */
function cleanLabels(row: MetricRow, labels: Labels): Labels {
  return Object.fromEntries(
    row.labels.map((label) => {
      const value = labels[label] ?? ''
      return [label, LABEL_VALUE.test(value) ? value : '_invalid']
    }),
  )
}

interface FamilyOptions<Child> {
  readonly row: MetricRow
  readonly seriesCap: number
  readonly open: (labels: Labels) => Child
  readonly dropped: () => void
}

function family<Child>({ row, seriesCap, open, dropped }: FamilyOptions<Child>): (labels: Labels) => Child {
  const children = new Map<string, Child>()
  const seriesPerChild = row.buckets ? row.buckets.length + 3 : 1
  const most = Math.max(1, Math.floor(seriesCap / seriesPerChild))
  let other: Child | undefined
  return (labels) => {
    const clean = cleanLabels(row, labels)
    const key = JSON.stringify(Object.values(clean))
    const known = children.get(key)
    if (known !== undefined) return known
    // The last place is kept for `_other` itself.
    if (row.labels.length > 0 && children.size >= most - 1) {
      dropped()
      return (other ??= open(everyLabel(row, '_other')))
    }
    const child = open(clean)
    children.set(key, child)
    return child
  }
}

/** Joins the registry's metrics one by one, so that a long text does not hold the event loop in one piece. */
async function renderRegistry(registry: Registry): Promise<string> {
  const parts: string[] = []
  for (const { name } of registry.getMetricsAsArray()) {
    parts.push(await registry.getSingleMetricAsString(name))
    await setImmediate()
  }
  return `${parts.join('\n\n')}\n`
}

interface Families {
  readonly counters: Map<string, (labels: Labels) => BoundCounter>
  readonly gauges: Map<string, (labels: Labels) => BoundGauge>
  readonly histograms: Map<string, (labels: Labels) => BoundHistogram>
}

function register(registry: Registry, seriesCap: number): Families {
  const families: Families = { counters: new Map(), gauges: new Map(), histograms: new Map() }
  const dropped = (metric: string): void =>
    families.counters.get('freehold_metrics_series_dropped_total')?.({ metric }).inc()
  for (const [name, row] of Object.entries<MetricRow>(METRICS)) {
    const shape = { name, help: row.help, labelNames: [...row.labels], registers: [registry] }
    const bounds = { row, seriesCap, dropped: () => dropped(name) }
    if (row.type === 'counter') {
      const counter = new Counter(shape)
      families.counters.set(name, family({ ...bounds, open: (labels) => counter.labels(labels) }))
    } else if (row.type === 'gauge') {
      const gauge = new Gauge(shape)
      families.gauges.set(name, family({ ...bounds, open: (labels) => gauge.labels(labels) }))
    } else {
      const histogram = new Histogram({ ...shape, buckets: [...(row.buckets ?? [])] })
      families.histograms.set(name, family({ ...bounds, open: (labels) => histogram.labels(labels) }))
    }
  }
  return families
}

function registered<Child>(families: ReadonlyMap<string, Child>, name: MetricName): Child {
  const bind = families.get(name)
  if (bind === undefined) throw new Error(`metric ${name} is of another type`)
  return bind
}

/** All metrics of the table in a registry of their own. */
export function createMetrics({ seriesCap, clock = systemClock, process = true }: MetricsOptions): Metrics {
  const registry = new Registry()
  const { counters, gauges, histograms } = register(registry, seriesCap)
  if (process) collectDefaultMetrics({ register: registry })
  const collectors: (() => void | Promise<void>)[] = []
  const text = cached(clock, async () => {
    for (const collect of collectors) await collect()
    return await renderRegistry(registry)
  })
  return {
    counter: (name) => ({ bind: registered(counters, name) }),
    gauge: (name) => ({ bind: registered(gauges, name) }),
    histogram: (name) => ({ bind: registered(histograms, name) }),
    follow(name, total) {
      const counter = registered(counters, name)({})
      let shown = 0
      collectors.push(() => {
        const now = total()
        counter.inc(now - shown)
        shown = now
      })
    },
    beforeRender: (collect) => void collectors.push(collect),
    render: text,
    contentType: registry.contentType,
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
