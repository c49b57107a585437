import type { Identity } from '../identity/identity.ts'
import { Issuer } from '../identity/issuer/issuer.ts'
import type { Tokens } from '../identity/tokens.ts'
import { systemClock } from '../kernel/clock.ts'
import { requestId } from '../kernel/ids.ts'
import type { Metrics } from '../kernel/metrics.ts'
import type { Store } from '../store/store.ts'
import type { Reloading } from '../ops/reloading.ts'
import { certified } from './certificate.ts'
import type { Serve } from './server.ts'

interface IssuerRooms {
  readonly opened: { readonly store: Store }
  readonly identity: Pick<Identity, 'roster' | 'authorisations'>
  readonly tokens: Pick<Tokens, 'keys' | 'issuer' | 'access'>
  readonly following: Pick<Reloading, 'config'>
  readonly metrics: Metrics
  readonly onBug: (request: string, error: unknown) => void
}

/** `/oidc`: what issues access tokens, and signs people in to applications. */
export function createIssuer({ opened, identity, tokens, following, metrics, onBug }: IssuerRooms): Serve {
  const asked = metrics.counter('freehold_oidc_tokens_total')
  const issuer = new Issuer({
    store: opened.store,
    clock: systemClock,
    keys: tokens.keys,
    tokens: tokens.access,
    authorisations: identity.authorisations,
    issuer: tokens.issuer(),
    // Decided once, as the listeners decide it.
    mutualTls: (certified(following.config().tls)?.clientCertificates ?? null) !== null,
    roster: () => identity.roster,
    asked: (outcome) => asked.bind({ outcome }).inc(),
    onBug: (error) => onBug(requestId(), error),
  })
  return (request, response) => issuer.serve(request, response)
}
