import type { IncomingHttpHeaders } from 'node:http'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import { suspendedFault } from '../store/keys/tenant-keys.ts'
import type { AccessTokens } from './access-tokens.ts'
import { isToken, MAX_TOKEN_LENGTH } from './access-tokens.ts'
import type { Caller } from './caller.ts'
import { readKey } from './key-format.ts'
import type { LastUse } from './last-use.ts'
import type { KnownCallers } from './known-callers.ts'
import { LOCAL_OPERATOR, localOperator, SYSTEM } from './local-operator.ts'
import { callerOfAccount, callerOfSession } from './rights.ts'
import type { Roster } from './roster.ts'
import { isSafe, refuseOtherSites } from './same-site.ts'
import type { Asking } from './same-site.ts'
import { fingerprintOf, requireCsrfToken } from './session-cookie.ts'
import type { SessionCookie } from './session-cookie.ts'
import { SESSION_IDLE_MS } from './sessions.ts'
import { awayFault, requireOpen } from './tenants/admission.ts'
import type { TenantDirectory } from './tenants/directory.ts'
import type { TenantId } from '../store/store.ts'

/** Longer than any key; what is longer is not looked at. */
const MAX_KEY_HEADER = 256
const BEARER_LENGTH = 16

interface Doorkeeper {
  readonly snapshot: { readonly roster: Roster; readonly directory: TenantDirectory }
  readonly callers: KnownCallers
  readonly lastUse: Pick<LastUse, 'note' | 'of'>
  readonly clock: Clock
  readonly cookie: SessionCookie
  readonly publicUrl: string | null
  readonly tokens: Pick<AccessTokens, 'read'>
  /** How long after the end of a token what it opened may go on. */
  readonly tokenGraceMs: number
}

/**
 * Who is asking: an API key or an access token if one was sent, the session cookie otherwise. Memory only, no database.
 * A cookie alone changes nothing: such a request needs the CSRF token and must not come from another site.
 * @throws Fault `unidentified`, `expired_key`, `csrf`, `invalid`, `suspended`, `wrong_network` or `unavailable`
 */
export function createIdentify(door: Doorkeeper): (asking: Asking) => Caller {
  return (asking) => {
    const key = sentKey(asking.headers)
    if (key !== null)
      return isToken(key) ? identifyToken(door, key, asking.address) : identifyKey(door, key, asking.address)
    const secret = door.cookie.read(asking.headers)
    if (secret === null) {
      throw new Fault('unidentified', 'Sign in, or send an API key as "Authorization: Bearer fh_…".')
    }
    const caller = identifySession(door, secret, asking.address)
    if (!isSafe(asking)) {
      refuseOtherSites(asking, door.publicUrl)
      requireCsrfToken(asking.headers, secret)
    }
    return caller
  }
}

/**
 * A principal of whose work some goes on while nobody asks, with the rights that it has now; null when it is gone, shut
 * out or over its time.
 */
export function createStandIn({
  snapshot,
  callers,
  clock,
}: Pick<Doorkeeper, 'snapshot' | 'callers' | 'clock'>): (
  tenant: TenantId,
  principal: string,
) => Caller | null {
  return (tenant, principal) => {
    const { roster, directory } = snapshot
    if (directory.isShut(tenant)) return null
    if (principal === LOCAL_OPERATOR) return localOperator(tenant)
    const known = { roster, directory }
    if (principal === SYSTEM) return callers.ofHouse(known, tenant)
    const account = roster.account(tenant, principal)
    const bounds = directory.of(tenant)?.bounds
    if (account)
      return { ...callerOfAccount(account, callers.boundsOf(known, account)), ...(bounds && { bounds }) }
    const service = roster.service(tenant, principal)
    if (service) return callers.ofService(known, service, null)
    const key = roster.key(tenant, principal)
    const resolved = key ? callers.ofKey(known, key.fingerprint) : null
    if (!resolved || (resolved.expiresMs !== null && resolved.expiresMs <= clock.now())) return null
    return resolved.caller
  }
}

function identifyKey(
  { snapshot, callers, lastUse, clock }: Doorkeeper,
  text: string,
  address: string | undefined,
): Caller {
  const { roster, directory } = snapshot
  const fingerprint = fingerprintOf(text)
  const known = callers.ofKey({ roster, directory }, fingerprint)
  if (!known) {
    const shut = roster.keyBySecret(fingerprint)
    if (shut && directory.isShut(shut.tenant)) throw suspendedFault()
    requireWhole(text)
    if (directory.isIncomplete) throw awayFault()
    throw new Fault('unidentified', 'This API key is not known here, or it was revoked.')
  }
  const { key } = known
  requireOpen(directory, key.tenant, address)
  const { caller, expiresMs } = known
  const now = clock.now()
  if (expiresMs !== null && expiresMs <= now) {
    const end = new Date(expiresMs).toISOString()
    throw new Fault('expired_key', `This API key expired at ${end}. Ask for a new one.`)
  }
  lastUse.note('key', key, now, key.usedMs)
  return caller
}

function identifyToken(
  { snapshot, callers, tokens, tokenGraceMs }: Doorkeeper,
  text: string,
  address: string | undefined,
): Caller {
  const { roster, directory } = snapshot
  const { tenant, client, subject, scopes } = tokens.read(text, tokenGraceMs)
  if (subject !== client) {
    throw new Fault(
      'unidentified',
      'This access token says who signed in to an application. It opens nothing here.',
    )
  }
  const service = roster.tokenClient(client)
  if (service?.tenant !== tenant) {
    throw new Fault('unidentified', 'The service account of this access token is disabled, or it is gone.')
  }
  requireOpen(directory, service.tenant, address)
  return callers.ofService({ roster, directory }, service, scopes)
}

function identifySession(
  { snapshot, callers, lastUse, clock }: Doorkeeper,
  secret: string,
  address: string | undefined,
): Caller {
  const { roster, directory } = snapshot
  const session = roster.sessionBySecret(fingerprintOf(secret))
  const bounds = session && requireOpen(directory, session.tenant, address).bounds
  const account = session && roster.account(session.tenant, session.account)
  const now = clock.now()
  const seenMs = session ? Math.max(session.seenMs, lastUse.of(session) ?? 0) : 0
  if (!session && directory.isIncomplete) throw awayFault()
  if (!session || !account || session.expiresMs <= now || seenMs + SESSION_IDLE_MS <= now) {
    throw new Fault('unidentified', 'Your session has ended. Sign in again.')
  }
  lastUse.note('session', session, now, session.seenMs)
  const own = callers.boundsOf({ roster, directory }, account)
  return { ...callerOfSession(session, account, own), ...(bounds && { bounds }) }
}

function requireWhole(text: string): void {
  const { kind } = readKey(text)
  if (kind === 'mistyped') {
    throw new Fault('unidentified', 'This API key is mistyped or cut short: its checksum does not fit.')
  }
  if (kind === 'foreign') {
    throw new Fault('unidentified', 'This is not an API key of Freehold. Ours start with "fh_".')
  }
}

/** The access token of a request; null where it came with a key, a cookie or nothing. @throws Fault as `identify` */
export function sentToken(headers: IncomingHttpHeaders): string | null {
  const key = sentKey(headers)
  return key !== null && isToken(key) ? key : null
}

/** The key of either header; null where there is none. */
function sentKey(headers: IncomingHttpHeaders): string | null {
  const bearer = bearerOf(headers.authorization)
  const named = headers['x-api-key']
  const plain = named === undefined ? null : withinLength(String(named).trim(), MAX_KEY_HEADER)
  if (bearer !== null && plain !== null && bearer !== plain) {
    throw new Fault('invalid', 'Authorization and x-api-key hold different keys. Send one of them.')
  }
  return bearer ?? plain
}

function bearerOf(header: string | undefined): string | null {
  if (header === undefined) return null
  const [, token] = /^bearer +(\S+) *$/i.exec(withinLength(header, MAX_TOKEN_LENGTH + BEARER_LENGTH)) ?? []
  if (token !== undefined && !isToken(token)) withinLength(header, MAX_KEY_HEADER)
  if (token === undefined) {
    throw new Fault('unidentified', 'The Authorization header must read "Bearer fh_…".')
  }
  return token
}

function withinLength(header: string, most: number): string {
  if (header.length <= most) return header
  throw new Fault('unidentified', 'This is not an API key of Freehold: it is too long.')
}
