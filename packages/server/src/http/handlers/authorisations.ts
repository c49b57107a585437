import type { Identity } from '../../identity/identity.ts'
import type { Handlers } from './handlers.ts'

type AuthorisationOperation = Extract<keyof Handlers, `authorisation.${string}`>

/** People who are signed in to applications elsewhere. */
export function authorisationHandlers({ authorisations }: Identity): Pick<Handlers, AuthorisationOperation> {
  return {
    'authorisation.read': (by) => authorisations.asked(by, by.body.ticket),
    'authorisation.decide': (by) => authorisations.decide(by, by.body),
    'authorisation.list': async ({ caller }) => ({
      data: [...(await authorisations.list(caller))],
      next: null,
    }),
    async 'authorisation.revoke'({ caller, params, request }) {
      await authorisations.revoke(caller, { id: params.id, request })
      return undefined
    },
  }
}
