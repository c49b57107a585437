import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Credentials } from './assistant/model-exchange.ts'
import type { OpenAssistant } from './assistant/open-assistant.ts'
import { openAssistant } from './assistant/open-assistant.ts'
import type { AuditLog } from './audit/opening.ts'
import { openAuditLog } from './audit/opening.ts'
import { BodyBudget } from './gateway/body-budget.ts'
import type { Door } from './gateway/exchange.ts'
import type { Gateway } from './gateway/gateway.ts'
import { openGateway } from './gateway/gateway.ts'
import { OpenRequests } from './gateway/open-requests.ts'
import { allHandlers } from './http/handlers/all.ts'
import { askingOf } from './http/asking-of.ts'
import { certified, followCertificate } from './http/certificate.ts'
import { type Doors, openDoors } from './http/doors.ts'
import { openMcp } from './http/mcp/open-mcp.ts'
import { SECURITY_HEADER_LIST } from './http/security-headers.ts'
import { createPlatformApi } from './http/platform-api.ts'
import { createMetricsPlace, createProbes } from './http/probes.ts'
import { RunSession } from './http/socket/run-session.ts'
import { Sockets } from './http/socket/sockets.ts'
import { createWellKnown } from './http/well-known.ts'
import { authoriseIn } from './identity/authorise.ts'
import { recordRead } from './identity/break-glass/telling.ts'
import type { Identity } from './identity/identity.ts'
import type { Caller } from './identity/caller.ts'
import { localOperator } from './identity/local-operator.ts'
import { openIdentity } from './identity/opening.ts'
import type { PeopleData } from './identity/subjects/people-data.ts'
import type { Asking } from './identity/same-site.ts'
import { createIssuer } from './http/issuer.ts'
import { createWebApp, webAppFolder } from './http/web-app.ts'
import type { Tokens } from './identity/tokens.ts'
import { causeOf } from './kernel/cause.ts'
import { systemClock } from './kernel/clock.ts'
import type { LoadedConfig } from './kernel/config/config.ts'
import { listeners } from './kernel/config/listen-address.ts'
import { createDialler } from './kernel/dialler/dialler.ts'
import { tellRefusals } from './kernel/dialler/refusals.ts'
import type { Health } from './kernel/health.ts'
import { createHealth } from './kernel/health.ts'
import type { Log } from './kernel/log.ts'
import { createLog } from './kernel/log.ts'
import type { Lines } from './kernel/lines.ts'
import { tapped } from './kernel/lines.ts'
import type { Metrics } from './kernel/metrics.ts'
import { createMetrics } from './kernel/metrics.ts'
import { addGuide } from './knowledge/guide.ts'
import type { Knowledge } from './knowledge/knowledge.ts'
import { createLocalEngine } from './knowledge/local-engine.ts'
import { openKnowledge } from './knowledge/open-knowledge.ts'
import { openSources } from './knowledge/sources/open-sources.ts'
import type { Sources } from './knowledge/sources/sources.ts'
import type { Kek } from './ops/keys/kek.ts'
import { openKek } from './ops/keys/opening.ts'
import type { RecordOwn } from './ops/own-events.ts'
import { ownEvents, recordKeyChanges } from './ops/own-events.ts'
import { openTelemetry } from './ops/otlp/opening.ts'
import type { Telemetry } from './ops/otlp/telemetry.ts'
import type { Reloading } from './ops/reloading.ts'
import { followConfig } from './ops/reloading.ts'
import { createRequestFigures } from './ops/request-figures.ts'
import { createStoreLog } from './ops/store-log.ts'
import type { OpenDetection } from './privacy/detect/opening.ts'
import { openDetection } from './privacy/detect/opening.ts'
import { openSkills } from './skills/open-skills.ts'
import type { OpenStore } from './store/open.ts'
import { blobPlace, requireSpaceEverywhere } from './store/blob-place.ts'
import { openStore } from './store/open.ts'
import { openKeeping } from './subjects.ts'
import type { Freehold, StartOptions } from './kernel/running.ts'

const GUIDE = join(import.meta.dirname, '..', 'guide')
type Step = () => Promise<void>

interface Rooms {
  readonly options: StartOptions
  readonly lines: Lines
  readonly doors: Doors
  readonly log: Log
  readonly metrics: Metrics
  /** Null where nothing is sent. */
  readonly telemetry: Telemetry | null
  readonly health: Health
  readonly opened: OpenStore
  readonly following: Reloading
  readonly record: RecordOwn
  readonly identity: Identity
  readonly tokens: Tokens
  readonly auditLog: AuditLog
  readonly gateway: Gateway
  readonly knowledge: Knowledge
  readonly searching: ReturnType<typeof openKnowledge>
  readonly speaking: OpenAssistant
  readonly sources: Sources
  readonly skills: Awaited<ReturnType<typeof openSkills>>
  readonly detection: OpenDetection
  readonly kek: Kek
  readonly peopleData: PeopleData
  /** The collection of the product's own guide; null when it is switched off. */
  readonly guide: string | null
}

/** Starts everything; what was started is stopped again when a later part fails. @throws Fault, ConfigError */
export async function startFreehold(options: StartOptions): Promise<Freehold> {
  const startedMs = systemClock.now()
  const loaded = options.load()
  const { config } = loaded
  const isQuiet = options.quiet && loaded.origins.get('log.level') === 'default'
  const lines = tapped(options.write)
  const log = createLog({ level: isQuiet ? 'warn' : config.log.level, write: lines.write })
  log.info('server.starting', { version: options.version, node: process.version, data: options.data })
  const undo: Step[] = []
  try {
    // The ports are taken first: whoever typed a wrong address learns it before a database starts.
    const doors = await openDoors({
      listeners: listeners(config),
      tls: certified(config.tls),
      publicUrl: config.publicUrl ?? null,
      onBug: (request, error) => log.error('request.bug', { request, route: 'door', ...causeOf(error) }),
    })
    undo.push(() => doors.close(0))
    const rooms = await openRooms({ options, lines, log, doors }, loaded, undo)
    await serve(rooms)
    await recordKeyChanges(rooms.opened.store, rooms.opened.keyChanges)
    await rooms.record('server.started', { version: options.version, schema: rooms.opened.schemaVersion })
    rooms.opened.settled()
    rooms.health.enter('ready')
    const { admin: url, data: dataUrl, metrics: metricsUrl } = doors.urls
    log.info('server.ready', { address: url, ms: systemClock.now() - startedMs })
    return {
      url,
      dataUrl,
      metricsUrl,
      claimUrl: rooms.identity.claimLink(config.publicUrl ?? url),
      reload: rooms.following.reload,
      stop: stopper(rooms, undo),
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
  base: Pick<Rooms, 'options' | 'lines' | 'log' | 'doors'>,
  loaded: LoadedConfig,
  undo: Step[],
): Promise<Rooms> {
  const { options, lines, log, doors } = base
  const { config } = loaded
  const metrics = createMetrics({ seriesCap: config.metrics.seriesCap })
  metrics.gauge('freehold_build_info').bind({ version: options.version }).set(1)
  metrics.follow('freehold_log_dropped_total', options.droppedLines)
  const dialler = createDialler({ refused: tellRefusals(log, metrics) })
  const { version } = options
  const telemetry = await openTelemetry(config.telemetry.otlp, { lines, log, metrics, dialler, version })
  undo.push(async () => telemetry?.close())
  const storeLog = createStoreLog(log, metrics)
  const opened = await openStore({
    isStarting: true,
    data: options.data,
    config: {
      database: config.database ?? null,
      tenantDatabases: config.tenantDatabases ?? null,
      blobs: blobPlace(config),
      root: config.keys,
      nextRoot: config.keys.next,
    },
    dialler,
    onEvent: storeLog.event,
    onObject: storeLog.object,
    onKeyService: storeLog.keyService,
  })
  undo.push(() => opened.close())
  options.signal.throwIfAborted()
  const { store, databases, deriveFromRoot } = opened
  const { pingBlobs } = store
  const health = createHealth({
    probe: () => store.ping(),
    changed: storeLog.reachable,
    blobs: pingBlobs && { probe: pingBlobs, changed: storeLog.blobsReachable },
  })
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
  const { identity, tokens } = await openIdentity(
    {
      store,
      databases,
      deriveFromRoot,
      log,
      metrics,
      publicUrl: config.publicUrl ?? (certified(config.tls) ? doors.urls.admin : null),
      listenUrl: () => doors.urls.admin,
      issuer: config.publicUrl ?? doors.urls.data,
      limits: () => following.config().limits,
      federation: { dialler, connections: () => following.config().identity.connections },
    },
    undo,
  )
  const auditLog = await openAuditLog({
    ...opened,
    directory: join(options.data, 'audit'),
    log,
    metrics,
    setting: config.audit,
    dialler,
    version,
  })
  undo.push(() => auditLog.close())
  const detection = openDetection({ metrics, log, dialler, following })
  undo.push(() => detection.close())
  const isAlone = opened.cluster !== null
  const gateway = await openGateway({
    store,
    detection,
    clock: systemClock,
    log,
    metrics,
    directory: join(options.data, 'records'),
    config: following.config,
    tokens,
    isAlone,
  })
  undo.push(() => gateway.close())
  following.follow(({ changed }) => gateway.configChanged(changed))
  followCertificate({ doors, following, log, metrics })
  const around = { store, data: options.data, clock: systemClock, log, metrics, config: following.config }
  const searching = openKnowledge({ ...around, following, gateway, identity, isAlone }, undo)
  const { knowledge } = searching
  const guide = config.knowledge.guide ? await addGuide({ store, knowledge, folder: GUIDE }) : null
  const looking = openKek({ store, keys: opened.keys, databases, log, metrics, record })
  undo.push(() => looking.close())
  const sources = openSources({ ...around, dialler, knowledge, identity, isAlone }, undo)
  const skills = await openSkills({ ...around, version, dialler, tokens, gateway, doors, isAlone }, undo)
  const limits = () => following.config().conversations
  const speaking = await openAssistant({ ...around, knowledge, skills, identity, limits, isAlone }, undo)
  opened.keys.whenShredded((tenant) => {
    knowledge.forget(tenant)
    gateway.cache.forget(tenant)
    speaking.assistant.forget(tenant)
    skills.forget(tenant)
  })
  const hearing = { heard: () => identity.heard(), heardReplica: knowledge.heard, heardSkills: skills.heard }
  const listening = opened.listen({ ...hearing, heardRun: (run) => speaking.heard(run) })
  undo.push(() => listening.close())
  const peopleData = openKeeping({ ...around, identity, gateway, assistant: speaking.assistant }, undo)
  options.signal.throwIfAborted()
  return {
    ...base,
    metrics,
    telemetry,
    health,
    opened,
    following,
    record,
    identity,
    tokens,
    auditLog,
    gateway,
    knowledge,
    searching,
    speaking,
    sources,
    skills,
    detection,
    kek: looking.kek,
    peopleData,
    guide,
  }
}

/** Hangs every operation of the route table on the doors. */
async function serve(rooms: Rooms): Promise<void> {
  const { options, doors, log, metrics, telemetry, health, opened, identity, tokens, gateway, knowledge } =
    rooms
  const settled = createRequestFigures(log, metrics, telemetry && ((over) => telemetry.over(over)))
  const operator = localOperator(opened.store.home)
  const authorise = authoriseIn(opened.store.home)
  const bodies = new BodyBudget()
  const onBug = (request: string, error: unknown): void =>
    log.error('request.bug', { request, route: 'unknown', ...causeOf(error) })
  const recognise = (asking: Asking, door: Door): Caller =>
    door === 'control' ? operator : identity.recognise(asking)
  const revoked = metrics.counter('freehold_requests_revoked_total').bind({})
  const openRequests = new OpenRequests({
    recognise: (entrance) => recognise(entrance, entrance.door),
    authorise,
    revoked: () => revoked.inc(),
    onBug,
  })
  const trace = telemetry && ((request: string, parent: unknown) => telemetry.begin(request, parent))
  const path = gateway.dataPath({
    identify: (exchange) => (exchange.door === 'control' ? operator : identity.identify(exchange)),
    authorise,
    openRequests,
    engine: rooms.speaking.acting(createLocalEngine({ knowledge, guide: () => rooms.guide })),
    bodies,
    securityHeaders: SECURITY_HEADER_LIST,
    settled,
    onBug,
    trace,
  })
  rooms.searching.serve({ answer: path.answerHouse, onBug })
  rooms.skills.serve({ answer: path.answerChat, onBug })
  const known = (by: Credentials): Caller => recognise({ ...by, method: 'GET' }, by.door)
  rooms.speaking.serve({ answer: path.answerChat, foresee: gateway.foresee, recognise: known, onBug, trace })
  const sockets = new Sockets({
    sessions: {
      'responses.connect': () => path.openResponses,
      'realtime.connect': path.enterRealtime,
      'runs.connect':
        ({ caller }) =>
        (wire) =>
          new RunSession(wire, { events: rooms.speaking.assistant, caller, onBug }),
    },
    identifyHandshake: (asking, door) => (door === 'control' ? operator : identity.identifyHandshake(asking)),
    recognise,
    authorise,
    limits: () => rooms.following.config().sockets,
    bodies,
    log,
    metrics,
    settled,
    onBug,
  })
  // First the requests, so that those of a WebSocket can say why before it is closed.
  identity.whenChanged(() => openRequests.review())
  identity.whenChanged(() => sockets.review())
  const around = {
    identify: (request: IncomingMessage, through: Door) =>
      through === 'control' ? operator : identity.identify(askingOf(request)),
    authorise,
    openRequests,
    bodies,
    settled,
    onBug,
  }
  const places = {
    dataPath: path.serve,
    sockets,
    probes: createProbes({ health, onBug }),
    metrics: createMetricsPlace({
      metrics: () => metrics.render(),
      mayReadMetrics: (request) => authorise(identity.identify(askingOf(request)), 'metrics.read'),
      onBug,
    }),
    wellKnown: createWellKnown(() => tokens.jwks()),
    issuer: createIssuer({ ...rooms, onBug }),
    mcp: openMcp({ ...rooms, ...around, ...rooms.skills, version: rooms.options.version }),
    page: createWebApp(webAppFolder(import.meta.dirname)),
    api: await createPlatformApi({
      handlers: allHandlers({
        ...rooms,
        ...rooms.speaking,
        version: rooms.options.version,
        store: rooms.opened.store,
      }),
      ...around,
      recordRead: (caller, read) => recordRead(opened.store, caller, read),
      maxFileBytes: () => rooms.following.config().knowledge.maxFileBytes,
      requireSpace: () => requireSpaceEverywhere(options.data, rooms.following.config()),
    }),
  }
  doors.serve(places, settled)
  await doors.openControl(join(options.data, 'control.sock'))
}

/** Not ready at once, no new connections after the propagation time, then everything in reverse order. */
function stopper(rooms: Rooms, undo: Step[]): (reason: string) => Promise<void> {
  const { doors, following, record, log, health, speaking } = rooms
  return async (reason) => {
    const fromMs = systemClock.now()
    const { propagationMs, timeoutMs } = following.config().drain
    health.enter('draining')
    log.info('server.draining', { reason })
    await setTimeout(propagationMs)
    await Promise.all([doors.close(timeoutMs), speaking.assistant.drain(timeoutMs / 2)])
    await record('server.stopped', { reason })
    await unwind(undo)
    health.enter('stopped')
    log.info('server.stopped', { reason, ms: systemClock.now() - fromMs })
  }
}
