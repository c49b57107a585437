import type { DataClass } from '@freehold/contract/data-class.ts'
import type { FoundClasses, ProfileRules } from '@freehold/contract/desensitise.ts'
import type { RouteInput } from '@freehold/contract/routing.ts'
import type { Term } from '../audit/keeping/retention.ts'
import { systemCaller } from '../identity/local-operator.ts'
import type { Caller } from '../identity/caller.ts'
import type { Tokens } from '../identity/tokens.ts'
import { causeOf } from '../kernel/cause.ts'
import type { Clock } from '../kernel/clock.ts'
import type { LocalModelSetting } from '../kernel/config/local-model-keys.ts'
import { createDialler } from '../kernel/dialler/dialler.ts'
import { tellRefusals } from '../kernel/dialler/refusals.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import { boundOnce } from '../kernel/metrics.ts'
import type { TargetDefinition } from '../kernel/target-definition.ts'
import type { Store } from '../store/store.ts'
import { Balance } from './balance/balance.ts'
import type { Cache } from './cache/cache.ts'
import { openCache } from './cache/cache.ts'
import type { BudgetPage, Budgets } from './budgets/budgets.ts'
import { deleteBudgetsOlderThan } from './budgets/budgets.ts'
import { createCallFigures } from './call-figures.ts'
import { Watchdog } from './call/watchdog.ts'
import { Continuity } from './continue.ts'
import { createConversations } from './conversations.ts'
import type { DataPath, DataPathOptions } from './data-path.ts'
import { createDataPath } from './data-path.ts'
import type { Detection } from '../privacy/detect/detection.ts'
import type { Privacy } from './desensitise/opening.ts'
import { openPrivacy } from './desensitise/opening.ts'
import type { CallerLimits } from './limits.ts'
import { createLimits } from './limits.ts'
import { RuleLimits } from './limits/rule-limits.ts'
import { allTargets } from './local-models/local-targets.ts'
import type { RecordOptions } from './record.ts'
import type { Requests } from './records/requests.ts'
import { requestsOf } from './records/requests.ts'
import { oldRequests } from './records/retention.ts'
import { catchUp, openRecords } from './records/opening.ts'
import type { DiscoveryOptions } from './offer/discovery.ts'
import { Discovery } from './offer/discovery.ts'
import { Offer } from './offer/offer.ts'
import { Pulls } from './offer/pulls.ts'
import { foresee } from './offer/foreseeing.ts'
import type { RoutingSettings } from './routing/settings.ts'
import { createRoutingSettings } from './routing/settings.ts'
import { Shadow } from './routing/shadow.ts'
import type { Standing } from './standing.ts'
import { createStanding } from './standing.ts'
import { openCircuits, targetsOptions } from './target-health.ts'
import { Targets } from './targets.ts'

/** What of the configuration the gateway follows. */
export interface GatewayConfig {
  readonly targets: readonly TargetDefinition[]
  readonly localModels: readonly LocalModelSetting[]
  readonly routes: readonly RouteInput[]
  readonly classes: { readonly privateOnly: readonly DataClass[]; readonly found: FoundClasses }
  readonly desensitise: Readonly<Record<string, ProfileRules>>
  readonly privacy: {
    readonly vaultDays: number
    readonly egressDays: number
    readonly dictionaryIdleMinutes: number
    readonly dictionaryMemoryMb: number
    readonly tenants: Readonly<Record<string, string>>
  }
  readonly records: {
    readonly writeAhead: boolean
    readonly maxUnshippedBytes: number
    readonly keepDays: number
  }
  readonly storage: { readonly reserveBytes: number }
  readonly circuit: { readonly failures: number; readonly openMs: number }
  readonly cache: { readonly maxBytes: number; readonly maxEntryBytes: number }
  readonly balance: { readonly slowStartMs: number; readonly ejectPercent: number }
  readonly limits: { readonly alertAt: readonly number[] }
}

export interface GatewayOptions {
  readonly store: Store
  readonly clock: Clock
  readonly log: Log
  readonly metrics: Metrics
  readonly detection: Pick<Detection, 'engine' | 'detectAll' | 'others'>
  /** Of the write-ahead file; one process at a time. */
  readonly directory: string
  /** What is in force now. */
  readonly config: () => GatewayConfig
  readonly tokens: Pick<Tokens, 'tokenFor'>
  /** No other process can reach this database. */
  readonly isAlone: boolean
}

/** What the data path needs besides the gateway's own rooms. */
export type Surroundings = Pick<
  DataPathOptions,
  'identify' | 'authorise' | 'openRequests' | 'engine' | 'bodies' | 'securityHeaders' | 'onBug' | 'trace'
> &
  Pick<RecordOptions, 'settled'>

/** Where requests go, what is written of them, and how much each caller may send. */
export interface Gateway {
  readonly routing: RoutingSettings
  readonly shadow: Pick<Shadow, 'state'>
  readonly discovery: Pick<Discovery, 'of'>
  readonly offer: Offer
  readonly standing: Standing
  readonly requests: Requests
  readonly privacy: Pick<Privacy, 'previewing' | 'outside' | 'egress' | 'forget' | 'dictionaries'>
  readonly cache: Pick<Cache, 'view' | 'purge' | 'forget'>
  /** What may be spent today and this month, and what of it is. */
  budgets(caller: Caller, page: BudgetPage): ReturnType<Budgets['list']>
  /** Counts a request of another place against the limits of its caller. @throws Fault `over_limit` */
  readonly admit: CallerLimits['enter']
  dataPath(around: Surroundings): DataPath
  readonly foresee: (asking: Parameters<typeof foresee>[1]) => ReturnType<typeof foresee>
  /** To be called with the keys of the configuration that have changed. */
  configChanged(changed: readonly string[]): void
  /** For how long records and bodies are kept. */
  readonly terms: readonly Term[]
  /** Deletes budgets that are older than records are kept. */
  tidy(): Promise<void>
  /** Brings what was written to the database, as far as that goes quickly. */
  flush(): Promise<void>
  /** Brings what was written to the database, as far as that goes quickly, and closes every line. */
  close(): Promise<void>
}

/** How long a reader waits for what was spent a moment ago. */
const BUDGETS_FLUSH_MS = 2000

const ROUTING_KEYS: ReadonlySet<string> = new Set([
  'targets',
  'localModels',
  'routes',
  'classes.privateOnly',
  'classes.found',
  'desensitise',
  'privacy.tenants',
])

const isManaged = ({ definition }: { readonly definition: { readonly zone: string } }): boolean =>
  definition.zone === 'managed'

/** Opens the gateway. @throws Fault where records cannot be written or the stored rules cannot be read */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { store, clock, log, metrics, config } = options
  const records = await openRecords(options)
  const { writeAhead, shipper, budgets } = records
  const limits = countedLimits(options, budgets)
  const ruleLimits = countedRuleLimits(options)
  const dialler = createDialler({ refused: tellRefusals(log, metrics) })
  const targets = new Targets(
    dialler,
    targetsOptions(options, (target) => circuits.probed(target)),
  )
  const circuits = openCircuits(options, (target, model) => targets.stateOf(target)?.of(model).restart())
  const shadow = openShadow(options)
  const cache = openCache({ store, clock, log, metrics, bounds: () => config().cache })
  const watchdog = new Watchdog()
  const discovery = openDiscovery(options, { targets, watchdog })
  const conversations = createConversations(store)
  const privacy = openPrivacy(options, { routing: () => routing.current.routing, conversations })
  const routing = createRoutingSettings({
    store,
    file: () => ({ ...ownPart(config()) }),
    applied(inForce) {
      const { routing: next, version, problems } = inForce
      // Rules on trial are no change: what is known of targets stays.
      if (targets.use(next)) circuits.forget()
      shadow.use(inForce)
      cache.routed(next.version)
      discovery.follow()
      if ([...next.targets.values()].some(isManaged)) privacy.warmUp()
      log.info('routing.applied', {
        targets: next.targets.size,
        version: next.version,
        settings: version,
        problems: problems.length,
      })
    },
    onRefreshFailed(error) {
      const { name, code } = causeOf(error)
      log.error('routing.refresh_failed', { name, code })
    },
  })
  const pulls = new Pulls({
    targets,
    watchdog,
    tokens: options.tokens,
    nowMs: () => clock.now(),
    onEnd: (ended) => log.info('target.pulled', ended),
  })
  const close = async (): Promise<void> => {
    await routing.close()
    discovery.close()
    pulls.close()
    await targets.close()
    await cache.close()
    await records.close()
  }
  try {
    await catchUp(shipper, budgets)
    await routing.start()
  } catch (error) {
    await close()
    throw error
  }
  const requests = requestsOf(store, shipper, clock)
  const continuity = new Continuity(conversations, (caller, hash) => requests.findAnswer(caller, hash))
  const figures = createCallFigures(log, metrics)
  const offer = new Offer({
    store,
    log,
    dialler,
    targets,
    discovery,
    pulls,
    tokens: options.tokens,
    watchdog,
    figures,
    ledger: writeAhead,
    nowMs: () => clock.now(),
    routing: () => routing.current.routing,
    enter: (caller) => limits.enter(caller),
    spending: (tenant, budgets, atMs) => limits.spending(tenant, budgets, atMs),
  })
  return {
    routing,
    shadow,
    discovery,
    offer,
    standing: createStanding({ targets, circuits, metrics, routing: () => routing.current.routing }),
    requests,
    privacy,
    cache,
    async budgets(caller, page) {
      await shipper.flush(BUDGETS_FLUSH_MS)
      const there = [...routing.current.routing.targets.values()]
      return budgets.list(caller, { further: there.flatMap((target) => target.budgets), ...page })
    },
    foresee: (asking) => foresee(routing.current.routing, asking),
    admit: (caller) => limits.enter(caller),
    dataPath: ({ settled, ...around }) =>
      createDataPath({
        ...around,
        enter: (caller) => limits.enter(caller),
        limits,
        tokens: options.tokens,
        watchdog,
        figures,
        circuits,
        balance: new Balance({ circuits, random: Math.random }),
        targets,
        shadow,
        ruleLimits,
        discovery,
        continuity,
        cache,
        desensitising: privacy.desensitising,
        classifying: privacy.classifying,
        records: {
          nowMs: () => clock.now(),
          ledger: writeAhead,
          settled,
          active: metrics.gauge('freehold_streams_active').bind({}),
        },
      }),
    configChanged(changed) {
      if (changed.some((key) => ROUTING_KEYS.has(key))) routing.fileChanged()
    },
    terms: [{ kept: oldRequests, days: () => config().records.keepDays }, ...privacy.terms],
    tidy: () => deleteBudgetsOlderThan(store, config().records.keepDays, clock.now()),
    async flush() {
      await shipper.flush(BUDGETS_FLUSH_MS)
      await privacy.flush()
    },
    async close() {
      await privacy.close()
      await close()
    },
  }
}

const ownPart = ({ routes, classes, desensitise: profiles, privacy, ...defined }: GatewayConfig) => ({
  targets: allTargets(defined),
  routes,
  ...classes,
  profiles,
  tenants: privacy.tenants,
})

function openShadow({ clock, metrics }: GatewayOptions): Shadow {
  const decisions = metrics.counter('freehold_shadow_decisions_total')
  const counted = boundOnce((outcome) => decisions.bind({ outcome }))
  return new Shadow({ nowMs: () => clock.now(), counted: (outcome) => counted(outcome).inc() })
}

function openDiscovery(
  { store, log, metrics, tokens }: GatewayOptions,
  parts: Pick<DiscoveryOptions, 'targets' | 'watchdog'>,
): Discovery {
  const asked = metrics.counter('freehold_target_discoveries_total')
  const found = metrics.gauge('freehold_target_discovered_models')
  return new Discovery({
    ...parts,
    tokens,
    caller: systemCaller(store.home),
    onFound({ target, models, leftOut, isNew }) {
      asked.bind({ target, outcome: 'ok' }).inc()
      found.bind({ target }).set(models)
      if (isNew) log.info('target.discovered', { target, models, leftOut })
    },
    onForgotten: (target) => found.bind({ target }).set(0),
    onFailed({ target, code, models }) {
      asked.bind({ target, outcome: code }).inc()
      log.warn('target.discovery_failed', { target, code, models })
    },
  })
}

function countedLimits({ clock, metrics }: GatewayOptions, { purses }: Budgets): CallerLimits {
  const refused = metrics.counter('freehold_limit_refused_total')
  return createLimits({ clock, purses, refused: (reason) => refused.bind({ reason }).inc() })
}

function countedRuleLimits({ clock, metrics }: GatewayOptions): RuleLimits {
  const refused = metrics.counter('freehold_limit_refused_total')
  return new RuleLimits({ clock, refused: (reason) => refused.bind({ reason }).inc() })
}
