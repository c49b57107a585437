import type { MetricRow } from './metric-row.ts'

/** Metrics of conversations and their runs. */
export const RUN_METRICS = {
  freehold_runs_total: {
    type: 'counter',
    help: 'Runs that this process worked on and that ended, by outcome: completed, stopped, failed, interrupted or lost.',
    labels: ['outcome'],
  },
  freehold_runs_running: { type: 'gauge', help: 'Runs that this process works on.', labels: [] },
  freehold_run_events_total: {
    type: 'counter',
    help: 'Events of runs that this process stored.',
    labels: [],
  },
  freehold_attachments_total: {
    type: 'counter',
    help: 'Files attached to conversations that this process read, by outcome: ready, or the code they failed with.',
    labels: ['outcome'],
  },
  freehold_artifact_versions_total: {
    type: 'counter',
    help: 'Versions of documents that were written in conversations, by who wrote them: model or user.',
    labels: ['source'],
  },
  freehold_run_followers: {
    type: 'gauge',
    help: 'Connections and subscriptions that follow a run at this process.',
    labels: [],
  },
  freehold_conversations_moved_total: {
    type: 'counter',
    help: 'Conversations whose bodies this process moved out to blobs or brought back, by action: out or back.',
    labels: ['action'],
  },
} as const satisfies Readonly<Record<string, MetricRow>>
