import type { Identity } from '../../identity/identity.ts'
import type { Handlers } from './handlers.ts'

type AuthorisationOperation = Extract<keyof Handlers, `authorisation.${string}`>

/** People who are signed in to applications elsewhere. */
export function authorisationHandlers({ authorisations }: Identity): Pick<Handlers, AuthorisationOperation> {
  return {
    'authorisation.read': (by) => authorisations.asked(by, by.body.ticket),
    'authorisation.decide': (by) => authorisations.decide(by, by.body),
  }
}
