import type { page } from '@freehold/contract/platform.ts'
import type {
  TenantBounds,
  tenantDeletion,
  tenantInput,
  tenantInvitation,
  tenantInvited,
  tenantView,
} from '@freehold/contract/tenants.ts'
import { z } from 'zod'
import * as audit from '../../audit/audit.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import type { TenantDatabases } from '../../store/open.ts'
import type { Store, TenantId, Tx } from '../../store/store.ts'
import { tenantId } from '../../store/tenant-id.ts'
import type { Caller } from '../caller.ts'
import { hasOwner } from '../claim.ts'
import { inviteOwner } from '../invitations.ts'
import type { TenantDirectory, TenantRecord } from './directory.ts'
import { joinLink } from './join-link.ts'
import { changeTenant, insertTenant } from './tenant-rows.ts'

/** Is no tenant's. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

interface TenantsParts {
  readonly store: Store
  /** Makes and unmakes databases of single tenants. */
  readonly databases: Pick<TenantDatabases, 'make' | 'drop'>
  readonly clock: Clock
  /** Where people reach this installation. */
  readonly url: () => string
  readonly directory: () => TenantDirectory
  readonly hasOwner: (tenant: TenantId) => boolean
  /** Makes what was committed count in this process. */
  readonly refresh: () => Promise<void>
}

interface By {
  readonly caller: Caller
  readonly request: string
}

type View = z.output<typeof tenantView>
type Invited = z.output<typeof tenantInvited>

/**
 * The tenants of this installation, for whoever looks after all of them. The list is changed and the change recorded in
 * one transaction of the home tenant; what belongs to a tenant is done in one of its own.
 */
export class Tenants {
  readonly #parts: TenantsParts

  constructor(parts: TenantsParts) {
    this.#parts = parts
  }

  /** In the order in which they were made. */
  async list({ after, limit }: z.output<typeof page>): Promise<{ data: View[]; next: string | null }> {
    await this.#parts.refresh()
    const rest = this.#parts.directory().all.filter(({ id }) => after === undefined || id > after)
    const data = rest.slice(0, limit).map((one) => this.#shown(one))
    return { data, next: rest.length > limit ? (data.at(-1)?.id ?? null) : null }
  }

  /** @throws Fault `not_found` */
  async read(id: string): Promise<View> {
    await this.#parts.refresh()
    return this.#shown(this.#known(id))
  }

  /** Its keys are made with its first transaction. @throws Fault `conflict` */
  async create(
    { slug, owner, hours, isolation }: z.output<typeof tenantInput>,
    { caller, request }: By,
  ): Promise<View & Invited> {
    const { store, databases, clock, refresh } = this.#parts
    const id = tenantId(uuidV7(clock.now()))
    // Before the row that names it: what a crash leaves behind nobody can come in to, and the next start takes away.
    if (isolation === 'database') await databases.make(id)
    try {
      await store.withTenant({ tenant: store.home }, async (tx) => {
        await insertTenant(tx, { id, slug, isolation })
        const event = { actor: caller.principal.id, subject: id, request }
        await audit.append(tx, { action: 'tenant.created', ...event, detail: { isolation } })
      })
    } catch (error) {
      if (isolation === 'database') await databases.drop(id)
      throw error
    }
    await refresh()
    const invited = await this.#invite(this.#known(id), { owner, hours }, { caller, request })
    return { ...this.#shown(this.#known(id)), ...invited }
  }

  /** The link for the first owner once more. @throws Fault `not_found`, `conflict` where there is an owner */
  async invite(id: string, wish: z.output<typeof tenantInvitation>, by: By): Promise<Invited> {
    await this.#parts.refresh()
    return this.#invite(this.#known(id), wish, by)
  }

  /** @throws Fault `not_found` */
  async bound(id: string, bounds: TenantBounds, { caller, request }: By): Promise<View> {
    const before = this.#known(id)
    const event = { actor: caller.principal.id, subject: before.id, request }
    return this.#change(before.id, { bounds }, (tx) =>
      audit.append(tx, {
        action: 'tenant.bounded',
        ...event,
        detail: { bounded: Object.keys(bounds) },
        change: { before: changeOf(before.bounds), after: changeOf(bounds) },
      }),
    )
  }

  /** Nobody comes in any more, and what is under way ends. @throws Fault `not_found`, `conflict` */
  async suspend(id: string, by: By): Promise<View> {
    const { id: tenant } = this.#known(id)
    if (tenant === this.#parts.store.home) {
      throw new Fault('conflict', 'The platform cannot run without its home tenant. Stop Freehold instead.')
    }
    return this.#turn(tenant, { suspended: true, action: 'tenant.suspended' }, by)
  }

  /** @throws Fault `not_found` */
  async resume(id: string, by: By): Promise<View> {
    return this.#turn(this.#known(id).id, { suspended: false, action: 'tenant.resumed' }, by)
  }

  /** Shut at once, and removed when the time of grace is over. @throws Fault `not_found`, `invalid`, `conflict` */
  async delete(
    id: string,
    { confirm, graceDays }: z.output<typeof tenantDeletion>,
    { caller, request }: By,
  ): Promise<View> {
    const { id: tenant, slug } = this.#known(id)
    if (tenant === this.#parts.store.home) {
      throw new Fault('conflict', 'The platform cannot run without its home tenant.', { param: 'id' })
    }
    if (confirm !== (slug ?? tenant)) {
      throw new Fault('invalid', 'This is not what the tenant is called.', { param: 'confirm' })
    }
    const event = { actor: caller.principal.id, subject: tenant, request, detail: { graceDays } }
    return this.#change(tenant, { suspended: true, graceDays }, (tx) =>
      audit.append(tx, { action: 'tenant.deletion_set', ...event }),
    )
  }

  /** The tenant that the caller may take everything of: the own one, and for who looks after all every one. */
  mayExport(id: string, { caller }: By): TenantRecord {
    const isOurs = caller.tenant === this.#parts.store.home || caller.tenant === tenantId(id)
    return this.#known(isOurs ? id : NOBODY)
  }

  #turn(
    tenant: TenantId,
    to: { readonly suspended: boolean; readonly action: 'tenant.suspended' | 'tenant.resumed' },
    { caller, request }: By,
  ): Promise<View> {
    const { suspended, action } = to
    return this.#change(tenant, { suspended, ...(!suspended && { graceDays: null }) }, (tx) =>
      audit.append(tx, { action, actor: caller.principal.id, subject: tenant, request, detail: {} }),
    )
  }

  async #change(
    tenant: TenantId,
    change: Parameters<typeof changeTenant>[2],
    record: (tx: Tx) => Promise<void>,
  ): Promise<View> {
    const { store, refresh } = this.#parts
    await store.withTenant({ tenant: store.home }, async (tx) => {
      await changeTenant(tx, tenant, change)
      await record(tx)
    })
    await refresh()
    return this.#shown(this.#known(tenant))
  }

  async #invite(
    { id: tenant, slug }: TenantRecord,
    { owner, hours }: z.output<typeof tenantInvitation>,
    { caller, request }: By,
  ): Promise<Invited> {
    const { store, clock, url } = this.#parts
    if (tenant === store.home) {
      throw new Fault(
        'conflict',
        'The owner of the home tenant opens the claim link, which freehold up prints.',
      )
    }
    if (slug === null) throw new Fault('conflict', 'This tenant has no name: nobody could sign in to it.')
    // First, and by itself: what is on record and failed does no harm, what happened and is not on record does.
    await store.withTenant({ tenant: store.home }, (tx) =>
      audit.append(tx, {
        action: 'tenant.invited',
        actor: caller.principal.id,
        subject: tenant,
        request,
        detail: { hours },
      }),
    )
    const { view, token } = await store.withTenant({ tenant }, async (tx) => {
      if (await hasOwner(tx)) {
        throw new Fault('conflict', 'This tenant has an owner, who invites everybody else.')
      }
      return inviteOwner(tx, { name: owner ?? null, hours }, { caller, request, nowMs: clock.now() })
    })
    return { token, link: joinLink(url(), token, slug), expiresAt: view.expiresAt }
  }

  /** @throws Fault `not_found` */
  #known(id: string): TenantRecord {
    const record = this.#parts.directory().of(tenantId(id))
    if (record === undefined) throw new Fault('not_found', 'There is no such tenant.', { param: 'id' })
    return record
  }

  #shown({ id, slug, createdAt, suspendedAt, deletesAt, isolation, bounds }: TenantRecord): View {
    const { store, directory, hasOwner: isClaimed } = this.#parts
    const home = id === store.home
    return {
      id,
      slug,
      home,
      createdAt: createdAt.toISOString(),
      claimed: isClaimed(id),
      isolation,
      reachable: !directory().away.has(id),
      suspendedAt: suspendedAt?.toISOString() ?? null,
      deletesAt: deletesAt?.toISOString() ?? null,
      bounds,
    }
  }
}

/** As JSON has it, without what is left out. */
const changeOf = (bounds: TenantBounds) =>
  z.record(z.string(), z.json()).parse(JSON.parse(JSON.stringify(bounds)))
