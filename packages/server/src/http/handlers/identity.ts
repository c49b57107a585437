import type { Identity } from '../../identity/identity.ts'
import type { Handlers } from './handlers.ts'

type IdentityOperation =
  | 'owner.claim'
  | 'session.open'
  | 'session.read'
  | 'session.close'
  | 'key.create'
  | 'key.list'
  | 'key.revoke'

/** The owner's claim, sessions and API keys. */
export function identityHandlers(identity: Identity): Pick<Handlers, IdentityOperation> {
  return {
    async 'owner.claim'({ body, asking, header }) {
      const { view, cookie } = await identity.claim(body, asking)
      header('set-cookie', cookie)
      return view
    },
    async 'session.open'({ body, asking, header }) {
      const { view, cookie } = await identity.login(body, asking)
      header('set-cookie', cookie)
      return view
    },
    'session.read': async ({ caller, asking }) => identity.view(caller, asking),
    async 'session.close'({ caller, request, header }) {
      header('set-cookie', await identity.logout(caller, request))
      return undefined
    },
    'key.create': ({ caller, body, request }) => identity.createKey(caller, body, request),
    async 'key.list'({ caller, query }) {
      const { data, next } = await identity.listKeys(caller, query)
      return { data: [...data], next }
    },
    async 'key.revoke'({ caller, params, request }) {
      await identity.revokeKey(caller, params.id, request)
      return undefined
    },
  }
}
