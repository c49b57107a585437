import type { Kysely } from 'kysely'
import type { TenantId } from '../store.ts'
import type { Tables } from '../tables.ts'
import type { KeyState, KeyTimes } from './rings.ts'
import type { Roots } from './roots.ts'

/** The keys of all tenants, for whoever looks after them. It opens nothing that they encrypted. */
export interface StoreKeys {
  readonly roots: Roots
  readonly times: KeyTimes
  /** What this process knows of tenants whose keys ever changed. */
  states(): ReadonlyMap<TenantId, KeyState>
  /** Brings this process up to date now, with this tenant's keys wherever they are. @throws Fault */
  look(tenant?: TenantId): Promise<void>
  /** All of them, those whose keys were destroyed too. */
  tenants(): Promise<readonly TenantId[]>
  /** A transaction of no tenant. */
  outside<T>(fn: (db: Kysely<Tables>) => Promise<T>): Promise<T>
  /** A transaction of a tenant without its keys: also where they cannot be opened. */
  inside<T>(tenant: TenantId, fn: (db: Kysely<Tables>) => Promise<T>): Promise<T>
  /** Told when the keys of a tenant are gone: what was read with them is to be forgotten. */
  whenShredded(listener: (tenant: TenantId) => void): void
}
