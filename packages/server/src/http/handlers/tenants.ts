import { Readable } from 'node:stream'
import { AwayBodies } from '../../assistant/home/away.ts'
import type { Identity } from '../../identity/identity.ts'
import { openWholeText } from '../../knowledge/sealed-rows.ts'
import { exportTenant } from '../../ops/tenants/export.ts'
import type { Store } from '../../store/store.ts'
import { TextAnswer } from '../text-answer.ts'
import type { Handlers } from './handlers.ts'

/** Tenants beside the home one. */
export function tenantHandlers(
  { tenants }: Pick<Identity, 'tenants'>,
  store: Store,
): Pick<Handlers, Extract<keyof Handlers, `tenant.${string}`>> {
  return {
    'tenant.list': ({ query }) => tenants.list(query),
    'tenant.create': (by) => tenants.create(by.body, by),
    'tenant.read': ({ params }) => tenants.read(params.id),
    'tenant.bound': (by) => tenants.bound(by.params.id, by.body, by),
    'tenant.suspend': (by) => tenants.suspend(by.params.id, by),
    'tenant.resume': (by) => tenants.resume(by.params.id, by),
    'tenant.delete': (by) => tenants.delete(by.params.id, by.body, by),
    async 'tenant.export'(by) {
      const { id: tenant, slug } = tenants.mayExport(by.params.id, by)
      const { principal, tenant: own } = by.caller
      const asked = { actor: principal.id, request: by.request, by: own }
      const away = new AwayBodies(store.blobs)
      const lines = await exportTenant(store, {
        tenant,
        slug,
        ...asked,
        openText: openWholeText,
        sealedAway: (tx, conversation, message) => away.bodyOf(tx, conversation, message),
      })
      return new TextAnswer('application/x-ndjson', Readable.from(lines))
    },
    'tenant.invite': (by) => tenants.invite(by.params.id, by.body, by),
  }
}
