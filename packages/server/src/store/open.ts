import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Clock, systemClock } from '../kernel/clock.ts'
import type { Secret } from '../kernel/secret.ts'
import type { Dialler } from '../kernel/dialler/dialler.ts'
import type { BlobPlace } from './blob-place.ts'
import { FileBlobStore } from './blobs.ts'
import { type Database, type DatabaseTarget, openDatabase } from './database.ts'
import { parseDsn } from './dsn.ts'
import type { KeyProvider } from './keys/key-provider.ts'
import { rootKeyFile, rootKeyPath } from './keys/root-key-file.ts'
import type { KeyChanges } from './keys/root-key-protection.ts'
import { unrecordedChanges } from './keys/root-key-protection.ts'
import { hasKeys, loadKeyRing } from './keys/tenant-keys.ts'
import { migrate, type Schema } from './migrations.ts'
import { createOwnDatabase, ownTargets, prepareOutsideRoles, prepareOwnRoles } from './roles.ts'
import type { ObjectFigure } from './s3/object-client.ts'
import { openS3 } from './s3/open-s3.ts'
import type { BlobStore, KeyRing, Store, TenantId } from './store.ts'
import type { BinarySource } from './supervisor/binaries.ts'
import { type Cluster, type ClusterEvent, startCluster } from './supervisor/cluster.ts'
import { takeDataDirectory } from './supervisor/data-directory.ts'
import { tenantId } from './tenant-id.ts'

/** What the store reports while it opens and lives. */
export type StoreEvent =
  | ClusterEvent
  | { readonly event: 'schema.migrated'; readonly version: number; readonly applied: number }
  | { readonly event: 'database.connection_lost' }

export interface StoreOptions {
  /** The data directory; created when it is not there. */
  readonly data: string
  readonly config: {
    /** An outside PostgreSQL; null: one of our own in `<data>/pg`. */
    readonly database: Secret<string> | null
    /** Default `<data>/blobs`. */
    readonly blobs?: BlobPlace
    /** Of the root key; null: it has none. */
    readonly passphrase?: Secret<string> | null
  }
  /** The way to an object store. */
  readonly dialler?: Dialler
  /** Hears how each request to an object store ended. */
  readonly onObject?: (figure: ObjectFigure) => void
  readonly onEvent?: (event: StoreEvent) => void
  readonly clock?: Clock
  /** Connections of the pool; default 10. */
  readonly poolSize?: number
  /** Where the binaries of our own PostgreSQL come from; default: the system's first. */
  readonly only?: BinarySource
  /** Another set of migrations; for tests of the migrator. */
  readonly migrations?: string
  /** Of our own PostgreSQL, default true; off for the control of the power-cut test only. */
  readonly fsync?: boolean
}

export interface OpenStore {
  readonly store: Store
  /** Our own PostgreSQL; null when an outside one is used. */
  readonly cluster: Cluster | null
  readonly schemaVersion: number
  /** What was done to the root key's passphrase since the last start. */
  readonly keyChanges: KeyChanges | null
  /** 32 bytes from the root key, one value per label and info, for rooms that need a secret of the installation. */
  readonly deriveFromRoot: (label: string, info: string) => Buffer
  /** Closes pool, database and data directory, in this order. */
  close(): Promise<void>
}

/** Opens everything that data rests on. @throws Fault that says what keeps it from starting; nothing is left running. */
export async function openStore(options: StoreOptions): Promise<OpenStore> {
  const onEvent = options.onEvent ?? (() => undefined)
  // Closed in reverse order, whether at the end of a life or of an attempt to start.
  const opened: (() => Promise<void> | void)[] = []
  const close = async (): Promise<void> => {
    for (let undo = opened.pop(); undo !== undefined; undo = opened.pop()) await undo()
  }
  try {
    const directory = await takeDataDirectory(options.data)
    opened.push(() => directory.release())
    // What needs no database is tried before one is started.
    const keyPath = rootKeyPath(directory.path)
    const passphrase = options.config.passphrase ?? null
    const known = existsSync(keyPath) ? rootKeyFile(keyPath, { inUse: true, passphrase }) : null
    const blobs = await openBlobs(directory.path, options)
    opened.push(() => blobs.close())
    const { cluster, target, schema } = await openSchema(directory.path, options, (undo) => opened.push(undo))
    if (schema.applied.length > 0) {
      onEvent({ event: 'schema.migrated', version: schema.version, applied: schema.applied.length })
    }
    const database = openDatabase({
      target,
      ...(options.poolSize === undefined ? {} : { poolSize: options.poolSize }),
      onLost: () => onEvent({ event: 'database.connection_lost' }),
    })
    opened.push(() => database.close())
    const { tenants, home } = await listTenants(database)
    const provider = known ?? rootKeyFile(keyPath, { inUse: await anyKeys(database, tenants), passphrase })
    const store = storeOver({ database, provider, ...blobs, home, close })
    // Proves that the root key opens this database before anything is served.
    await store.withTenant({ tenant: home }, () => Promise.resolve())
    return {
      store,
      cluster,
      schemaVersion: schema.version,
      keyChanges: unrecordedChanges(keyPath),
      deriveFromRoot: (label, info) => provider.derive(label, info),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** @throws Fault `cannot_start` where an object store cannot be used */
async function openBlobs(data: string, { config, clock = systemClock, dialler, onObject }: StoreOptions) {
  const place = config.blobs ?? { kind: 'directory', directory: null }
  if (place.kind === 'directory') {
    const blobs: BlobStore = new FileBlobStore(place.directory ?? join(data, 'blobs'), clock)
    return { blobs, pingBlobs: null, close: () => Promise.resolve() }
  }
  if (!dialler) throw new Error('an object store without a way to it')
  const opened = await openS3(place, {
    dialler,
    clock,
    figure: onObject ?? (() => undefined),
  })
  return { blobs: opened.blobs, pingBlobs: () => opened.ping(), close: () => opened.close() }
}

interface OpenSchema {
  readonly cluster: Cluster | null
  readonly target: DatabaseTarget
  readonly schema: Schema
}

async function openSchema(
  data: string,
  options: StoreOptions,
  onClose: (undo: () => Promise<void>) => void,
): Promise<OpenSchema> {
  const directory = options.migrations
  if (options.config.database) {
    const target = parseDsn(options.config.database)
    return {
      cluster: null,
      target,
      schema: await migrate({ target, directory, prepare: prepareOutsideRoles }),
    }
  }
  const onEvent = options.onEvent ?? (() => undefined)
  const cluster = await startCluster({ data, onEvent, only: options.only, fsync: options.fsync })
  onClose(() => cluster.stop())
  await createOwnDatabase(cluster.socketDir, cluster.superuser)
  const targets = ownTargets(cluster.socketDir, cluster.superuser)
  const schema = await migrate({ target: targets.migrations, directory, prepare: prepareOwnRoles })
  return { cluster, target: targets.requests, schema }
}

async function listTenants(
  database: Database,
): Promise<{ readonly tenants: readonly TenantId[]; readonly home: TenantId }> {
  const rows = await database.transaction(null, (db) =>
    db.selectFrom('tenant').select(['id', 'home']).execute(),
  )
  const home = rows.find((row) => row.home)
  if (!home) throw new Error('the first migration left no home tenant')
  return { tenants: rows.map((row) => tenantId(row.id)), home: tenantId(home.id) }
}

async function anyKeys(database: Database, tenants: readonly TenantId[]): Promise<boolean> {
  for (const tenant of tenants) if (await database.transaction(tenant, hasKeys)) return true
  return false
}

interface StoreParts {
  readonly database: Database
  readonly provider: KeyProvider
  readonly blobs: BlobStore
  readonly pingBlobs: Store['pingBlobs']
  readonly home: TenantId
  readonly close: () => Promise<void>
}

function storeOver({ database, provider, blobs, pingBlobs, home, close }: StoreParts): Store {
  const rings = new Map<TenantId, Promise<KeyRing>>()
  /** In a transaction of its own: keys made for a request that then fails must not vanish with it. */
  const ringOf = (tenant: TenantId): Promise<KeyRing> => {
    const known = rings.get(tenant)
    if (known) return known
    const loading = database.transaction(tenant, (db) => loadKeyRing(db, tenant, provider))
    rings.set(tenant, loading)
    // A failure is not remembered: the next request tries again.
    loading.catch(() => rings.delete(tenant))
    return loading
  }
  return {
    blobs,
    home,
    tenants: async () => (await listTenants(database)).tenants,
    withTenant: async ({ tenant }, fn) => {
      const keys = await ringOf(tenant)
      return database.transaction(tenant, (db) => fn({ db, tenant, keys }))
    },
    ping: () => database.ping(),
    pingBlobs,
    close,
  }
}
