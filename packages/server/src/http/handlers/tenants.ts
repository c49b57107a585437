import type { Identity } from '../../identity/identity.ts'
import type { Handlers } from './handlers.ts'

/** Tenants beside the home one. */
export function tenantHandlers({
  tenants,
}: Pick<Identity, 'tenants'>): Pick<Handlers, Extract<keyof Handlers, `tenant.${string}`>> {
  return {
    'tenant.list': ({ query }) => tenants.list(query),
    'tenant.create': (by) => tenants.create(by.body, by),
    'tenant.read': ({ params }) => tenants.read(params.id),
    'tenant.bound': (by) => tenants.bound(by.params.id, by.body, by),
    'tenant.suspend': (by) => tenants.suspend(by.params.id, by),
    'tenant.resume': (by) => tenants.resume(by.params.id, by),
    'tenant.invite': (by) => tenants.invite(by.params.id, by.body, by),
  }
}
