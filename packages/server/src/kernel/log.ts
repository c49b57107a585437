import { pino } from 'pino'
import { FAULT_CODES } from './fault.ts'
import { lineSink } from './line-sink.ts'

/**
 * What a log field can hold: numbers, booleans, ids, words and places of ours, or a closed list of words. A text
 * that a person wrote, or a secret, does not match the pattern and is printed as `[refused]`.
 *
 * `word` a name of ours (error name, version, route id); `id` an identifier; `place` a path, port or address of the
 * operator's own set-up; `frames` lines of our own source.
 */
export type LogField =
  | 'id'
  | 'word'
  | 'count'
  | 'ms'
  | 'bytes'
  | 'flag'
  | 'place'
  | 'frames'
  | readonly string[]

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
  'parser.kept_rights': {},
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
  'records.deleted': { requests: 'count' },
  'routing.applied': { targets: 'count', version: 'word', settings: 'count', problems: 'count' },
  'routing.refresh_failed': { name: 'word', code: 'word' },
  'target.failed': { request: 'id', target: 'word', code: 'word', status: 'count' },
  'dial.refused': { target: 'word', reason: 'word' },
  'tls.renewed': { expires: 'word' },
  'audit.failed': { action: 'word', name: 'word', code: 'word' },
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

const LONGEST_PLACE = 512
const PATH = /^(?:\.{0,2}[/\\]|[A-Za-z]:[/\\])[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u
const ADDRESS = /^(?:[a-z]+:\/\/)?(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?\/?$/i
const FRAME = String.raw`[\w./-]+\.[cm]?[jt]s:\d+`

const number = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)
const matching =
  (pattern: RegExp) =>
  (value: unknown): boolean =>
    typeof value === 'string' && pattern.test(value)

const KINDS: Readonly<Record<Extract<LogField, string>, (value: unknown) => boolean>> = {
  word: matching(/^[\w.:@*-]{1,80}$/),
  id: matching(/^[\w:-]{1,80}$/),
  place: (value) =>
    typeof value === 'string' && value.length <= LONGEST_PLACE && (PATH.test(value) || ADDRESS.test(value)),
  frames: matching(new RegExp(`^${FRAME}(?: ${FRAME}){0,7}$`)),
  count: number,
  ms: number,
  bytes: number,
  flag: (value) => typeof value === 'boolean',
}

function mayPrint(kind: LogField, value: unknown): boolean {
  return typeof kind === 'string' ? KINDS[kind](value) : typeof value === 'string' && kind.includes(value)
}

/** Only the fields of the table are looked at, so a further one of the caller's object never prints. */
function printable(event: LogEventName, fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const line: Record<string, unknown> = { event }
  const kinds: Readonly<Record<string, LogField>> = LOG_EVENTS[event]
  for (const [name, kind] of Object.entries(kinds)) {
    const value = fields[name]
    if (value === null || value === undefined) continue
    line[name] = mayPrint(kind, value) ? value : '[refused]'
  }
  return line
}

/** One JSON line per event: `{severity, ts, event, …}`. `write` gets whole lines and must not throw. */
export function createLog(options: {
  readonly level: Severity
  readonly write?: (line: string) => void
}): Log {
  const { level, write = lineSink(1).write } = options
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"ts":"${new Date().toISOString()}"`,
      formatters: { level: (severity) => ({ severity }) },
    },
    { write },
  )
  const at =
    (severity: Severity): Write =>
    (event, fields) => {
      if (logger.isLevelEnabled(severity)) logger[severity](printable(event, fields))
    }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    setLevel(next) {
      logger.level = next
    },
  }
}
