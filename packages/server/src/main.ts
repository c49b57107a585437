import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { AuditDetail, AuditEventName } from '@freehold/contract/audit-events.ts'
import { append } from './audit/audit.ts'
import { createDataPath } from './gateway/data-path.ts'
import { createRecords } from './gateway/record.ts'
import { identityHandlers } from './http/handlers/identity.ts'
import { knowledgeHandlers } from './http/handlers/knowledge.ts'
import { platformHandlers } from './http/handlers/platform.ts'
import { createHostGuard } from './http/host-guard.ts'
import { createPage } from './http/page.ts'
import { createPlatformApi } from './http/platform-api.ts'
import { createProbes } from './http/probes.ts'
import type { Listener } from './http/server.ts'
import { listen } from './http/server.ts'
import { authorise } from './identity/authorise.ts'
import type { Identity } from './identity/identity.ts'
import { createIdentity } from './identity/identity.ts'
import { localOperator } from './identity/local-operator.ts'
import type { Cause } from './kernel/cause.ts'
import { causeOf } from './kernel/cause.ts'
import { systemClock } from './kernel/clock.ts'
import type { LoadedConfig } from './kernel/config/config.ts'
import { listenAddress } from './kernel/config/listen-address.ts'
import { watchConfig } from './kernel/config/watch.ts'
import { freeBytes, requireSpace } from './kernel/disk.ts'
import { Fault } from './kernel/fault.ts'
import type { Health } from './kernel/health.ts'
import { createHealth } from './kernel/health.ts'
import type { Log } from './kernel/log.ts'
import { createLog } from './kernel/log.ts'
import type { Metrics } from './kernel/metrics.ts'
import { createMetrics } from './kernel/metrics.ts'
import { Bm25 } from './knowledge/bm25.ts'
import { measuredKnowledge, measuredRetrieval } from './knowledge/figures.ts'
import { addGuide } from './knowledge/guide.ts'
import { createParser } from './knowledge/ingest-process.ts'
import type { Knowledge } from './knowledge/knowledge.ts'
import { createKnowledge } from './knowledge/knowledge.ts'
import { createLocalEngine } from './knowledge/local-engine.ts'
import { createRequestFigures } from './ops/request-figures.ts'
import { createStoreLog } from './ops/store-log.ts'
import type { OpenStore } from './store/open.ts'
import { openStore } from './store/open.ts'
import { sweepBlobs } from './store/sweep.ts'

/** A running Freehold. */
export interface Freehold {
  /** Where it listens: `http://127.0.0.1:7070`. */
  readonly url: string
  /** The one-time link of the owner; null once claimed. */
  readonly claimUrl: string | null
  /** Reads the configuration again now. */
  reload(): Promise<void>
  /** Drains and stops; resolves when nothing of it runs any more. */
  stop(reason: string): Promise<void>
}

export interface StartOptions {
  readonly data: string
  readonly version: string
  /** Reads the configuration. @throws ConfigError */
  readonly load: () => LoadedConfig
  /** A person watches: only warnings are logged unless the configuration asks for more. */
  readonly quiet: boolean
  /** Takes each log line, with its line end. */
  readonly write: (line: string) => void
}

const SWEEP_EVERY_MS = 3_600_000
const PAGE = join(import.meta.dirname, 'http', 'page')
const GUIDE = join(import.meta.dirname, '..', 'guide')

type Step = () => Promise<void>

interface Rooms {
  readonly options: StartOptions
  readonly loaded: LoadedConfig
  /** What is in force now: the live keys follow the file. */
  readonly settings: { config: LoadedConfig['config'] }
  readonly log: Log
  readonly metrics: Metrics
  readonly health: Health
  readonly opened: OpenStore
  readonly identity: Identity
  readonly knowledge: Knowledge
  /** The collection of the product's own guide; null when it is switched off. */
  readonly guide: string | null
}

/** Starts everything; what was started is stopped again when a later part fails. @throws Fault, ConfigError */
export async function startFreehold(options: StartOptions): Promise<Freehold> {
  const startedMs = systemClock.now()
  const loaded = options.load()
  const isQuiet = options.quiet && loaded.origins.get('log.level') === 'default'
  const log = createLog({ level: isQuiet ? 'warn' : loaded.config.log.level, write: options.write })
  log.info('server.starting', { version: options.version, node: process.version, data: options.data })
  const undo: Step[] = []
  try {
    const door = await openDoor(loaded.config, log)
    const settings = { config: loaded.config }
    undo.push(() => door.close(settings.config.drain.timeoutMs))
    const rooms = await openRooms({ options, loaded, settings, log }, undo)
    await serve(rooms, door)
    const reload = keepHouse(rooms, undo)
    await record(rooms, 'server.started', { version: options.version, schema: rooms.opened.schemaVersion })
    rooms.health.enter('ready')
    log.info('server.ready', { address: door.url, ms: systemClock.now() - startedMs })
    return {
      url: door.url,
      claimUrl: rooms.identity.claimLink(loaded.config.publicUrl ?? door.url),
      reload,
      stop: stopper(rooms, door, undo),
    }
  } catch (error) {
    await unwind(undo)
    throw error
  }
}

async function unwind(undo: Step[]): Promise<void> {
  for (let step = undo.pop(); step; step = undo.pop()) await step()
}

/** The rooms in the order in which each needs the one before. */
async function openRooms(
  base: Pick<Rooms, 'options' | 'loaded' | 'settings' | 'log'>,
  undo: Step[],
): Promise<Rooms> {
  const { options, loaded, settings, log } = base
  const { config } = loaded
  const metrics = createMetrics({ seriesCap: config.metrics.seriesCap })
  metrics.gauge('freehold_build_info').bind({ version: options.version }).set(1)
  const storeLog = createStoreLog(log, metrics)
  const opened = await openStore({
    data: options.data,
    config: { database: config.database ?? null, blobsDir: config.blobs },
    onEvent: storeLog.event,
  })
  undo.push(() => opened.close())
  const health = createHealth({ probe: () => opened.store.ping(), changed: storeLog.reachable })
  const identity = await createIdentity({
    store: opened.store,
    deriveFromRoot: opened.deriveFromRoot,
    clock: systemClock,
    publicUrl: config.publicUrl ?? null,
    onRefreshFailed: (error) => log.warn('identity.refresh_failed', nameOf(error)),
  })
  undo.push(() => identity.close())
  const parser = createParser(() => ({
    memoryMb: settings.config.knowledge.parseMemoryMb,
    timeoutMs: settings.config.knowledge.parseTimeoutMs,
  }))
  undo.push(() => parser.close())
  const unmeasured = createKnowledge({
    store: opened.store,
    parser,
    retrieval: measuredRetrieval(new Bm25(), metrics),
    clock: systemClock,
    limits: () => ({ maxFileBytes: settings.config.knowledge.maxFileBytes }),
    report: (error) => log.warn('index.merge_failed', nameOf(error)),
  })
  undo.push(() => unmeasured.settled())
  const knowledge = measuredKnowledge(unmeasured, metrics, systemClock)
  const guide = config.knowledge.guide
    ? await addGuide({ store: opened.store, knowledge, folder: GUIDE })
    : null
  return { ...base, metrics, health, opened, identity, knowledge, guide }
}

const nameOf = (error: unknown): Pick<Cause, 'name' | 'code'> => {
  const { name, code } = causeOf(error)
  return { name, code }
}

/** The port is taken first: whoever typed a wrong address learns it before a database starts. */
async function openDoor(config: LoadedConfig['config'], log: Log): Promise<Listener> {
  const address = listenAddress(config.listen)
  if (!address) throw new Error('the configuration let a listen address through that is none')
  try {
    return await listen({
      ...address,
      checkHost: createHostGuard(address.host, config.publicUrl ?? null),
      onBug: (request, error) => log.error('request.bug', { request, route: 'door', ...causeOf(error) }),
    })
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    const why = ADDRESS_FAULTS[code] ?? `cannot be listened on (${code})`
    throw new Fault('address_taken', `${config.listen} ${why}. Choose another with --listen.`, {
      cause: error,
    })
  }
}

const ADDRESS_FAULTS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another program (is Freehold running already?)',
  EACCES: 'may not be listened on by this user',
  EADDRNOTAVAIL: 'is not an address of this machine',
}

/** Hangs every operation of the route table on the door. */
async function serve(rooms: Rooms, door: Listener): Promise<void> {
  const { options, settings, log, metrics, health, opened, identity, knowledge } = rooms
  const settled = createRequestFigures(log, metrics)
  const operator = localOperator(opened.store.home)
  const onBug = (request: string, error: unknown): void =>
    log.error('request.bug', { request, route: 'unknown', ...causeOf(error) })
  const dataPath = createDataPath({
    identify: (exchange) => (exchange.door === 'control' ? operator : identity.identify(exchange)),
    authorise,
    record: createRecords(systemClock.now, settled, metrics.gauge('freehold_streams_active').bind({})),
    engine: createLocalEngine({ knowledge, guide: () => rooms.guide }),
    nowMs: systemClock.now,
    onBug,
  })
  const api = await createPlatformApi({
    handlers: {
      ...identityHandlers(identity),
      ...knowledgeHandlers(knowledge),
      ...platformHandlers({
        version: options.version,
        isClaimed: () => identity.isClaimed(),
        store: opened.store,
      }),
    },
    identify: (request, through) => (through === 'control' ? operator : identity.identify(request)),
    authorise,
    maxFileBytes: () => settings.config.knowledge.maxFileBytes,
    beforeChange: () => requireSpace(options.data, settings.config.storage.reserveBytes),
    settled,
    onBug,
  })
  const probes = createProbes({
    health,
    metrics: () => metrics.render(),
    mayReadMetrics: (request) => authorise(identity.identify(request), 'metrics.read'),
  })
  door.serve([dataPath, probes, createPage(PAGE), api])
  await door.openControl(join(options.data, 'control.sock'))
}

/** What is done from time to time, and the gauges that cost something to know. Returns how to reload the configuration. */
function keepHouse(rooms: Rooms, undo: Step[]): () => Promise<void> {
  const { options, log, metrics, opened } = rooms
  const free = metrics.gauge('freehold_storage_free_bytes').bind({})
  const up = metrics.gauge('freehold_database_up').bind({})
  metrics.beforeRender(async () => {
    free.set(await freeBytes(options.data))
    up.set((await opened.store.ping()) ? 1 : 0)
  })
  let sweeping = Promise.resolve()
  const sweep = async (): Promise<void> => {
    try {
      const blobs = await sweepBlobs(opened.store)
      if (blobs > 0) log.info('blob.swept', { blobs })
    } catch (error) {
      log.warn('blob.sweep_failed', nameOf(error))
    }
  }
  const timer = setInterval(() => (sweeping = sweep()), SWEEP_EVERY_MS)
  const watching = new AbortController()
  undo.push(async () => {
    clearInterval(timer)
    watching.abort()
    await sweeping
  })
  return watchReloads(rooms, watching.signal)
}

/** Follows the configuration file. Both outcomes are logged, counted and audited. */
function watchReloads(rooms: Rooms, signal: AbortSignal): () => Promise<void> {
  const { options, loaded, log, metrics } = rooms
  const total = metrics.counter('freehold_config_reload_total')
  const success = metrics.gauge('freehold_config_reload_success').bind({})
  success.set(1)
  const watch = watchConfig({
    started: loaded,
    load: options.load,
    signal,
    async apply(next, { changed, needsRestart }) {
      rooms.settings.config = next.config
      if (changed.includes('log.level')) log.setLevel(next.config.log.level)
      log.info('config.applied', {
        changed: changed.length,
        needsRestart: needsRestart.length,
        first: changed[0] ?? null,
      })
      total.bind({ outcome: 'applied' }).inc()
      success.set(1)
      await record(rooms, 'config.reloaded', { outcome: 'applied', changed: [...changed] })
    },
    refused(problems) {
      const [first] = problems
      log.error('config.refused', {
        problems: problems.length,
        file: loaded.file,
        line: first?.line ?? null,
        path: first?.path ?? null,
      })
      total.bind({ outcome: 'refused' }).inc()
      success.set(0)
      void record(rooms, 'config.reloaded', { outcome: 'refused', changed: [] })
    },
  })
  return watch.reload
}

/** An event of the program itself. Its failure is logged: the database may be away while the program still lives. */
async function record<N extends AuditEventName>(
  { opened, log }: Rooms,
  action: N,
  detail: AuditDetail<N>,
): Promise<void> {
  try {
    await opened.store.withTenant({ tenant: opened.store.home }, (tx) =>
      append(tx, { action, actor: 'system', detail }),
    )
  } catch (error) {
    log.error('audit.failed', { action, ...nameOf(error) })
  }
}

/** Not ready at once, no new connections after the propagation time, then everything in reverse order. */
function stopper(rooms: Rooms, door: Listener, undo: Step[]): (reason: string) => Promise<void> {
  const { settings, log, health } = rooms
  return async (reason) => {
    const fromMs = systemClock.now()
    health.enter('draining')
    log.info('server.draining', { reason })
    await setTimeout(settings.config.drain.propagationMs)
    await door.close(settings.config.drain.timeoutMs)
    await record(rooms, 'server.stopped', { reason })
    await unwind(undo)
    health.enter('stopped')
    log.info('server.stopped', { reason, ms: systemClock.now() - fromMs })
  }
}
