import type { Identity } from '../identity/identity.ts'
import { Issuer } from '../identity/issuer/issuer.ts'
import type { Tokens } from '../identity/tokens.ts'
import { systemClock } from '../kernel/clock.ts'
import { requestId } from '../kernel/ids.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Store } from '../store/store.ts'
import type { Serve } from './server.ts'

interface IssuerRooms {
  readonly store: Store
  readonly identity: Pick<Identity, 'roster'>
  readonly tokens: Pick<Tokens, 'keys' | 'issuer'>
  readonly metrics: Metrics
  readonly onBug: (request: string, error: unknown) => void
}

/** `/oidc`: what issues access tokens. */
export function createIssuer({ store, identity, tokens, metrics, onBug }: IssuerRooms): Serve {
  const asked = metrics.counter('freehold_oidc_tokens_total')
  const issuer = new Issuer({
    store,
    clock: systemClock,
    keys: tokens.keys,
    issuer: tokens.issuer(),
    roster: () => identity.roster,
    asked: (outcome) => asked.bind({ outcome }).inc(),
    onBug: (error) => onBug(requestId(), error),
  })
  return (request, response) => issuer.serve(request, response)
}
