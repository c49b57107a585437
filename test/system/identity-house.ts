import { rm } from 'node:fs/promises'
import type { IncomingHttpHeaders } from 'node:http'
import { Client } from 'pg'
import { keyInput } from '@freehold/contract/identity.ts'
import type { Caller } from '../../packages/server/src/identity/caller.ts'
import { createIdentity } from '../../packages/server/src/identity/identity.ts'
import type { Identity } from '../../packages/server/src/identity/identity.ts'
import { Passwords } from '../../packages/server/src/identity/password.ts'
import { localOperator } from '../../packages/server/src/identity/local-operator.ts'
import { uuidV7 } from '../../packages/server/src/kernel/ids.ts'
import type { OpenStore } from '../../packages/server/src/store/open.ts'
import { openStore } from '../../packages/server/src/store/open.ts'
import type { Store, TenantId } from '../../packages/server/src/store/store.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import { preparedData } from './house.ts'

export const PASSWORD = 'correct horse battery'

/** A replica of one tenant's identity room: its own memory over the shared database. */
export interface Replica {
  readonly identity: Identity
  readonly store: Store
  readonly operator: Caller
  readonly hands: { now: number }
  claim(name?: string): ReturnType<Identity['claim']>
  get(headers: IncomingHttpHeaders): Caller
  createKey(wish?: object, by?: Caller): ReturnType<Identity['createKey']>
}

interface ReplicaOptions {
  readonly federation?: Parameters<typeof createIdentity>[0]['federation']
  readonly tokens?: Parameters<typeof createIdentity>[0]['tokens']
  readonly tenant?: TenantId
  readonly refreshEveryMs?: number
  /** Puts something between the room and its database. */
  readonly between?: (store: Store) => Store
}

/** The real database without the rest of the platform; every tenant is a house of its own. */
export interface Ground {
  /** As the superuser, past row-level security: what a thief of the disk would see. */
  readonly sql: Client
  newTenant(): Promise<TenantId>
  readonly listen: OpenStore['listen']
  open(options?: ReplicaOptions): Promise<Replica>
  close(): Promise<void>
}

export async function openGround(): Promise<Ground> {
  const data = await preparedData()
  const opened = await openStore({ data, config: { database: null } })
  const { cluster, deriveFromRoot } = opened
  if (!cluster) throw new Error('the test needs a database of its own')
  const sql = new Client({ host: cluster.socketDir, user: cluster.superuser, database: 'freehold' })
  await sql.connect()
  const replicas: Identity[] = []
  const newTenant = async (): Promise<TenantId> => {
    const id = tenantId(uuidV7())
    await sql.query('INSERT INTO tenant (id) VALUES ($1)', [id])
    return id
  }
  return {
    sql,
    newTenant,
    listen: opened.listen,
    async open(options = {}) {
      const home = options.tenant ?? (await newTenant())
      const at = (store: Store): Store => ({ ...store, home })
      const store = at(options.between?.(opened.store) ?? opened.store)
      const hands = { now: Date.now() }
      const identity = await createIdentity({
        store,
        databases: opened.databases,
        deriveFromRoot,
        clock: { now: () => hands.now },
        passwords: new Passwords({ memoryKiB: 8, passes: 1 }),
        refreshEveryMs: options.refreshEveryMs ?? 3000,
        listenUrl: () => 'http://127.0.0.1:7070',
        ...(options.federation && { federation: options.federation }),
        ...(options.tokens && { tokens: options.tokens }),
      })
      replicas.push(identity)
      return replica({ identity, store, hands, operator: localOperator(home) })
    },
    async close() {
      for (const identity of replicas) await identity.close()
      await sql.end()
      await opened.close()
      await rm(data, { recursive: true, force: true })
    },
  }
}

function replica(parts: Pick<Replica, 'identity' | 'store' | 'hands' | 'operator'>): Replica {
  const { identity, operator } = parts
  const get = (headers: IncomingHttpHeaders): Caller => identity.identify({ headers, method: 'GET' })
  return {
    ...parts,
    get,
    claim(name = 'Anna Żółw') {
      const token = new URL(identity.claimLink('http://h/') ?? 'http://h/').hash.replace('#claim=', '')
      return identity.claim({ token, name, password: PASSWORD }, { headers: {}, method: 'POST' })
    },
    createKey: (wish = {}, by = operator) => identity.createKey(by, keyInput.parse(wish)),
  }
}

/** The cookie header that a browser would send after this Set-Cookie. */
export function cookieOf(entered: { readonly cookie: string }): { readonly cookie: string } {
  return { cookie: entered.cookie.split(';')[0] ?? '' }
}

/** The code of the refusal, or null when it was none. */
export async function codeOf(attempt: () => unknown): Promise<string | null> {
  try {
    await attempt()
    return null
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code)
    throw error
  }
}
