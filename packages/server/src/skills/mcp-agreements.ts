import type { Store, TenantId } from '../store/store.ts'
import type { McpAgreements } from './kinds/mcp.ts'
import { approvedTools } from './mcp/approved-tools.ts'
import type { McpConnections } from './mcp/connections.ts'
import type { SkillPackage } from './runner.ts'

interface Around {
  readonly store: Pick<Store, 'withTenant'>
  readonly connections: Pick<McpConnections, 'providerFor'>
}

/** What a tenant agreed on the server of one of its skills. */
export function mcpAgreements(
  { store, connections }: Around,
  tenant: TenantId,
  { manifest }: SkillPackage,
): McpAgreements {
  return {
    approved: (skill) => store.withTenant({ tenant }, (tx) => approvedTools(tx, skill)),
    async authorisation(skill) {
      if (manifest.kind !== 'mcp' || manifest.mcp.transport !== 'http') return null
      const url = new URL(manifest.mcp.url)
      const reached = manifest.permissions.network.find(({ host }) => host === url.hostname)
      return connections.providerFor(tenant, { skill, url, zone: reached?.zone ?? 'managed' })
    },
  }
}
