import type { Clock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Store, TenantId } from '../store/store.ts'
import type { McpPorts } from './kinds/mcp.ts'
import { approvedTools } from './mcp/approved-tools.ts'
import type { McpConnections } from './mcp/connections.ts'
import type { SkillPackage } from './runner.ts'
import type { Sandboxes } from './sandboxes.ts'
import { openStrong } from './strong/strong.ts'

interface Around {
  readonly store: Pick<Store, 'withTenant'>
  readonly clock: Clock
  readonly sandboxes: Sandboxes
  readonly connections: Pick<McpConnections, 'providerFor'>
  readonly log: Log
}

/** What skills of kind `mcp` of one tenant reach their servers with. */
export function mcpPorts(
  { store, clock, sandboxes, connections, log }: Around,
  tenant: TenantId,
  { manifest }: SkillPackage,
): McpPorts {
  return {
    nowMs: () => clock.now(),
    approved: (skill) => store.withTenant({ tenant }, (tx) => approvedTools(tx, skill)),
    openBox: async (server) => openStrong(await sandboxes.strong(), server),
    async authorisation(skill) {
      if (manifest.kind !== 'mcp' || manifest.mcp.transport !== 'http') return null
      const url = new URL(manifest.mcp.url)
      const { zone = 'managed' } =
        manifest.permissions.network.find(({ host }) => host === url.hostname) ?? {}
      return connections.providerFor(tenant, { skill, url, zone })
    },
    drifted: (skill) => log.warn('skill.tools_changed', { skill }),
  }
}
