import { sql } from 'kysely'
import type { Gateway } from '../../gateway/gateway.ts'
import { administratorsOf } from '../../identity/administrators.ts'
import { explainConfig } from '../../kernel/config/explanation.ts'
import { isLoopback, listeners } from '../../kernel/config/listen-address.ts'
import type { Config } from '../../kernel/config/schema.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import { healthLines } from '../../ops/health-lines.ts'
import type { Reloading } from '../../ops/reloading.ts'
import type { SetupFacts } from '../../ops/setup-steps.ts'
import { setupSteps } from '../../ops/setup-steps.ts'
import type { Store, TenantContext } from '../../store/store.ts'
import type { Handlers } from './handlers.ts'

export interface HealthParts {
  readonly version: string
  readonly store: Store
  readonly metrics: Metrics
  readonly following: Pick<Reloading, 'loaded' | 'config'>
  readonly gateway: Pick<Gateway, 'routing'>
}

/** How this process is doing, what is left to set up, and what the configuration says. */
export function healthHandlers(parts: HealthParts): Pick<Handlers, 'health.read' | 'settings.read'> {
  const startedAt = new Date(Date.now() - process.uptime() * 1000).toISOString()
  return {
    async 'health.read'({ caller }) {
      const { version, metrics, following } = parts
      const { storage, records, audit } = following.config()
      const bounds = {
        nowMs: Date.now(),
        reserveBytes: storage.reserveBytes,
        maxUnshippedBytes: records.maxUnshippedBytes,
        keepsLog: audit.log,
      }
      return {
        version,
        node: process.version,
        startedAt,
        memoryBytes: process.memoryUsage.rss(),
        lines: healthLines(await metrics.read(), bounds),
        setup: setupSteps(await factsOf(parts, caller)),
      }
    },
    async 'settings.read'() {
      const loaded = parts.following.loaded()
      return { file: loaded.file, data: [...explainConfig(loaded)] }
    },
  }
}

async function factsOf(
  { store, following, gateway }: HealthParts,
  caller: TenantContext,
): Promise<SetupFacts> {
  const config = following.config()
  const { data: targets } = gateway.routing.targets()
  const { data: routes } = gateway.routing.routes()
  const managed = new Set(targets.flatMap(({ name, zone }) => (zone === 'managed' ? [name] : [])))
  const leaving = routes.filter(
    ({ to, problems }) => problems.length === 0 && to.flat().some((one) => managed.has(one)),
  )
  const inTenant = await store.withTenant(caller, async (tx) => {
    const { people, passwordAlone, isArmed } = await administratorsOf(tx)
    const { rows } = await sql<{ documents: number }>`
      SELECT count(*)::integer AS documents FROM document JOIN collection USING (tenant_id)
      WHERE collection.id = document.collection_id AND collection.origin = 'user'`.execute(tx.db)
    return {
      administrators: people,
      passwordAlone,
      isEmergencyArmed: isArmed,
      documents: rows[0]?.documents ?? 0,
    }
  })
  return {
    ...inTenant,
    rootKey: config.keys.provider,
    isTransportSafe: isTransportSafe(config),
    targets: targets.length,
    managedTargets: managed.size,
    rulesThatLeave: leaving.length,
    connections: config.identity.connections.length,
    witnesses: config.audit.witnesses.length,
  }
}

const isTransportSafe = (config: Config): boolean =>
  (config.tls !== undefined && config.tls !== 'off') ||
  Object.values(listeners(config)).every(({ host }) => isLoopback(host))
