import type { Clock } from './clock.ts'
import { systemClock } from './clock.ts'
import { FAULT_CODES } from './fault.ts'
import type { LogField } from './log-field.ts'
import { fieldPrinter } from './log-field.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const
const ZONES = ['local', 'private', 'managed'] as const
const CLASSES = ['public', 'internal', 'confidential', 'restricted', 'sealed'] as const

/** Every event that can be logged, and its fields. */
export const LOG_EVENTS = {
  'server.starting': { version: 'word', node: 'word', data: 'place' },
  'server.ready': { address: 'place', ms: 'ms' },
  'server.draining': { reason: 'word' },
  'server.stopped': { reason: 'word', ms: 'ms' },
  'config.applied': { changed: 'count', needsRestart: 'count', first: 'word' },
  'config.refused': { problems: 'count', file: 'place', line: 'count', path: 'word' },
  'database.started': { pid: 'count', major: 'count', ms: 'ms' },
  'database.leftover': { pid: 'count' },
  'database.exited': { code: 'count', signal: 'word', restartInMs: 'ms' },
  'database.restart_failed': { restartInMs: 'ms' },
  'database.stopped': {},
  'database.connection_lost': {},
  'database.unreachable': {},
  'database.reachable': {},
  'database.listening': {},
  'database.not_listening': {},
  'schema.migrated': { version: 'count', applied: 'count' },
  request: {
    request: 'id',
    method: METHODS,
    route: 'word',
    status: 'count',
    ms: 'ms',
    zone: ZONES,
    class: CLASSES,
    code: FAULT_CODES,
  },
  'request.bug': { request: 'id', route: 'word', name: 'word', code: 'word', at: 'frames' },
  'identity.refresh_failed': { name: 'word', code: 'word' },
  'index.merge_failed': { name: 'word', code: 'word' },
  'index.segment_unreadable': { name: 'word', code: 'word' },
  'index.rebuild_failed': { name: 'word', code: 'word' },
  'source.failed': { name: 'word', code: 'word' },
  'skill.failed': { name: 'word', code: 'word' },
  'skill.said': { skill: 'word', bytes: 'count' },
  'index.replica_failed': { name: 'word', code: 'word' },
  'index.document_failed': { name: 'word', code: 'word' },
  'embedding.failed': { name: 'word', code: 'word' },
  'embedding.unreadable': { name: 'word', code: 'word' },
  'parser.kept_rights': {},
  'approvals.unread': { name: 'word', code: 'word' },
  'mcp.error': { name: 'word', code: 'word', at: 'frames' },
  'mcp.tools_changed': { skill: 'word', changes: 'count', gone: 'count' },
  'mcp.skill_hidden': { skill: 'word', name: 'word', code: 'word', at: 'frames' },
  'tool.bug': { tool: 'word', name: 'word', code: 'word', at: 'frames' },
  'attachment.unread': { name: 'word', code: 'word' },
  'run.failed': { name: 'word', code: 'word' },
  'conversation.move_failed': { name: 'word', code: 'word' },
  'run.bug': { run: 'id', name: 'word', code: 'word', at: 'frames' },
  'blobs.failed': { operation: 'word', status: 'count', code: 'word' },
  'blobs.unreachable': {},
  'tenant_database.down': { tenant: 'id', name: 'word', code: 'word' },
  'tenant_database.up': { tenant: 'id' },
  'keys.follow_failed': { name: 'word', code: 'word' },
  'keys.upkeep_failed': { name: 'word', code: 'word' },
  'keys.service_failed': { operation: 'word', outcome: 'word' },
  'keys.root_moved': { keys: 'count' },
  'blobs.reachable': {},
  'blob.swept': { blobs: 'count' },
  'blob.sweep_failed': { name: 'word', code: 'word' },
  'records.failed': { during: 'word', code: 'word' },
  'records.works_again': {},
  'records.full': { freeBytes: 'bytes' },
  'records.recovered': { lines: 'count', cutBytes: 'bytes', closed: 'count', ms: 'ms' },
  'records.damaged': { damage: 'word', path: 'place', fromOffset: 'count', toOffset: 'count' },
  'records.ship_failed': { name: 'word', code: 'word', retryInMs: 'ms' },
  'records.ship_resumed': { attempts: 'count' },
  'records.tenant_gone': { lines: 'count' },
  'records.line_refused': { request: 'id', code: 'word' },
  'retention.removed': { kind: 'word', records: 'count', held: 'count' },
  'retention.failed': { kind: 'word', name: 'word', code: 'word' },
  'erasure.failed': { name: 'word', code: 'word' },
  'break_glass.used': { use: 'id', minutes: 'count' },
  'routing.applied': { targets: 'count', version: 'word', settings: 'count', problems: 'count' },
  'routing.refresh_failed': { name: 'word', code: 'word' },
  'dictionary.applied': { values: 'count', patterns: 'count', ms: 'ms' },
  'dictionary.failed': { name: 'word', code: 'word' },
  'cache.purged': { entries: 'count' },
  'cache.refresh_failed': { name: 'word', code: 'word' },
  'target.failed': { request: 'id', target: 'word', code: 'word', status: 'count' },
  'target.opened': { target: 'word', failures: 'count', retryInMs: 'ms' },
  'target.closed': { target: 'word' },
  'target.tested': { target: 'word', outcome: ['ok', 'failed'], step: 'word', ms: 'ms' },
  'target.discovered': { target: 'word', models: 'count', leftOut: 'count' },
  'target.discovery_failed': { target: 'word', code: 'word', models: 'count' },
  'target.pulled': { target: 'word', outcome: ['done', 'failed', 'cancelled'], bytes: 'bytes', ms: 'ms' },
  'target.unhealthy': { target: 'word', code: 'word' },
  'target.healthy': { target: 'word' },
  'localModel.ready': { target: 'word', contextTokens: 'count', ms: 'ms' },
  'localModel.failed': { target: 'word', code: 'word', retryInMs: 'ms' },
  'localModel.broke': { target: 'word', name: 'word' },
  'target.ejected': { target: 'word', percent: 'count', retryInMs: 'ms' },
  'detector.opened': { detector: 'word', failures: 'count', retryInMs: 'ms' },
  'detector.closed': { detector: 'word' },
  'detector.broke': { detector: 'word', name: 'word' },
  'detector.public': { detector: 'word' },
  'socket.closed': {
    request: 'id',
    route: 'word',
    code: 'count',
    received: 'count',
    sent: 'count',
    ms: 'ms',
  },
  'budget.alert': { budget: 'word', limit: 'word', period: 'word', percent: 'count' },
  'budget.failed': { name: 'word', code: 'word' },
  'dial.refused': { target: 'word', reason: 'word' },
  'telemetry.failed': { signal: ['traces', 'logs'], status: 'count', code: 'word' },
  'telemetry.works_again': { signal: ['traces', 'logs'] },
  'tenant.deleted': { tenant: 'id', rows: 'count', objects: 'count' },
  'tenant.removal_failed': { name: 'word', code: 'word' },
  'tls.renewed': { expires: 'word' },
  'audit.failed': { action: 'word', name: 'word', code: 'word' },
  'audit.checkpoint': { installation: 'id', size: 'count', root: 'signature', signature: 'signature' },
  'audit.log_failed': { during: 'word', name: 'word', code: 'word' },
  'audit.broken': { size: 'count', reason: 'word' },
  'audit.send_failed': { receiver: 'word', name: 'word', code: 'word', retryInMs: 'ms' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, LogField>>>>

export type LogEventName = keyof typeof LOG_EVENTS
type ValueOf<F> = F extends readonly (infer Word)[]
  ? Word
  : F extends 'count' | 'ms' | 'bytes'
    ? number
    : F extends 'flag'
      ? boolean
      : string
/** The fields of one event; null where there is nothing to say. */
export type LogFields<N extends LogEventName> = {
  readonly [K in keyof (typeof LOG_EVENTS)[N]]: ValueOf<(typeof LOG_EVENTS)[N][K]> | null
}

type Write = <N extends LogEventName>(event: N, fields: LogFields<N>) => void
export interface Log {
  readonly debug: Write
  readonly info: Write
  readonly warn: Write
  readonly error: Write
  /** Follows a changed `log.level`. */
  readonly setLevel: (level: Severity) => void
}
export type Severity = 'debug' | 'info' | 'warn' | 'error'

const PRINTERS: ReadonlyMap<string, (fields: Readonly<Record<string, unknown>>) => string> = new Map(
  Object.entries<Readonly<Record<string, LogField>>>(LOG_EVENTS).map(([event, kinds]) => {
    const print = fieldPrinter(kinds)
    return [event, (fields) => `,"event":"${event}"${print(fields)}}\n`]
  }),
)

const RANKS: Readonly<Record<Severity, number>> = { debug: 0, info: 1, warn: 2, error: 3 }

interface LogOptions {
  readonly level: Severity
  /** Gets whole lines and must not throw. `mayWait`: there are many such lines, and none is missed by itself. */
  readonly write: (line: string, mayWait: boolean) => void
  readonly clock?: Clock
}

/** One JSON line per event: `{severity, ts, event, …}`. */
export function createLog({ level, write, clock = systemClock }: LogOptions): Log {
  const stamp = timestamp(clock)
  let least = RANKS[level]
  const at = (severity: Severity): Write => {
    const rank = RANKS[severity]
    const isQuiet = rank < RANKS.warn
    return (event, fields) => {
      if (rank < least) return
      const print = PRINTERS.get(event)
      if (print === undefined) throw new TypeError('The event is not in the table.')
      write(`{"severity":"${severity}","ts":"${stamp()}"${print(fields)}`, isQuiet && event === 'request')
    }
  }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    setLevel(next) {
      least = RANKS[next]
    },
  }
}

/** The time as `toISOString` writes it; what stays the same within a second is written once. */
function timestamp(clock: Clock): () => string {
  let second = Number.NaN
  let upToSecond = ''
  return () => {
    const now = clock.now()
    const current = Math.floor(now / 1000)
    if (current !== second) {
      second = current
      upToSecond = new Date(current * 1000).toISOString().slice(0, -'000Z'.length)
    }
    return `${upToSecond}${String(Math.floor(now) - current * 1000).padStart(3, '0')}Z`
  }
}
