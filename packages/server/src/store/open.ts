import { join } from 'node:path'
import { type Clock, systemClock } from '../kernel/clock.ts'
import type { RootKeyConfig } from '../kernel/config/root-keys.ts'
import { Fault } from '../kernel/fault.ts'
import type { Secret } from '../kernel/secret.ts'
import type { Dialler } from '../kernel/dialler/dialler.ts'
import type { BlobPlace } from './blob-place.ts'
import { FileBlobStore } from './blobs.ts'
import { type DatabaseTarget, openDatabase } from './database.ts'
import { parseDsn } from './dsn.ts'
import type { Derive } from './keys/installation-secret.ts'
import { openDerivation } from './keys/installation-secret.ts'
import type { KeyServiceFigure } from './keys/key-service.ts'
import { openRoot, rootFileOf, type RootSurroundings } from './keys/open-roots.ts'
import { KEY_TIMES, type KeyTimes, Rings } from './keys/rings.ts'
import { rootKeyFile } from './keys/root-key-file.ts'
import type { KeyChanges } from './keys/root-key-protection.ts'
import { unrecordedChanges } from './keys/root-key-protection.ts'
import { rootsOf } from './keys/roots.ts'
import type { StoreKeys } from './keys/store-keys.ts'
import { rootInUse } from './keys/tenant-keys.ts'
import type { ListeningOptions } from './listening.ts'
import { Listening } from './listening.ts'
import { migrate, type Schema } from './migrations.ts'
import { createOwnDatabase, ownTargets, prepareOutsideRoles, prepareOwnRoles } from './roles.ts'
import type { ObjectFigure } from './s3/object-client.ts'
import { openS3 } from './s3/open-s3.ts'
import type { BlobStore, Store, TenantId } from './store.ts'
import type { BinarySource } from './supervisor/binaries.ts'
import { type Cluster, type ClusterEvent, startCluster } from './supervisor/cluster.ts'
import { takeDataDirectory } from './supervisor/data-directory.ts'
import type { TenantDatabaseEvent } from './tenant-databases/own-database.ts'
import { noPlace, ownPlace, type TenantPlace } from './tenant-databases/own-place.ts'
import { outsidePlace, requireMaker } from './tenant-databases/outside-place.ts'
import { ring, RoutedDatabase } from './tenant-databases/routed-database.ts'

/** What the store reports while it opens and lives. */
export type StoreEvent =
  | ClusterEvent
  | TenantDatabaseEvent
  | { readonly event: 'schema.migrated'; readonly version: number; readonly applied: number }
  | { readonly event: 'database.connection_lost' }
  /** This process could not follow a change of keys; it tries again. */
  | { readonly event: 'keys.follow_failed'; readonly error: unknown }
  /** Whether notices of other processes are heard, or changes are only found by looking. */
  | { readonly event: 'database.listening'; readonly isListening: boolean }

export interface StoreOptions {
  /** Waits longer for connections until `settled` is called, as a server does that nobody asks yet. */
  readonly isStarting?: boolean
  /** The data directory; created when it is not there. */
  readonly data: string
  readonly config: {
    /** An outside PostgreSQL; null: one of our own in `<data>/pg`. */
    readonly database: Secret<string> | null
    /** A login that may make databases and logins there, for tenants with a database of their own. */
    readonly tenantDatabases?: Secret<string> | null
    /** Default `<data>/blobs`. */
    readonly blobs?: BlobPlace
    /** The root key; default: the file of the data directory, without a passphrase. */
    readonly root?: RootKeyConfig
    /** The root key to move to. */
    readonly nextRoot?: RootKeyConfig | undefined
  }
  /** The way to an object store and to whoever keeps the root key. */
  readonly dialler?: Dialler
  /** Hears how each call to a key service ended. */
  readonly onKeyService?: (figure: KeyServiceFigure) => void
  /** Tests turn faster hands. */
  readonly keyTimes?: KeyTimes
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

/** The databases of single tenants, for whoever makes and removes tenants. */
export type TenantDatabases = Pick<
  RoutedDatabase,
  'make' | 'drop' | 'has' | 'isSeparate' | 'shared' | 'standing'
>

export interface OpenStore {
  readonly store: Store
  /** Our own PostgreSQL; null when an outside one is used. */
  readonly cluster: Cluster | null
  readonly schemaVersion: number
  /** What was done to the root key's passphrase since the last start. */
  readonly keyChanges: KeyChanges | null
  /** For rooms that need a secret of the installation. */
  readonly deriveFromRoot: Derive
  /** Whoever looks after keys: status, rotation, destruction. */
  readonly keys: StoreKeys
  /** Databases of single tenants. */
  readonly databases: TenantDatabases
  /** Calls back soon after a commit, by whatever process, that changes who may come in. */
  readonly listen: (
    hearing: Pick<ListeningOptions, 'heard' | 'heardRun' | 'heardReplica' | 'heardSkills'>,
  ) => Listening
  /** The start is over, for `isStarting`. */
  settled(): void
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
    const surroundings = rootSurroundings(directory.path, options)
    const { root = { provider: 'file' }, nextRoot } = options.config
    const known = await openRoot(root, surroundings)
    opened.push(() => known?.close())
    const blobs = await openBlobs(directory.path, options)
    opened.push(() => blobs.close())
    let derive: Derive | null = null
    const { cluster, target, place, schema } = await openSchema(
      directory.path,
      { ...options, derive: () => derive },
      (undo) => opened.push(undo),
    )
    if (schema.applied.length > 0) {
      onEvent({ event: 'schema.migrated', version: schema.version, applied: schema.applied.length })
    }
    const onLost = (): void => onEvent({ event: 'database.connection_lost' })
    const database = new RoutedDatabase({
      main: openDatabase({
        target,
        ...(options.poolSize === undefined ? {} : { poolSize: options.poolSize }),
        ...(options.isStarting === true && { isStarting: true }),
        onLost,
      }),
      place,
      migrations: options.migrations,
      onEvent,
      onLost,
    })
    opened.push(() => database.close())
    const { tenants, home } = await listTenants(database)
    const inUse = await anyRootInUse(database, tenants)
    const main = known ?? rootKeyFile(rootFileOf(root, directory.path), fileUse(root, inUse !== null))
    const roots = rootsOf(
      main,
      await openNext(nextRoot, surroundings, inUse !== null && inUse !== main.keyId),
    )
    opened.push(() => roots.next?.close())
    // Logins of tenants on an outside server have passwords that are derived.
    derive = await database.transaction(null, (db) => openDerivation(db, roots, inUse))
    await database.open()
    const listeners = new Set<(tenant: TenantId) => void>()
    const rings = new Rings({
      database,
      roots,
      times: options.keyTimes ?? KEY_TIMES,
      onFailed: (error) => onEvent({ event: 'keys.follow_failed', error }),
      onShredded: (tenant) => listeners.forEach((listener) => listener(tenant)),
    })
    opened.push(() => rings.close())
    const store = storeOver({ database, rings, ...blobs, home, close })
    await requireHome(rings, home)
    // Whose keys are gone is known before anybody asks for them; one that is away is asked when it is back.
    const separate = tenants.filter((tenant) => database.isSeparate(tenant))
    await Promise.allSettled(separate.map((tenant) => rings.look(tenant)))
    // Proves that the root key opens this database before anything is served.
    await store.withTenant({ tenant: home }, () => Promise.resolve())
    return {
      store,
      cluster,
      schemaVersion: schema.version,
      keyChanges: unrecordedChanges(rootFileOf(root, directory.path)),
      deriveFromRoot: derive,
      keys: {
        roots,
        times: options.keyTimes ?? KEY_TIMES,
        states: () => rings.states,
        look: (tenant) => rings.look(tenant),
        tenants: async () => (await listTenants(database)).tenants,
        outside: (fn) => database.transaction(null, fn),
        inside: (tenant, fn) => database.transaction(tenant, fn),
        whenShredded: (listener) => void listeners.add(listener),
      },
      databases: database,
      settled: () => database.settled(),
      listen: (hearing) => {
        database.listen(hearing)
        return new Listening({
          target,
          ring: (word) => database.transaction(null, (db) => ring(db, word)),
          ...hearing,
          changed: (isListening) => onEvent({ event: 'database.listening', isListening }),
        })
      },
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
  readonly place: TenantPlace
  readonly schema: Schema
}

async function openSchema(
  data: string,
  options: StoreOptions & { readonly derive: () => Derive | null },
  onClose: (undo: () => Promise<void>) => void,
): Promise<OpenSchema> {
  const directory = options.migrations
  if (options.config.database) {
    const target = parseDsn(options.config.database)
    const schema = await migrate({ target, directory, prepare: prepareOutsideRoles })
    return { cluster: null, target, place: await placeOutside(target, options), schema }
  }
  const onEvent = options.onEvent ?? (() => undefined)
  const cluster = await startCluster({ data, onEvent, only: options.only, fsync: options.fsync })
  onClose(() => cluster.stop())
  await createOwnDatabase(cluster.socketDir, cluster.superuser)
  const targets = ownTargets(cluster.socketDir, cluster.superuser)
  const schema = await migrate({ target: targets.migrations, directory, prepare: prepareOwnRoles })
  const place = ownPlace(cluster.socketDir, cluster.superuser)
  return { cluster, target: targets.requests, place, schema }
}

/** @throws Fault `cannot_start` for a login that may not do what it is there for */
async function placeOutside(
  shared: DatabaseTarget,
  { config, derive }: Pick<StoreOptions, 'config'> & { readonly derive: () => Derive | null },
): Promise<TenantPlace> {
  if (!config.tenantDatabases) return noPlace
  const maker = parseDsn(config.tenantDatabases)
  await requireMaker(shared, maker)
  return outsidePlace({
    shared,
    maker,
    password: (tenant) => {
      const known = derive()
      if (known === null) throw new Error('the database of a tenant is opened after the root key')
      return known('login of a tenant', tenant).toString('base64url')
    },
  })
}

async function listTenants(
  database: RoutedDatabase,
): Promise<{ readonly tenants: readonly TenantId[]; readonly home: TenantId }> {
  const all = await database.tenants()
  const home = all.find((one) => one.home)
  if (!home) throw new Error('the first migration left no home tenant')
  return { tenants: all.map(({ id }) => id), home: home.id }
}

const rootSurroundings = (
  data: string,
  { dialler, clock, onKeyService }: StoreOptions,
): RootSurroundings => ({
  data,
  dialler,
  clock: clock ?? systemClock,
  figure: onKeyService ?? (() => undefined),
})

const fileUse = ({ passphrase }: RootKeyConfig, inUse: boolean) => ({ inUse, passphrase: passphrase ?? null })

/** @throws Fault `cannot_start`; a file is made where nothing was wrapped under it yet */
async function openNext(root: RootKeyConfig | undefined, surroundings: RootSurroundings, inUse: boolean) {
  if (root === undefined) return null
  const opened = await openRoot(root, surroundings)
  return opened ?? rootKeyFile(rootFileOf(root, surroundings.data), fileUse(root, inUse))
}

/** The root key of what is wrapped: the one under which new keys are, else any; null where nothing is. */
async function anyRootInUse(database: RoutedDatabase, tenants: readonly TenantId[]): Promise<string | null> {
  const active = await database.transaction(null, (db) =>
    db.selectFrom('installation_key').select('root_key').executeTakeFirst(),
  )
  if (active) return active.root_key
  for (const tenant of tenants) {
    const found = await database.transaction(tenant, rootInUse)
    if (found !== null) return found
  }
  return null
}

/** Without the keys of its own tenant there is nothing that the platform could serve. @throws Fault `cannot_start` */
async function requireHome(rings: Rings, home: TenantId): Promise<void> {
  await rings.look()
  if (!rings.states.get(home)?.isShredded) return
  throw new Fault(
    'cannot_start',
    'The keys of this installation were destroyed (freehold kek shred): nothing in its database can be read any more. ' +
      'Start with a new data directory and a new database.',
  )
}

interface StoreParts {
  readonly database: RoutedDatabase
  readonly rings: Rings
  readonly blobs: BlobStore
  readonly pingBlobs: Store['pingBlobs']
  readonly home: TenantId
  readonly close: () => Promise<void>
}

function storeOver({ database, rings, blobs, pingBlobs, home, close }: StoreParts): Store {
  return {
    blobs,
    home,
    tenants: async () =>
      (await listTenants(database)).tenants.filter((tenant) => !rings.states.get(tenant)?.isShredded),
    isSeparate: (tenant) => database.isSeparate(tenant),
    withTenant: async ({ tenant }, fn) => {
      const keys = await rings.of(tenant)
      return database.transaction(tenant, (db) => fn({ db, tenant, keys }))
    },
    ping: () => database.ping(),
    pingBlobs,
    close,
  }
}
