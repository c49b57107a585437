import type { Identity } from '../../identity/identity.ts'
import type { Handlers } from './handlers.ts'

type ServiceAccountOperation = Extract<keyof Handlers, `service_account.${string}`>

/** Programs that act in their own name. */
export function serviceAccountHandlers({ services }: Identity): Pick<Handlers, ServiceAccountOperation> {
  return {
    'service_account.create': (by) => services.create(by, by.body),
    'service_account.list': (by) => services.list(by, by.query),
    'service_account.read': (by) => services.read(by, by.params.id),
    'service_account.change': (by) => services.change(by, by.params.id, by.body),
    async 'service_account.delete'(by) {
      await services.delete(by, by.params.id)
      return undefined
    },
  }
}
