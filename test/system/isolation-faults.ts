// Loaded into the server before its own modules: switches walls between tenants off while it runs. ISOLATION_FAULTS names
// a file that holds {fault, attacker, victim, key}; what it says counts at once.
import { readFileSync, watchFile } from 'node:fs'
import { Pool } from 'pg'
import type { Fault as Switch } from './isolation-house.ts'
import { Roster } from '../../packages/server/src/identity/roster.ts'
import { Rings } from '../../packages/server/src/store/keys/rings.ts'
import { Lease } from '../../packages/server/src/store/lease.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'

/** As it was before it is replaced; it is called on objects of its class only. */
function methodOf<T extends object, K extends keyof T>(prototype: T, name: K): T[K] {
  return Reflect.get(prototype, name)
}

const file = process.env['ISOLATION_FAULTS'] ?? ''
let now: Switch = { fault: 'none' }
const look = (): void => {
  now = JSON.parse(readFileSync(file, 'utf8')) as Switch
}
if (file !== '') {
  look()
  watchFile(file, { interval: 20, persistent: false }, look)

  // Two connections for everybody: what one request leaves behind the next one meets.
  const connect = methodOf(Pool.prototype, 'connect')
  Pool.prototype.connect = function (this: Pool, ...given: readonly unknown[]) {
    this.options.max = Math.min(this.options.max, 2)
    return Reflect.apply(connect, this, given) as unknown
  } as typeof connect

  const of = methodOf(Rings.prototype, 'of')
  Rings.prototype.of = function (tenant) {
    const isOff = now.fault === 'ring' || now.fault === 'ring and rows'
    return of.call(this, isOff && tenant === now.attacker ? tenantId(now.victim ?? '') : tenant)
  }

  const keyBySecret = methodOf(Roster.prototype, 'keyBySecret')
  Roster.prototype.keyBySecret = function (fingerprint) {
    const key = keyBySecret.call(this, fingerprint)
    if (now.fault !== 'caller' || key?.tenant !== now.attacker) return key
    return this.key(tenantId(now.victim ?? ''), now.key ?? '') ?? key
  }

  const query = methodOf(Lease.prototype, 'query')
  const begun = new WeakSet<Lease>()
  let turn = 0
  Lease.prototype.query = function (text, values) {
    const isPrefix = text.startsWith('BEGIN; SET LOCAL ROLE')
    if (isPrefix && now.fault === 'tenant' && now.attacker && now.victim)
      return query.call(this, text.replaceAll(now.attacker, now.victim), values)
    if (isPrefix && now.fault === 'between') begun.add(this)
    else if (begun.delete(this)) {
      turn += 1
      if (turn % 3 === 1) return Promise.reject(new Error('fault between role and query'))
      if (turn % 3 === 2) return query.call(this, 'SELECT pg_terminate_backend(pg_backend_pid())')
    }
    return query.call(this, text, values)
  }
}
