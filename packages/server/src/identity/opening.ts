import { causeOf } from '../kernel/cause.ts'
import { systemClock } from '../kernel/clock.ts'
import type { Log } from '../kernel/log.ts'
import type { Metrics } from '../kernel/metrics.ts'
import { tellBreakGlass } from './break-glass/telling.ts'
import { countArrivals } from './federation/figures.ts'
import type { FederationParts } from './federation/federation.ts'
import type { Identity } from './identity.ts'
import { createIdentity } from './identity.ts'
import type { IdentityParts } from './identity-parts.ts'
import { countAuthorisations } from './issuer/figures.ts'
import { countProvisioned } from './scim/figures.ts'
import { countTenants } from './tenants/figures.ts'
import type { Tokens } from './tokens.ts'
import { openTokens } from './tokens.ts'

interface Around extends Pick<
  IdentityParts,
  'store' | 'databases' | 'deriveFromRoot' | 'publicUrl' | 'limits'
> {
  readonly log: Log
  readonly metrics: Metrics
  readonly listenUrl: () => string
  /** Who our tokens say that they are from. */
  readonly issuer: string
  readonly federation: Pick<FederationParts, 'connections' | 'dialler'>
}

/** Who may come in, and the tokens by which others know that they did. What was opened is added to `undo`. */
export async function openIdentity(
  { log, metrics, issuer, federation, ...parts }: Around,
  undo: (() => Promise<void>)[],
): Promise<{ readonly identity: Identity; readonly tokens: Tokens }> {
  const onRefreshFailed = (error: unknown): void => {
    const { name, code } = causeOf(error)
    log.warn('identity.refresh_failed', { name, code })
  }
  const tokens = await openTokens({
    store: parts.store,
    clock: systemClock,
    issuer: () => issuer,
    onRefreshFailed,
  })
  undo.push(async () => tokens.close())
  const identity: Identity = await createIdentity({
    ...parts,
    tokens: tokens.access,
    issuer: () => issuer,
    authorised: countAuthorisations(metrics),
    clock: systemClock,
    federation: { ...federation, arrived: countArrivals(metrics) },
    provisioned: countProvisioned(metrics),
    onRefreshFailed,
    glassBroken: tellBreakGlass({ log, metrics }, () => identity.emergencies().length),
  })
  undo.push(() => identity.close())
  countTenants(metrics, () => identity.directory(), parts.databases)
  return { identity, tokens }
}
