/** What one cluster is started with beside the fixed settings. */
export interface ServerSettings {
  readonly socketDir: string
  /** Only the control of the power-cut test switches it off. */
  readonly fsync: boolean
}

/** Small enough for a laptop; a larger installation brings its own database. */
const MEMORY = {
  shared_buffers: '48MB',
  work_mem: '4MB',
  maintenance_work_mem: '32MB',
  // Most of them are for tenants with a database of their own.
  max_connections: '120',
  max_parallel_workers: '0',
  max_parallel_workers_per_gather: '0',
  max_worker_processes: '4',
  autovacuum_max_workers: '2',
  jit: 'off',
  min_wal_size: '48MB',
  max_wal_size: '256MB',
  wal_compression: 'on',
}

/** Neither statements nor parameters nor rows may reach the log: they hold what people wrote. */
const SILENT_LOG = {
  logging_collector: 'off',
  log_destination: 'stderr',
  log_line_prefix: '%m [%p] ',
  log_timezone: 'UTC',
  log_statement: 'none',
  log_min_duration_statement: '-1',
  log_min_error_statement: 'panic',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_error_verbosity: 'terse',
  log_connections: 'off',
  log_disconnections: 'off',
  log_checkpoints: 'off',
}

/** Command-line settings win over every file in the data directory. */
export function settingArguments(settings: ServerSettings): readonly string[] {
  const all = {
    ...MEMORY,
    ...SILENT_LOG,
    listen_addresses: '',
    unix_socket_directories: settings.socketDir,
    unix_socket_permissions: '0700',
    timezone: 'UTC',
    fsync: settings.fsync ? 'on' : 'off',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    // A backend whose client vanished ends its statement instead of holding locks.
    client_connection_check_interval: '5s',
  }
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}
