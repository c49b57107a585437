import type { Kysely } from 'kysely'
import type { Tables } from './tables.ts'

declare const tenantBrand: unique symbol
/** A parsed UUID; the only way to one is `tenantId()`, so that it can stand in SQL text. */
export type TenantId = string & { readonly [tenantBrand]: true }

export interface TenantContext {
  readonly tenant: TenantId
}

/** Where a ciphertext lives. It is authenticated with it: moved to another row or column, it does not open. */
export interface Place {
  readonly table: string
  readonly row: string
  readonly column: string
}

/** A data key of one object. It seals and opens the values of that object and nothing else. */
export interface Dek {
  seal(place: Place, plain: Uint8Array): Buffer
  /** @throws Error when the bytes were changed or moved. */
  open(place: Place, sealed: Uint8Array): Buffer
  /** What `seal` makes of the pieces together, with turns of the event loop in between; they must not change meanwhile. */
  sealLarge(place: Place, ...pieces: readonly Uint8Array[]): Promise<Buffer>
  /** What `open` returns, with turns of the event loop in between. @throws Error as `open` */
  openLarge(place: Place, sealed: Uint8Array): Promise<Buffer>
}

/** The keys of one tenant, handed out as a capability: whoever holds it can open that tenant's rows only. */
export interface KeyRing {
  readonly tenant: TenantId
  /** A fresh data key; `wrapped` is stored in the object's own row. */
  newDek(place: Place): { readonly dek: Dek; readonly wrapped: Buffer }
  openDek(place: Place, wrapped: Uint8Array): Dek
  /** The same data key under the newest version of the tenant's key; null where it is already. */
  rewrapDek(place: Place, wrapped: Uint8Array): Buffer | null
  /** Blind index for equality: HMAC-SHA-256 under a key of this tenant and field, 16 bytes. */
  blind(field: string, value: string): Buffer
}

/** A transaction of one tenant, already under row-level security. */
export interface Tx {
  readonly db: Kysely<Tables>
  readonly tenant: TenantId
  readonly keys: KeyRing
}

/** Objects under random keys, written once. They arrive sealed; the row that names one is its commit point. */
export interface BlobStore {
  /**
   * Durable when it resolves: fsync of file and directory, or acknowledged by the object store. Returns the key.
   * @throws Fault `storage_full`, `unavailable`
   */
  put(tenant: TenantId, sealed: Uint8Array): Promise<string>
  /**
   * @throws Error with the code ENOENT when it is not there: a row that names a missing object is damage, not a
   * refusal; Fault `unavailable` when that cannot be told
   */
  get(tenant: TenantId, key: string): Promise<Buffer>
  delete(tenant: TenantId, key: string): Promise<void>
  /** Keys with their age, for the sweeper. */
  list(tenant: TenantId): AsyncIterable<{ readonly key: string; readonly ageMs: number }>
}

/** The only door to data. */
export interface Store {
  readonly blobs: BlobStore
  /** The tenant that exists from the first migration on. */
  readonly home: TenantId
  /** Those whose keys were destroyed are not among them. */
  tenants(): Promise<readonly TenantId[]>
  /** Whether the tenant's rows are in a database of its own; of one that was listed. */
  isSeparate(tenant: TenantId): boolean
  /** BEGIN, role and tenant in one round trip; COMMIT when `fn` resolves, ROLLBACK when it throws. */
  withTenant<T>(context: TenantContext, fn: (tx: Tx) => Promise<T>): Promise<T>
  /** Whether the database answers within the probe's time. */
  ping(): Promise<boolean>
  /** The same of the object store; null where objects are files of this machine. */
  readonly pingBlobs: (() => Promise<boolean>) | null
  close(): Promise<void>
}
