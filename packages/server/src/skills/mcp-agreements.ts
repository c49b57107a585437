import type { Store, TenantId } from '../store/store.ts'
import type { McpAgreements } from './kinds/mcp.ts'
import { serverOf } from './mcp/agreeing.ts'
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
  skill: SkillPackage,
): McpAgreements {
  return {
    approved: (name) => store.withTenant({ tenant }, (tx) => approvedTools(tx, name)),
    async authorisation() {
      const server = serverOf(skill)
      return server && connections.providerFor(tenant, server)
    },
  }
}
