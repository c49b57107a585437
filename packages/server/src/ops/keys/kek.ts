import type {
  kekQuery,
  kekRotated,
  kekShredded,
  kekShredding,
  kekStatus,
  kekTenant,
  rootRotated,
  rootRotation,
} from '@freehold/contract/kek.ts'
import type { z } from 'zod'
import { append } from '../../audit/audit.ts'
import { Fault } from '../../kernel/fault.ts'
import type { KeyProvider } from '../../store/keys/key-provider.ts'
import { activeRoot, switchRoot } from '../../store/keys/installation-secret.ts'
import { dataKeysByVersion, keyStanding, keysUnderOtherRoot } from '../../store/keys/key-standing.ts'
import { addVersion, shredKeys } from '../../store/keys/rotation.ts'
import { SEALED_TABLES } from '../../store/keys/sealed-tables.ts'
import type { StoreKeys } from '../../store/keys/store-keys.ts'
import { isDone } from '../../store/each-tenant.ts'
import type { Store, TenantId, Tx } from '../../store/store.ts'

/** Who asks. */
export interface AskedBy {
  /** Principal id. */
  readonly actor: string
  readonly request: string
  /** The home tenant looks after all keys, every other one after its own. */
  readonly tenant: TenantId
}

/** Looking after the keys under which everything is encrypted. */
export interface Kek {
  status(query: z.output<typeof kekQuery>, by: Pick<AskedBy, 'tenant'>): Promise<z.input<typeof kekStatus>>
  /** @throws Fault `not_found`, `shredded` */
  rotate(tenant: string, by: AskedBy): Promise<z.input<typeof kekRotated>>
  /** @throws Fault `not_allowed`; `conflict` without a root key to move to, or with another one than is meant */
  rotateRoot(asked: z.output<typeof rootRotation>, by: AskedBy): Promise<z.input<typeof rootRotated>>
  /** @throws Fault `not_found`, `invalid`, `conflict`, `shredded` */
  shred(asked: z.output<typeof kekShredding>, by: AskedBy): Promise<z.input<typeof kekShredded>>
}

interface KekParts {
  readonly store: Store
  readonly keys: StoreKeys
  /** There is something to wrap under another root key. */
  readonly moveRoot: () => void
}

export function createKek({ store, keys, moveRoot }: KekParts): Kek {
  const known = async (id: string, by: AskedBy): Promise<TenantId> => {
    const found = (await mine({ store, keys }, by)).find((tenant) => tenant === id)
    if (found) return found
    throw new Fault('not_found', 'There is no such tenant.', { param: 'tenant' })
  }
  return {
    status: (query, by) => statusOf({ store, keys }, query, by),
    async rotate(id, by) {
      const { actor, request } = by
      const tenant = await known(id, by)
      const version = await withRootOf({ store, keys }, tenant, async (tx, root) => {
        const made = await addVersion(tx, keys.roots, keys.times, root)
        if (made.isNew) {
          const detail = { version: made.version }
          await append(tx, { action: 'tenant_key.rotated', actor, request, subject: tenant, detail })
        }
        return made.version
      })
      await keys.look(tenant)
      return { tenant, version }
    },
    async rotateRoot({ to }, { actor, request, tenant }) {
      if (tenant !== store.home) {
        throw new Fault('not_allowed', 'The root key is looked after by the operator of the platform.')
      }
      const { main, next } = keys.roots
      if (next === null) {
        const message =
          'There is no root key to move to. Write it under keys.next, in every process, and restart them.'
        throw new Fault('conflict', message)
      }
      if (to !== undefined && to !== next.keyId) {
        throw new Fault('conflict', `The root key under keys.next is ${next.keyId}.`, { param: 'to' })
      }
      const from = await store.withTenant({ tenant: store.home }, async (tx) => {
        const before = keys.roots.of(await activeRoot(tx.db, keys.roots))
        // The event and the switch are one: from its commit on new keys are under the next root.
        if (await switchRoot(tx.db, keys.roots, next.keyId)) {
          const detail = { from: before.kind, to: next.kind }
          await append(tx, {
            action: 'root_key.move_started',
            actor,
            request,
            subject: next.keyId,
            detail,
          })
        }
        return main.keyId
      })
      moveRoot()
      return { from, to: next.keyId, leftToMove: await leftToMove({ store, keys }, next.keyId) }
    },
    async shred(asked, by) {
      const tenant = await known(asked.tenant, by)
      if (asked.confirm !== asked.tenant) {
        throw new Fault('invalid', 'The id to confirm with is another one.', { param: 'confirm' })
      }
      if (tenant === store.home && asked.home !== true) {
        const message =
          'This is the tenant without which the platform cannot run: everything in it would be lost. ' +
          'Say so (home: true, or --home) if that is intended.'
        throw new Fault('conflict', message, { param: 'home' })
      }
      const versions = await shred({ store, keys }, tenant, by)
      await keys.look(tenant)
      return { tenant, versions }
    },
  }
}

/**
 * A transaction of the tenant. Where its keys are in another database than the root key's name, that one stays the same
 * until they are written.
 */
function withRootOf<T>(
  { store, keys }: Pick<KekParts, 'store' | 'keys'>,
  tenant: TenantId,
  work: (tx: Tx, root?: string) => Promise<T>,
): Promise<T> {
  if (!store.isSeparate(tenant)) return store.withTenant({ tenant }, (tx) => work(tx))
  return keys.outside(async (db) => {
    const root = await activeRoot(db, keys.roots)
    return store.withTenant({ tenant }, (tx) => work(tx, root))
  })
}

/**
 * The event goes to the record of the operator's own tenant. Of another tenant its commit comes first: no audit, no
 * action.
 */
async function shred(
  { store, keys }: Pick<KekParts, 'store' | 'keys'>,
  tenant: TenantId,
  { actor, request }: AskedBy,
): Promise<number> {
  const event = (versions: number) =>
    ({ action: 'tenant_key.shredded', actor, request, subject: tenant, detail: { versions } }) as const
  if (tenant === store.home) {
    return store.withTenant({ tenant }, async (tx) => {
      const versions = await shredKeys(tx)
      await append(tx, event(versions))
      return versions
    })
  }
  return keys.inside(tenant, async (db) => {
    const versions = await shredKeys({ db, tenant })
    await store.withTenant({ tenant: store.home }, (tx) => append(tx, event(versions)))
    return versions
  })
}

/** The tenants whose keys the asker looks after. */
async function mine(
  { store, keys }: Pick<KekParts, 'store' | 'keys'>,
  by: Pick<AskedBy, 'tenant'>,
): Promise<readonly TenantId[]> {
  const all = await keys.tenants()
  return by.tenant === store.home ? all : all.filter((tenant) => tenant === by.tenant)
}

/** Tenants of which some key is under another root key. */
async function leftToMove(
  { store, keys }: Pick<KekParts, 'store' | 'keys'>,
  rootKey: string,
): Promise<number> {
  let left = 0
  for (const tenant of await keys.tenants()) {
    let isLeft = true
    // Of one that cannot be asked nobody knows that it was moved.
    await isDone(store, tenant, async () => {
      isLeft = (await keys.inside(tenant, (db) => keysUnderOtherRoot(db, rootKey))) > 0
    })
    if (isLeft) left += 1
  }
  return left
}

async function statusOf(
  { store, keys }: Pick<KekParts, 'store' | 'keys'>,
  { tenant: only, count, after, limit }: z.output<typeof kekQuery>,
  by: Pick<AskedBy, 'tenant'>,
): Promise<z.input<typeof kekStatus>> {
  const { main, next } = keys.roots
  const active = await keys.outside((db) => activeRoot(db, keys.roots))
  const all = (await mine({ store, keys }, by)).filter((tenant) => only === undefined || tenant === only)
  if (only !== undefined && all.length === 0)
    throw new Fault('not_found', 'There is no such tenant.', { param: 'tenant' })
  const rest = all.toSorted().filter((tenant) => after === undefined || tenant > after)
  const page = rest.slice(0, limit)
  const data = []
  for (const tenant of page) data.push(await tenantStatus({ store, keys }, tenant, count === 'true'))
  return {
    root: shownRoot(main),
    nextRoot: next && shownRoot(next),
    activeRoot: active,
    leftToMove: next === null ? 0 : await leftToMove({ store, keys }, active),
    data,
    next: rest.length > limit ? (page.at(-1) ?? null) : null,
  }
}

const shownRoot = ({ kind, keyId }: KeyProvider) => ({ provider: kind, id: keyId })

async function tenantStatus(
  { store, keys }: Pick<KekParts, 'store' | 'keys'>,
  tenant: TenantId,
  counts: boolean,
): Promise<z.input<typeof kekTenant>> {
  let standing: Awaited<ReturnType<typeof keyStanding>> = { shreddedAt: null, versions: [], rewrap: null }
  let wraps: ReadonlyMap<number, number> | null = null
  const reachable = await isDone(store, tenant, async () => {
    standing = await keys.inside(tenant, (db) => keyStanding(db, tenant))
    wraps = counts ? await keys.inside(tenant, dataKeysByVersion) : null
  })
  return shownStanding({ tenant, home: tenant === store.home, reachable }, standing, wraps)
}

function shownStanding(
  whose: { readonly tenant: TenantId; readonly home: boolean; readonly reachable: boolean },
  { shreddedAt, versions, rewrap }: Awaited<ReturnType<typeof keyStanding>>,
  wraps: ReadonlyMap<number, number> | null,
): z.input<typeof kekTenant> {
  return {
    ...whose,
    shreddedAt: shreddedAt?.toISOString() ?? null,
    versions: versions.map((one) => ({
      version: one.version,
      createdAt: one.created_at.toISOString(),
      sealsFrom: one.active_from.toISOString(),
      rootKey: one.root_key,
      dataKeys: wraps && (wraps.get(one.version) ?? 0),
    })),
    rewrap: rewrap && {
      toVersion: rewrap.to_version,
      state: rewrap.done_at
        ? 'done'
        : rewrap.place < SEALED_TABLES.length || rewrap.passed_over !== '0'
          ? 'walking'
          : 'kept',
      total: Number(rewrap.total),
      seen: Math.min(Number(rewrap.seen), Number(rewrap.total)),
      rewrapped: Number(rewrap.rewrapped),
      startedAt: rewrap.started_at.toISOString(),
      doneAt: rewrap.done_at?.toISOString() ?? null,
    },
  }
}
