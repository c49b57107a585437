import type { MetricRow } from './metric-row.ts'

/** What is counted for one set of label values, and how it reads in the Prometheus text format. */
export interface Series {
  /** Whole lines without the last line end. */
  readonly text: () => string
  readonly lines: number
}

/** Where a series stands: its metric, its label values, and how it tells that it has something to show. */
export interface SeriesPlace {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  /** Called once, before the first value is taken. A series that was only bound is not shown. */
  readonly appear: (series: Series) => void
}

/** A number that only grows. */
export class CounterSeries implements Series {
  readonly lines = 1
  readonly #place: SeriesPlace
  readonly #head: string
  #isShown = false
  #value = 0

  constructor(place: SeriesPlace) {
    this.#place = place
    this.#head = lineHead(place.name, labelText(place.labels))
  }

  inc(by = 1): void {
    if (!(by >= 0 && by < Infinity))
      throw new RangeError('A counter grows by a finite number, or not at all.')
    if (!this.#isShown) this.show()
    this.#value += by
  }

  show(): void {
    this.#isShown = true
    this.#place.appear(this)
  }

  text(): string {
    return this.#head + numberText(this.#value)
  }
}

/** A number that goes up and down. */
export class GaugeSeries implements Series {
  readonly lines = 1
  readonly #place: SeriesPlace
  readonly #head: string
  #isShown = false
  #value = 0

  constructor(place: SeriesPlace) {
    this.#place = place
    this.#head = lineHead(place.name, labelText(place.labels))
  }

  set(value: number): void {
    if (!this.#isShown) this.show()
    this.#value = value
  }

  inc(by = 1): void {
    this.set(this.#value + by)
  }

  dec(by = 1): void {
    this.set(this.#value - by)
  }

  show(): void {
    this.#isShown = true
    this.#place.appear(this)
  }

  /** Whether it was given a value. */
  get isShown(): boolean {
    return this.#isShown
  }

  get value(): number {
    return this.#value
  }

  text(): string {
    return this.#head + numberText(this.#value)
  }
}

/** Counts of values by size. */
export class HistogramSeries implements Series {
  readonly lines: number
  readonly #place: SeriesPlace
  readonly #labels: string
  /** Upper bounds in rising order; the last is infinite, so that the search for a bucket ends. */
  readonly #bounds: Float64Array
  /** How many values lie in each bucket alone; they are added up when shown. */
  readonly #counts: Float64Array
  #isShown = false
  #sum = 0

  constructor(place: SeriesPlace, buckets: NonNullable<MetricRow['buckets']>) {
    this.#place = place
    this.#labels = labelText(place.labels)
    this.#bounds = Float64Array.of(...buckets, Infinity)
    this.#counts = new Float64Array(this.#bounds.length)
    this.lines = this.#bounds.length + 2
  }

  observe(value: number): void {
    if (!Number.isFinite(value)) throw new RangeError('A histogram takes finite numbers.')
    if (!this.#isShown) this.show()
    let bucket = 0
    while (value > (this.#bounds[bucket] ?? Infinity)) bucket += 1
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1
    this.#sum += value
  }

  show(): void {
    this.#isShown = true
    this.#place.appear(this)
  }

  text(): string {
    const { name } = this.#place
    const further = this.#labels === '' ? '' : `,${this.#labels}`
    let count = 0
    let text = ''
    for (const [bucket, bound] of this.#bounds.entries()) {
      count += this.#counts[bucket] ?? 0
      text += `${name}_bucket{le="${numberText(bound)}"${further}} ${count}\n`
    }
    const sum = lineHead(`${name}_sum`, this.#labels) + numberText(this.#sum)
    return `${text}${sum}\n${lineHead(`${name}_count`, this.#labels)}${count}`
  }
}

const lineHead = (name: string, labels: string): string =>
  labels === '' ? `${name} ` : `${name}{${labels}} `

const labelText = (labels: Readonly<Record<string, string>>): string =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value).replaceAll('"', String.raw`\"`)}"`)
    .join(',')

/** As the text format asks for it in help texts; label values escape the quote too. */
export const escaped = (text: string): string =>
  text.replaceAll('\\', String.raw`\\`).replaceAll('\n', String.raw`\n`)

function numberText(value: number): string {
  if (Number.isFinite(value) || Number.isNaN(value)) return String(value)
  return value > 0 ? '+Inf' : '-Inf'
}
