import { rm } from 'node:fs/promises'
import assert from 'node:assert/strict'
import type { RouteInput, TargetInput } from '@freehold/contract/routing.ts'
import { routeInput, targetInput } from '@freehold/contract/routing.ts'
import { Client } from 'pg'
import type { FileRouting } from '../../packages/server/src/gateway/routing/changes.ts'
import type { InForce, RoutingSettings } from '../../packages/server/src/gateway/routing/settings.ts'
import { createRoutingSettings } from '../../packages/server/src/gateway/routing/settings.ts'
import { Targets } from '../../packages/server/src/gateway/targets.ts'
import type { Caller } from '../../packages/server/src/identity/caller.ts'
import { localOperator } from '../../packages/server/src/identity/local-operator.ts'
import { createDialler } from '../../packages/server/src/kernel/dialler/dialler.ts'
import { Fault } from '../../packages/server/src/kernel/fault.ts'
import { guardTarget } from '../../packages/server/src/kernel/target-definition.ts'
import type { Store, TenantId } from '../../packages/server/src/store/store.ts'
import { tenantId } from '../../packages/server/src/store/tenant-id.ts'
import { addTenant, openTestStore } from './cluster.ts'
import { preparedData } from './house.ts'

export const house: TargetInput = targetInput.parse({
  name: 'house',
  kind: 'model',
  zone: 'private',
  dialect: 'openai',
  url: 'https://10.0.1.5:8443/v1',
  models: ['qwen3-32b'],
  auth: { apiKey: 'zygomorphic-secret-key' },
})
export const cloud: TargetInput = targetInput.parse({
  name: 'cloud',
  kind: 'model',
  zone: 'managed',
  dialect: 'openai',
  url: 'https://api.example.com/v1',
  models: ['gpt-5'],
  auth: { header: { name: 'x-token', value: 'quixotical-header-value' } },
})
export const route = (value: unknown): RouteInput => routeInput.parse(value)

const NOTHING: FileRouting = { targets: [], routes: [], privateOnly: ['restricted'] }
export const inFile = (targets: readonly TargetInput[], routes: readonly RouteInput[] = []): FileRouting => ({
  ...NOTHING,
  targets: targets.map(guardTarget),
  routes,
})

/** One replica: its own memory and its own lines over the shared database. */
export interface RoutingHouse {
  readonly tenant: TenantId
  readonly settings: RoutingSettings
  readonly targets: Targets
  readonly operator: Caller
  /** `file` is what the file says; with `refuse` nothing can be put in force. */
  readonly hands: { file: FileRouting; refuse: Fault | null }
  /** Every routing that came into force. */
  readonly applied: InForce[]
  readonly failures: unknown[]
  /** Resolves with the next failure of a refresh. */
  failed(): Promise<unknown>
  /** Resolves when this holds after something came into force. */
  until(holds: () => boolean): Promise<void>
  close(): Promise<void>
}

interface HouseOptions {
  readonly tenant?: TenantId
  readonly file?: FileRouting
  /** Puts something between the room and its database. */
  readonly between?: (store: Store) => Store
}

/** The real database without the rest of the platform; every tenant is an installation of its own. */
export interface RoutingGround {
  readonly store: Store
  /** As the superuser, past row-level security: what a thief of the disk would see. */
  readonly sql: Client
  /** A replica that has not started. */
  open(options?: HouseOptions): Promise<RoutingHouse>
  start(options?: HouseOptions): Promise<RoutingHouse>
  /** What stands in the database and is in force; the same before and after something that was refused. */
  stateOf(house: RoutingHouse): Promise<unknown>
  close(): Promise<void>
}

export async function openRoutingGround(): Promise<RoutingGround> {
  const data = await preparedData()
  const opened = await openTestStore(data)
  const { store } = opened
  const sql = new Client({ host: `${data}/run`, port: 5432, user: 'fh_super', database: 'freehold' })
  await sql.connect()
  const houses: RoutingHouse[] = []
  const open = async (options: HouseOptions = {}): Promise<RoutingHouse> => {
    const tenant = options.tenant ?? tenantId(await addTenant(data))
    const own = { ...(options.between?.(store) ?? store), home: tenant }
    const made = replica(own, options.file ?? NOTHING)
    houses.push(made)
    return made
  }
  return {
    store,
    sql,
    open,
    async start(options) {
      const made = await open(options)
      await made.settings.start()
      return made
    },
    async stateOf({ settings, tenant }) {
      const versions = await sql.query(
        "SELECT version, encode(sha256(document_sealed), 'hex') AS sum FROM routing_version WHERE tenant_id = $1 ORDER BY 1",
        [tenant],
      )
      const events = await sql.query('SELECT id FROM audit_event WHERE tenant_id = $1 ORDER BY 1', [tenant])
      const { version } = settings.current.routing
      return [versions.rows, events.rows, version, settings.targets(), settings.routes()]
    },
    async close() {
      for (const one of houses) await one.close()
      await sql.end()
      await opened.close()
      await rm(data, { recursive: true, force: true })
    },
  }
}

function replica(store: Store, file: FileRouting): RoutingHouse {
  const hands: RoutingHouse['hands'] = { file, refuse: null }
  const applied: InForce[] = []
  const failures: unknown[] = []
  const changed = new EventTarget()
  const next = (name: string): Promise<void> =>
    new Promise((resolve) => changed.addEventListener(name, () => resolve(), { once: true }))
  const targets = new Targets(createDialler(), {
    slowStartMs: () => 0,
    ejectPercent: () => 0,
    ejectMs: () => 0,
    onEjected() {},
    onProbed() {},
    onTurned() {},
    random: () => 0.5,
    nowMs: () => performance.now(),
    localModels: {
      open: () => {
        throw new Error('no local model is part of this')
      },
    },
  })
  const settings = createRoutingSettings({
    store,
    pollMs: 20,
    file: () => hands.file,
    applied(inForce) {
      if (hands.refuse) throw hands.refuse
      targets.use(inForce.routing)
      applied.push(inForce)
      // When what came into force can be seen.
      queueMicrotask(() => changed.dispatchEvent(new Event('applied')))
    },
    onRefreshFailed(error) {
      failures.push(error)
      changed.dispatchEvent(new Event('failed'))
    },
  })
  return {
    tenant: store.home,
    settings,
    targets,
    operator: localOperator(store.home),
    hands,
    applied,
    failures,
    async failed() {
      await next('failed')
      return failures.at(-1)
    },
    async until(holds) {
      while (!holds()) await next('applied')
    },
    async close() {
      await settings.close()
      await targets.close()
    },
  }
}

/** For `assert.rejects`: a refusal with this code and field, whose message says this. */
export const refused = (code: string, param: string | null, says: RegExp) => (error: unknown) => {
  assert.ok(error instanceof Fault, String(error))
  assert.deepEqual([error.code, error.param], [code, param])
  assert.match(error.message, says)
  return true
}
