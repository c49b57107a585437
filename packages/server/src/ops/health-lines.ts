import type { HealthLine, HealthView } from '@freehold/contract/health.ts'
import type { NameOf } from '../kernel/metric-names.ts'

type Line = HealthView['lines'][number]
type Gauge = NameOf<'gauge'>
/** The values of a gauge, one for each set of labels that has one. */
export type Read = (name: Gauge) => readonly number[]

/** What lines are judged by besides the values themselves. */
export interface Bounds {
  readonly nowMs: number
  readonly reserveBytes: number
  readonly maxUnshippedBytes: number
  /** Entries of the audit log are made. */
  readonly keepsLog: boolean
}

interface Judged {
  readonly state: Line['state']
  readonly figures: Line['figures']
  readonly message: string
}

const SECONDS_OF_DAY = 86_400
const SOON_DAYS = 14
const MIB = 1024 * 1024
/** A receiver that takes everything is never so far behind. */
const MOST_UNSENT = 10_000

const least = (values: readonly number[]): number => Math.min(...values)
const most = (values: readonly number[]): number => Math.max(0, ...values)
const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0)

const judged = (state: Line['state'], message: string, figures: Line['figures'] = {}): Judged => ({
  state,
  message,
  figures,
})

/** One that is 1 while all is well. */
const flag =
  (gauge: Gauge, well: string, unwell: readonly [state: 'warning' | 'failed', message: string]) =>
  (read: Read): Judged | null => {
    const values = read(gauge)
    if (values.length === 0) return null
    return least(values) >= 1 ? judged('ok', well) : judged(...unwell)
  }

/** Each by what the metrics of this process say; null where there is nothing of the kind. */
const JUDGES: Readonly<Record<HealthLine, (read: Read, bounds: Bounds) => Judged | null>> = {
  database: flag('freehold_database_up', 'The database answers.', [
    'failed',
    'The database does not answer. See that it runs and that this machine reaches it.',
  ]),
  objects: flag('freehold_blobs_up', 'Documents can be read and written.', [
    'failed',
    'The object store does not answer. See blobs and s3 in the configuration.',
  ]),
  disk(read, { reserveBytes }) {
    const free = read('freehold_storage_free_bytes')[0] ?? 0
    const figures = { freeBytes: free, reserveBytes }
    const [freeMib, reserveMib] = [Math.floor(free / MIB), Math.ceil(reserveBytes / MIB)]
    if (free < reserveBytes)
      return judged(
        'failed',
        `${freeMib} MiB are free, and ${reserveMib} MiB are kept in reserve: nothing is stored. Free or add disk space.`,
        figures,
      )
    return free < 4 * reserveBytes
      ? judged('warning', `${freeMib} MiB are free. Below ${reserveMib} MiB nothing is stored.`, figures)
      : judged('ok', `${freeMib} MiB are free.`, figures)
  },
  records(read, { maxUnshippedBytes }) {
    const unshippedBytes = sum(read('freehold_records_unshipped_bytes'))
    const figures = { unshippedBytes, maxUnshippedBytes }
    if (most(read('freehold_records_healthy')) < 1)
      return judged(
        'failed',
        'Records of requests cannot be written, so that nothing is sent to managed targets.',
        figures,
      )
    return unshippedBytes > maxUnshippedBytes / 2
      ? judged('warning', 'Records wait for the database. Once too many wait, requests are refused.', figures)
      : judged('ok', 'Records of requests are written.', figures)
  },
  'audit-log'(read, { keepsLog, nowMs }) {
    const figures = { entries: most(read('freehold_audit_size')) }
    if (!keepsLog) return judged('warning', 'audit.log is off: events are kept, and in no log.', figures)
    if (most(read('freehold_audit_sound')) < 1)
      return judged(
        'failed',
        'The database holds another audit log than the one that was signed. See docs/audit.md.',
        figures,
      )
    const signedSeconds = most(read('freehold_audit_checkpoint_seconds'))
    const ageSeconds = signedSeconds === 0 ? 0 : Math.round(nowMs / 1000 - signedSeconds)
    return judged('ok', 'Events become entries of a signed log.', {
      ...figures,
      checkpointAgeSeconds: ageSeconds,
    })
  },
  'audit-delivery'(read) {
    const values = read('freehold_audit_unsent')
    if (values.length === 0) return null
    const unsent = most(values)
    return unsent > MOST_UNSENT
      ? judged('warning', 'The receiver of audit entries is behind. See that it takes them.', { unsent })
      : judged('ok', 'Audit entries are sent on.', { unsent })
  },
  configuration: flag('freehold_config_reload_success', 'The configuration is the one in the file.', [
    'warning',
    'The file was changed to something that is not valid, and the one before is in force. See: freehold config check',
  ]),
  certificates(read, { nowMs }) {
    const ends = most(read('freehold_certificate_expiry_seconds'))
    if (ends === 0) return null
    const daysLeft = Math.floor((ends - nowMs / 1000) / SECONDS_OF_DAY)
    if (daysLeft < 0) return judged('failed', 'The certificate of the listeners has ended.', { daysLeft })
    return daysLeft < SOON_DAYS
      ? judged('warning', `The certificate of the listeners ends in ${daysLeft} days.`, { daysLeft })
      : judged('ok', `The certificate of the listeners is good for ${daysLeft} days.`, { daysLeft })
  },
  targets(read) {
    const health = read('freehold_target_healthy')
    if (health.length === 0) return null
    const unhealthy = health.filter((value) => value < 1).length
    const leftAlone = sum(read('freehold_target_circuits_open'))
    const figures = { targets: health.length, unhealthy, leftAlone }
    if (unhealthy === 0 && leftAlone === 0) return judged('ok', 'Every target is well.', figures)
    return judged(
      unhealthy === health.length ? 'failed' : 'warning',
      `${unhealthy} targets are unwell, and ${leftAlone} models are left alone because they failed. Try them.`,
      figures,
    )
  },
  detectors(read) {
    const values = read('freehold_privacy_detector_open')
    if (values.length === 0) return null
    const open = sum(values)
    return open > 0
      ? judged('warning', 'A detector of the configuration does not answer. What it would find stays home.', {
          open,
        })
      : judged('ok', 'The detectors of the configuration answer.', { open })
  },
  skills: flag('freehold_sandbox_strong', 'The sandbox of skills passed its self-test.', [
    'warning',
    'This machine has no strong sandbox: skills that need one are refused.',
  ]),
  keys(read) {
    const left = sum(read('freehold_keys_rewrapping'))
    return left > 0
      ? judged('ok', 'Data keys are being wrapped anew.', { rewrapping: left })
      : judged('ok', 'Keys are where they belong.', { rewrapping: 0 })
  },
  emergency(read) {
    const open = sum(read('freehold_break_glass_active'))
    return open > 0
      ? judged('warning', 'A session of the emergency account is open.', { sessions: open })
      : null
  },
}

// The table is closed, so its keys are exactly these; Object.entries only says string.
const ENTRIES = Object.entries(JUDGES) as readonly (readonly [HealthLine, (typeof JUDGES)[HealthLine]])[]

/** How this process and what it rests on are doing, by its own metrics. */
export const healthLines = (read: Read, bounds: Bounds): Line[] =>
  ENTRIES.flatMap(([id, judge]) => {
    const seen = judge(read, bounds)
    return seen === null ? [] : [{ id, ...seen }]
  })
