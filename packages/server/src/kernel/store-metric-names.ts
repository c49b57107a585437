import type { MetricRow } from './metric-row.ts'

const SERVICE_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** The metrics of the object store and of the keys under which everything is encrypted. */
export const STORE_METRICS = {
  freehold_database_up: {
    type: 'gauge',
    help: '1 when the database answered the last probe.',
    labels: [],
  },
  freehold_database_restarts_total: {
    type: 'counter',
    help: 'Restarts of the PostgreSQL that Freehold runs itself.',
    labels: [],
  },
  freehold_blobs_up: {
    type: 'gauge',
    help: '1 when the object store answered the last probe, or where documents are files of this machine.',
    labels: [],
  },
  freehold_blobs_requests_total: {
    type: 'counter',
    help: 'Requests to the object store, repetitions not counted, by outcome: ok, a status, or failed.',
    labels: ['operation', 'outcome'],
  },
  freehold_blobs_request_seconds: {
    type: 'histogram',
    help: 'Time of one request to the object store, repetitions included.',
    labels: ['operation'],
    buckets: SERVICE_SECONDS,
  },
  freehold_keys_rewrapping: {
    type: 'gauge',
    help: 'Tenants whose data keys are on their way to a new version of the tenant’s key.',
    labels: [],
  },
  freehold_keys_rewrapped_total: {
    type: 'counter',
    help: 'Data keys that this process wrapped under a new version of a tenant’s key.',
    labels: [],
  },
  freehold_key_service_requests_total: {
    type: 'counter',
    help: 'Calls to the service that keeps the root key, repetitions not counted, by outcome: ok, a status, or failed.',
    labels: ['operation', 'outcome'],
  },
  freehold_key_service_request_seconds: {
    type: 'histogram',
    help: 'Time of one call to the service that keeps the root key, repetitions included.',
    labels: ['operation'],
    buckets: SERVICE_SECONDS,
  },
} as const satisfies Readonly<Record<string, MetricRow>>
