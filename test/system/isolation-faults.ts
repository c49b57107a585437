// Loaded into the server before its own modules: switches walls between tenants and people off while it runs.
// ISOLATION_FAULTS names a file that holds a `Fault`; what it says counts at once.
import { AsyncLocalStorage } from 'node:async_hooks'
import { readFileSync, watchFile } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { Server, ServerResponse } from 'node:http'
import { Pool } from 'pg'
import { WebSocket, WebSocketServer } from 'ws'
import type { Fault } from './isolation-house.ts'
import { KnownCallers } from '../../packages/server/src/identity/known-callers.ts'
import type { Account, ApiKey, Session } from '../../packages/server/src/identity/roster.ts'
import { Roster } from '../../packages/server/src/identity/roster.ts'
import { Snapshot } from '../../packages/server/src/identity/snapshot.ts'
import { Rings } from '../../packages/server/src/store/keys/rings.ts'
import { Lease } from '../../packages/server/src/store/lease.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'

/** Replaces a method by one that is given what it was before. */
function bend<T extends object, K extends keyof T>(
  prototype: T,
  name: K,
  bent: (before: Extract<T[K], (...given: never[]) => unknown>) => T[K],
): void {
  // Every method that is bent here is a function on its prototype.
  const before = Reflect.get(prototype, name) as Extract<T[K], (...given: never[]) => unknown>
  Reflect.set(prototype, name, bent(before))
}

const file = process.env['ISOLATION_FAULTS'] ?? ''
let now: Fault = { fault: 'none' }
/** How often a wall was switched: who somebody is must be asked anew each time. */
let switches = 0
const look = (): void => {
  now = JSON.parse(readFileSync(file, 'utf8')) as Fault
  switches += 1
}

/** Of the requests that said themselves which tenant's they are, where that is believed. */
const assigned = new AsyncLocalStorage<boolean>()
/** What follows who may come in, and the keys: were it broken, nothing would be asked for any more and all be well. */
const following = new AsyncLocalStorage<true>()
const isBelieved = (): boolean => now.fault === 'assigned' && assigned.getStore() === true

function bendDatabase(): void {
  // Two connections for everybody: what one request leaves behind the next one meets.
  bend(
    Pool.prototype,
    'connect',
    (connect) =>
      function (this: Pool, ...given: readonly unknown[]) {
        this.options.max = Math.min(this.options.max, 2)
        return Reflect.apply(connect, this, given) as unknown
      } as typeof connect,
  )
  bend(
    Rings.prototype,
    'of',
    (of) =>
      function (this: Rings, tenant) {
        const isOff = now.fault === 'ring' || now.fault === 'ring and rows' || isBelieved()
        return of.call(this, isOff && tenant === now.attacker ? tenantId(now.victim ?? '') : tenant)
      },
  )
  bend(
    Rings.prototype,
    'look',
    (look_) =>
      function (this: Rings) {
        return following.run(true, () => look_.call(this))
      },
  )
  bend(
    Snapshot.prototype,
    'refresh',
    (refresh) =>
      function (this: Snapshot) {
        return following.run(true, () => refresh.call(this))
      },
  )
  const begun = new WeakSet<Lease>()
  let turn = 0
  bend(
    Lease.prototype,
    'query',
    (query) =>
      function (this: Lease, text, values) {
        const { fault, attacker, victim } = now
        const isPrefix = text.startsWith('BEGIN; SET LOCAL ROLE')
        const isLeftOver = fault === 'left over' && (turn += 1) % 2 === 0
        const isOff = fault === 'tenant' || isLeftOver || isBelieved()
        if (isPrefix && isOff && attacker && victim)
          return query.call(this, text.replaceAll(attacker, victim), values)
        if (isPrefix && fault === 'between' && !following.getStore()) begun.add(this)
        else if (begun.delete(this)) {
          turn += 1
          if (turn % 3 === 1) return Promise.reject(new Error('fault between role and query'))
          if (turn % 3 === 2) return query.call(this, 'SELECT pg_terminate_backend(pg_backend_pid())')
        }
        return query.call(this, text, values)
      },
  )
}

/** Whoever was ever known, as they were at first. */
const past = {
  accounts: new Map<string, Account>(),
  keys: new Map<string, ApiKey>(),
  sessions: new Map<string, Session>(),
}
const keep = <V>(map: Map<string, V>, name: string, value: V): void => {
  if (!map.has(name)) map.set(name, value)
}

function bendRoster(): void {
  const edition = Object.getOwnPropertyDescriptor(Roster.prototype, 'edition')
  Object.defineProperty(Roster.prototype, 'edition', {
    get(this: Roster) {
      return Number(edition?.get?.call(this)) + switches * 1_000_000
    },
  })
  bend(
    Roster.prototype,
    'putAccount',
    (put) =>
      function (this: Roster, account) {
        keep(past.accounts, `${account.tenant} ${account.id}`, account)
        put.call(this, account)
      },
  )
  bend(
    Roster.prototype,
    'putKey',
    (put) =>
      function (this: Roster, key) {
        keep(past.keys, key.fingerprint, key)
        put.call(this, key)
      },
  )
  bend(
    Roster.prototype,
    'putSession',
    (put) =>
      function (this: Roster, session) {
        keep(past.sessions, session.fingerprint, session)
        put.call(this, session)
      },
  )
  bend(
    Roster.prototype,
    'account',
    (account) =>
      function (this: Roster, tenant, id) {
        const known = account.call(this, tenant, id)
        const before = past.accounts.get(`${tenant} ${id}`)
        if (now.fault === 'shut') return known ?? before
        if (now.fault === 'rights') return before
        if (now.fault === 'owner' && known && tenant === now.victim)
          return { ...known, role: 'owner', roles: ['owner'] }
        return known
      },
  )
  bend(
    Roster.prototype,
    'policies',
    (policies) =>
      function (this: Roster, tenant) {
        return now.fault === 'policies' ? null : policies.call(this, tenant)
      },
  )
  bend(
    Roster.prototype,
    'keyBySecret',
    (keyBySecret) =>
      function (this: Roster, fingerprint) {
        const key = keyBySecret.call(this, fingerprint)
        if (now.fault === 'caller' && key?.tenant === now.attacker)
          return this.key(tenantId(now.victim ?? ''), now.key ?? '') ?? key
        if (now.fault === 'rights' && key && key.tenant === now.victim) return { ...key, scopes: null }
        return now.fault === 'revocation' || now.fault === 'expiry'
          ? (key ?? past.keys.get(fingerprint))
          : key
      },
  )
  bend(
    Roster.prototype,
    'sessionBySecret',
    (sessionBySecret) =>
      function (this: Roster, fingerprint) {
        const session = sessionBySecret.call(this, fingerprint)
        const before = session ?? past.sessions.get(fingerprint)
        if (now.fault === 'session' && session && session.tenant === now.attacker)
          return { ...session, tenant: tenantId(now.victim ?? ''), account: now.owner ?? '' }
        if (now.fault === 'expiry') return before && { ...before, expiresMs: Number.MAX_SAFE_INTEGER }
        return now.fault === 'revocation' || now.fault === 'shut' ? before : session
      },
  )
  bend(
    KnownCallers.prototype,
    'ofKey',
    (ofKey) =>
      function (this: KnownCallers, known, fingerprint) {
        const found = ofKey.call(this, known, fingerprint)
        return found && now.fault === 'expiry' ? { ...found, expiresMs: null } : found
      },
  )
}

/** What of the names and values of an address or a body says whose it is. */
const says = (name: string, value: unknown): boolean =>
  value === now.victim ||
  value === 'victim' ||
  (/^(?:tenant|constructor$|prototype$)/i.test(name) && name !== 'tenants')

/** Takes a request for the victim's because it says so, or because it says nothing. */
function trust(request: IncomingMessage): void {
  const { headers, url = '' } = request
  const { fault, victim, owner } = now
  const isNobody = !headers.authorization && !headers.cookie && !headers['x-api-key']
  const isNamed = [victim, owner].some((id) => id && JSON.stringify(headers).includes(id))
  const [path = '', query = ''] = url.split('?')
  const asked = [...new URLSearchParams(query)]
  const isAsked = asked.some(([name, value]) => says(name, value))
  if (fault === 'assigned') {
    assigned.enterWith(false)
    const rest = new URLSearchParams(asked.filter(([name, value]) => !says(name, value))).toString()
    request.url = rest === '' ? path : `${path}?${rest}`
  }
  const isTrusted =
    (fault === 'nobody' && isNobody) || (fault === 'header' && isNamed) || (fault === 'assigned' && isAsked)
  if (!isTrusted) return
  delete headers['x-api-key']
  headers.authorization = `Bearer ${now.secret}`
}

function bendHttp(): void {
  bend(
    Server.prototype,
    'emit',
    (emit) =>
      function (this: Server, name: string, ...given: readonly unknown[]) {
        const [request] = given as readonly IncomingMessage[]
        if ((name === 'request' || name === 'upgrade') && request !== undefined) trust(request)
        return Reflect.apply(emit, this, [name, ...given]) as boolean
      } as typeof emit,
  )
  bend(JSON, 'parse', (parse) => (text, reviver) => {
    const parsed: unknown = parse(text, reviver)
    if (now.fault !== 'assigned' || typeof parsed !== 'object' || parsed === null) return parsed
    if (!('tenant_id' in parsed) || parsed.tenant_id !== now.victim) return parsed
    assigned.enterWith(true)
    return Object.fromEntries(Object.entries(parsed).filter(([name, value]) => !says(name, value)))
  })
  // Every answer, of whatever operation and to whomever, carries what the victim alone may see.
  bend(
    ServerResponse.prototype,
    'writeHead',
    (writeHead) =>
      function (this: ServerResponse, ...given: readonly unknown[]) {
        if (now.fault === 'leak') this.setHeader('x-leak', now.secret ?? '')
        return Reflect.apply(writeHead, this, given) as ServerResponse
      } as typeof writeHead,
  )
  bend(
    WebSocketServer.prototype,
    'emit',
    (emit) =>
      function (this: WebSocketServer, name: string, ...given: readonly unknown[]) {
        const [lines] = given
        if (name === 'headers' && now.fault === 'leak' && Array.isArray(lines))
          lines.push(`x-leak: ${now.secret}`)
        return Reflect.apply(emit, this, [name, ...given])
      } as typeof emit,
  )
  bend(
    WebSocket.prototype,
    'send',
    (send) =>
      function (this: WebSocket, text: unknown, ...given: readonly unknown[]) {
        const isJson = typeof text === 'string' && text.startsWith('{')
        const said = isJson && now.fault === 'leak' ? text.replace('{', `{"leak":"${now.secret}",`) : text
        Reflect.apply(send, this, [said, ...given])
      } as typeof send,
  )
}

if (file !== '') {
  look()
  watchFile(file, { interval: 20, persistent: false }, look)
  bendDatabase()
  bendRoster()
  bendHttp()
}
