import { listEvents } from '../../audit/audit.ts'
import type { Store } from '../../store/store.ts'
import { openApi } from '../openapi.ts'
import type { Handlers } from './handlers.ts'

export interface PlatformParts {
  readonly version: string
  readonly isClaimed: () => boolean
  readonly store: Store
}

/** What the installation says about itself. */
export function platformHandlers(
  parts: PlatformParts,
): Pick<Handlers, 'platform.read' | 'audit.list' | 'openapi.read'> {
  const document = openApi(parts.version)
  return {
    'platform.read': async () => ({ version: parts.version, claimed: parts.isClaimed() }),
    'audit.list': ({ caller, query }) =>
      parts.store.withTenant({ tenant: caller.tenant }, (tx) => listEvents(tx, query)),
    'openapi.read': async () => ({ ...document }),
  }
}
