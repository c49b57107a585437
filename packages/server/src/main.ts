import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { BodyBudget } from './gateway/body-budget.ts'
import { createDataPath } from './gateway/data-path.ts'
import { createRecords } from './gateway/record.ts'
import { identityHandlers } from './http/handlers/identity.ts'
import { knowledgeHandlers } from './http/handlers/knowledge.ts'
import { platformHandlers } from './http/handlers/platform.ts'
import { createHostGuard } from './http/host-guard.ts'
import { openDoor } from './http/open-door.ts'
import { createPage } from './http/page.ts'
import { createPlatformApi } from './http/platform-api.ts'
import { createProbes } from './http/probes.ts'
import type { Listener } from './http/server.ts'
import { authorise } from './identity/authorise.ts'
import type { Identity } from './identity/identity.ts'
import { createIdentity } from './identity/identity.ts'
import { localOperator } from './identity/local-operator.ts'
import type { Cause } from './kernel/cause.ts'
import { causeOf } from './kernel/cause.ts'
import { systemClock } from './kernel/clock.ts'
import type { LoadedConfig } from './kernel/config/config.ts'
import type { ListenAddress } from './kernel/config/listen-address.ts'
import { listenAddress } from './kernel/config/listen-address.ts'
import { requireSpace } from './kernel/disk.ts'
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
import { keepHouse } from './ops/housekeeping.ts'
import type { RecordOwn } from './ops/own-events.ts'
import { ownEvents } from './ops/own-events.ts'
import type { Reloading } from './ops/reloading.ts'
import { followConfig } from './ops/reloading.ts'
import { createRequestFigures } from './ops/request-figures.ts'
import { createStoreLog } from './ops/store-log.ts'
import type { OpenStore } from './store/open.ts'
import { openStore } from './store/open.ts'

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
  /** Aborted when the start is no longer wanted; what was started is stopped again. */
  readonly signal: AbortSignal
  /** Takes each log line, with its line end. */
  readonly write: (line: string) => void
  /** Log lines lost so far. */
  readonly droppedLines: () => number
}

const PAGE = join(import.meta.dirname, 'http', 'page')
const GUIDE = join(import.meta.dirname, '..', 'guide')

type Step = () => Promise<void>

interface Rooms {
  readonly options: StartOptions
  readonly log: Log
  readonly metrics: Metrics
  readonly health: Health
  readonly opened: OpenStore
  readonly following: Reloading
  readonly record: RecordOwn
  readonly identity: Identity
  readonly knowledge: Knowledge
  /** The collection of the product's own guide; null when it is switched off. */
  readonly guide: string | null
}

/** Starts everything; what was started is stopped again when a later part fails. @throws Fault, ConfigError */
export async function startFreehold(options: StartOptions): Promise<Freehold> {
  const startedMs = systemClock.now()
  const loaded = options.load()
  const { config } = loaded
  const isQuiet = options.quiet && loaded.origins.get('log.level') === 'default'
  const log = createLog({ level: isQuiet ? 'warn' : config.log.level, write: options.write })
  log.info('server.starting', { version: options.version, node: process.version, data: options.data })
  const undo: Step[] = []
  try {
    // The port is taken first: whoever typed a wrong address learns it before a database starts.
    const door = await openDoor({
      ...addressOf(config),
      checkHost: createHostGuard(addressOf(config).host, config.publicUrl ?? null),
      onBug: (request, error) => log.error('request.bug', { request, route: 'door', ...causeOf(error) }),
    })
    undo.push(() => door.close(0))
    const rooms = await openRooms({ options, log }, loaded, undo)
    await serve(rooms, door)
    await rooms.record('server.started', { version: options.version, schema: rooms.opened.schemaVersion })
    rooms.health.enter('ready')
    log.info('server.ready', { address: door.url, ms: systemClock.now() - startedMs })
    return {
      url: door.url,
      claimUrl: rooms.identity.claimLink(config.publicUrl ?? door.url),
      reload: rooms.following.reload,
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

function addressOf(config: LoadedConfig['config']): ListenAddress {
  const address = listenAddress(config.listen)
  if (!address) throw new Error('the configuration let a listen address through that is none')
  return address
}

/** The rooms in the order in which each needs the one before. */
async function openRooms(
  base: Pick<Rooms, 'options' | 'log'>,
  loaded: LoadedConfig,
  undo: Step[],
): Promise<Rooms> {
  const { options, log } = base
  const { config } = loaded
  const metrics = createMetrics({ seriesCap: config.metrics.seriesCap })
  metrics.gauge('freehold_build_info').bind({ version: options.version }).set(1)
  metrics.follow('freehold_log_dropped_total', options.droppedLines)
  const storeLog = createStoreLog(log, metrics)
  const opened = await openStore({
    data: options.data,
    config: { database: config.database ?? null, blobsDir: config.blobs },
    onEvent: storeLog.event,
  })
  undo.push(() => opened.close())
  options.signal.throwIfAborted()
  const { store, deriveFromRoot } = opened
  const health = createHealth({ probe: () => store.ping(), changed: storeLog.reachable })
  const record = ownEvents(store, log)
  const watching = new AbortController()
  const following = followConfig({
    started: loaded,
    load: options.load,
    log,
    metrics,
    record,
    signal: watching.signal,
  })
  undo.push(async () => watching.abort())
  const identity = await createIdentity({
    store,
    deriveFromRoot,
    clock: systemClock,
    publicUrl: config.publicUrl ?? null,
    onRefreshFailed: (error) => log.warn('identity.refresh_failed', nameOf(error)),
  })
  undo.push(() => identity.close())
  const knowledge = openKnowledge({ log, metrics, opened, following }, undo)
  const guide = config.knowledge.guide ? await addGuide({ store, knowledge, folder: GUIDE }) : null
  undo.push(keepHouse({ store, data: options.data, log, metrics }))
  options.signal.throwIfAborted()
  return { ...base, metrics, health, opened, following, record, identity, knowledge, guide }
}

function openKnowledge(
  { log, metrics, opened, following }: Pick<Rooms, 'log' | 'metrics' | 'opened' | 'following'>,
  undo: Step[],
): Knowledge {
  const limits = () => following.config().knowledge
  const parser = createParser(
    () => ({ memoryMb: limits().parseMemoryMb, timeoutMs: limits().parseTimeoutMs }),
    { keptRights: () => log.warn('parser.kept_rights', {}) },
  )
  undo.push(() => parser.close())
  const knowledge = createKnowledge({
    store: opened.store,
    parser,
    retrieval: measuredRetrieval(new Bm25(), metrics),
    clock: systemClock,
    limits: () => ({ maxFileBytes: limits().maxFileBytes }),
    report: (error, what) => log.warn(`index.${what}`, nameOf(error)),
  })
  undo.push(() => knowledge.settled())
  return measuredKnowledge(knowledge, metrics, systemClock)
}

const nameOf = (error: unknown): Pick<Cause, 'name' | 'code'> => {
  const { name, code } = causeOf(error)
  return { name, code }
}

/** Hangs every operation of the route table on the door. */
async function serve(rooms: Rooms, door: Listener): Promise<void> {
  const { options, following, log, metrics, health, opened, identity, knowledge } = rooms
  const settled = createRequestFigures(log, metrics)
  const operator = localOperator(opened.store.home)
  const bodies = new BodyBudget()
  const onBug = (request: string, error: unknown): void =>
    log.error('request.bug', { request, route: 'unknown', ...causeOf(error) })
  const dataPath = createDataPath({
    identify: (exchange) => (exchange.door === 'control' ? operator : identity.identify(exchange)),
    authorise,
    record: createRecords(systemClock.now, settled, metrics.gauge('freehold_streams_active').bind({})),
    engine: createLocalEngine({ knowledge, guide: () => rooms.guide }),
    nowMs: systemClock.now,
    bodies,
    onBug,
  })
  const api = await createPlatformApi({
    handlers: {
      ...identityHandlers(identity),
      ...knowledgeHandlers(knowledge, opened.store),
      ...platformHandlers({
        version: options.version,
        isClaimed: () => identity.isClaimed(),
        store: opened.store,
      }),
    },
    identify: (request, through) => (through === 'control' ? operator : identity.identify(request)),
    authorise,
    maxFileBytes: () => following.config().knowledge.maxFileBytes,
    requireSpace: () => requireSpaceEverywhere(rooms),
    bodies,
    settled,
    onBug,
  })
  const probes = createProbes({
    health,
    metrics: () => metrics.render(),
    mayReadMetrics: (request) => authorise(identity.identify(request), 'metrics.read'),
    onBug,
  })
  door.serve([dataPath, probes, createPage(PAGE), api], settled)
  await door.openControl(join(options.data, 'control.sock'))
}

/** The data directory and the directory of the documents may lie on different disks. @throws Fault `storage_full` */
async function requireSpaceEverywhere({ options, following }: Rooms): Promise<void> {
  const { blobs, storage } = following.config()
  await requireSpace(options.data, storage.reserveBytes)
  if (blobs !== undefined) await requireSpace(blobs, storage.reserveBytes)
}

/** Not ready at once, no new connections after the propagation time, then everything in reverse order. */
function stopper(rooms: Rooms, door: Listener, undo: Step[]): (reason: string) => Promise<void> {
  const { following, record, log, health } = rooms
  return async (reason) => {
    const fromMs = systemClock.now()
    const { propagationMs, timeoutMs } = following.config().drain
    health.enter('draining')
    log.info('server.draining', { reason })
    await setTimeout(propagationMs)
    await door.close(timeoutMs)
    await record('server.stopped', { reason })
    await unwind(undo)
    health.enter('stopped')
    log.info('server.stopped', { reason, ms: systemClock.now() - fromMs })
  }
}
