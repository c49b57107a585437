import { openApi } from '../openapi.ts'
import type { Handlers } from './handlers.ts'

export interface PlatformParts {
  readonly version: string
  readonly isClaimed: () => boolean
}

/** What the installation says about itself. */
export function platformHandlers(parts: PlatformParts): Pick<Handlers, 'platform.read' | 'openapi.read'> {
  let document: Promise<object> | undefined
  return {
    'platform.read': async () => ({ version: parts.version, claimed: parts.isClaimed() }),
    'openapi.read': async () => ({ ...(await (document ??= openApi(parts.version))) }),
  }
}
