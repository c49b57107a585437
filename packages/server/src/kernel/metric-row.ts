/** One kind of measurement. Names, labels and units are a public contract: dashboards and alert rules read them. */
export interface MetricRow {
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly labels: readonly MetricLabel[]
  /** Upper bounds, in the unit of the name. */
  readonly buckets?: readonly number[]
}

/** Everything a measurement may be told apart by. Users, keys and request ids belong to logs and the ledger. */
export type MetricLabel =
  | 'route'
  | 'operation'
  | 'model'
  | 'zone'
  | 'outcome'
  | 'format'
  | 'standing'
  | 'connection'
  | 'version'
  | 'metric'
  | 'type'
  | 'action'
  | 'detector'
  | 'target'
  | 'source'
  | 'reason'
  | 'budget'
  | 'limit'
  | 'skill'
