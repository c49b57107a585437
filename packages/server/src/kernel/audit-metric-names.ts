import type { MetricRow } from './metric-row.ts'

/** What tells of the audit log. */
export const AUDIT_METRICS = {
  freehold_audit_entries_total: {
    type: 'counter',
    help: 'Entries that this process put into the audit log.',
    labels: [],
  },
  freehold_audit_size: {
    type: 'gauge',
    help: 'Entries of the audit log, as far as this process has seen it.',
    labels: [],
  },
  freehold_audit_checkpoint_seconds: {
    type: 'gauge',
    help: 'Unix time of the newest checkpoint that this process wrote outside the database.',
    labels: [],
  },
  freehold_audit_sound: {
    type: 'gauge',
    help: '1 while the audit log in the database is the one that was signed; 0 when it is another, and nothing is signed any more.',
    labels: [],
  },
  freehold_audit_unsent: {
    type: 'gauge',
    help: 'Entries of the audit log that a receiver (syslog or witness) does not have yet.',
    labels: ['target'],
  },
  freehold_retention_removed_total: {
    type: 'counter',
    help: 'Records that were removed because they had been kept their time, by type.',
    labels: ['type'],
  },
  freehold_retention_held: {
    type: 'gauge',
    help: 'Records that have been kept their time and stay because of a legal hold, by type, as of the last look.',
    labels: ['type'],
  },
  freehold_break_glass_uses_total: {
    type: 'counter',
    help: 'Times that the emergency account was opened on this process.',
    labels: [],
  },
  freehold_break_glass_active: {
    type: 'gauge',
    help: 'Sessions of the emergency account that are open now.',
    labels: [],
  },
} as const satisfies Readonly<Record<string, MetricRow>>
