import type { Gateway } from '../../gateway/gateway.ts'
import type { Handlers } from './handlers.ts'

/** What would leave, what left, and forgetting what is kept to put it back. */
export function desensitiseHandlers({
  privacy,
}: Pick<Gateway, 'privacy'>): Pick<Handlers, 'privacy.preview' | 'privacy.forget' | 'egress.read'> {
  return {
    'privacy.preview': ({ caller, body }) => privacy.previewing.preview(caller, body),
    async 'privacy.forget'({ caller, params, request }) {
      await privacy.forget(caller, { ...params, request })
      return undefined
    },
    'egress.read': ({ caller, params, request }) => privacy.egress(caller, { ...params, request }),
  }
}
