import type { Asking } from '../../identity/same-site.ts'
import { Fault } from '../../kernel/fault.ts'
import { openApi } from '../openapi.ts'
import type { Handlers } from './handlers.ts'

export interface PlatformParts {
  readonly version: string
  readonly isClaimed: () => boolean
  /** @throws Fault `unidentified` where it is nobody */
  readonly recognise: (asking: Asking) => unknown
}

/** What the installation says about itself. */
export function platformHandlers(parts: PlatformParts): Pick<Handlers, 'platform.read' | 'openapi.read'> {
  let document: Promise<object> | undefined
  return {
    'platform.read': async ({ asking }) => ({
      version: parts.version,
      claimed: parts.isClaimed(),
      identified: isSomebody(() => parts.recognise(asking)),
    }),
    'openapi.read': async () => ({ ...(await (document ??= openApi(parts.version))) }),
  }
}

/** Whoever is known and refused all the same is somebody: they are told why where they are asked for. */
function isSomebody(recognise: () => unknown): boolean {
  try {
    recognise()
    return true
  } catch (error) {
    if (error instanceof Fault) return error.code !== 'unidentified'
    throw error
  }
}
