import type { MetricRow } from './metric-row.ts'
import type { Series, SeriesPlace } from './metric-series.ts'
import { escaped } from './metric-series.ts'

type Labels = Readonly<Record<string, string>>
const LABEL_VALUE = /^[\w.:@/*{}+-]{1,100}$/

interface FamilyOptions<Child> {
  readonly name: string
  readonly row: MetricRow
  /** Most time series. A histogram needs one for each bucket and three more. */
  readonly seriesCap: number
  readonly open: (place: SeriesPlace) => Child
  /** Called for each label set that found no place of its own. */
  readonly dropped: () => void
}

/** All series of one metric. */
export interface Family<Child> {
  readonly bind: (labels: Labels) => Child
  /** The HELP and TYPE lines. */
  readonly head: string
  /** All that were bound, whether or not they have a value yet. */
  readonly bound: ReadonlyMap<string, Child>
  /** What has a value, in the order in which it got the first one. */
  readonly shown: readonly Series[]
}

/** Opens a series for each set of label values until the cap is reached; everything new then shares `_other`. */
export function createFamily<Child extends { readonly show: () => void }>(
  options: FamilyOptions<Child>,
): Family<Child> {
  const { name, row, seriesCap, dropped } = options
  const children = new Map<string, Child>()
  const shown: Series[] = []
  const seriesPerChild = row.buckets ? row.buckets.length + 3 : 1
  const most = Math.max(1, Math.floor(seriesCap / seriesPerChild))
  const keyOf = (labels: Labels): string => JSON.stringify(Object.values(labels))
  const overflow = everyLabel(row, '_other')

  function open(labels: Labels): Child {
    const child = options.open({ name, labels, appear: (series) => void shown.push(series) })
    children.set(keyOf(labels), child)
    return child
  }

  function bind(labels: Labels): Child {
    const clean = cleanLabels(row, labels)
    const known = children.get(keyOf(clean))
    if (known !== undefined) return known
    // The last place is kept for `_other` itself.
    if (row.labels.length === 0 || children.size < most - 1) return open(clean)
    dropped()
    return children.get(keyOf(overflow)) ?? open(overflow)
  }

  // There is only one series, so it can start at zero before anything was counted.
  if (row.labels.length === 0) bind({}).show()
  return {
    bind,
    bound: children,
    head: `# HELP ${name} ${escaped(row.help)}\n# TYPE ${name} ${row.type}`,
    shown,
  }
}

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
