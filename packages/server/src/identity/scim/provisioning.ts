import type { scimSearch } from '@freehold/contract/scim.ts'
import type { ScimType } from '@freehold/contract/scim-attributes.ts'
import type { z } from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import type { ConnectionSetting } from '../../kernel/config/connection-keys.ts'
import type { Store, Tx } from '../../store/store.ts'
import type { Caller } from '../caller.ts'
import { scopesOfRoles } from '../roles.ts'
import type { Doc } from './attributes.ts'
import * as discovery from './discovery.ts'
import * as groupChanges from './group-changes.ts'
import { listResources } from './listing.ts'
import type { Query } from './listing.ts'
import { patched, readPatch } from './patch.ts'
import type { Selection } from './projection.ts'
import { shownOf } from './projection.ts'
import { readResource } from './resource.ts'
import * as userChanges from './user-changes.ts'
import type { Next, Outcome, Provisioner } from './user-changes.ts'

export interface ProvisioningParts {
  readonly store: Store
  readonly clock: Clock
  /** Where people reach this installation. */
  readonly url: () => string
  /** The account behind a caller; null for the operator of the machine. */
  readonly personOf: (caller: Caller) => string | null
  /** Makes what was committed count in this process. */
  readonly refresh: () => Promise<void>
  readonly connections: () => readonly ConnectionSetting[]
  /** Hears what became of accounts. */
  readonly changed?: ((outcome: Outcome) => void) | undefined
}

interface By {
  readonly caller: Caller
  readonly request: string
  /** The entity tags of `if-match`. */
  readonly ifMatch?: string | undefined
}

/** A resource as it is shown, and what the headers say of it. */
export interface Answered {
  readonly resource: Doc
  readonly version: string
  readonly location: string
}

/** People and groups that a directory elsewhere keeps here over SCIM. It sees and changes what it has made, and nothing else. */
export class Provisioning {
  readonly #parts: ProvisioningParts

  constructor(parts: ProvisioningParts) {
    this.#parts = parts
  }

  config() {
    return discovery.providerConfig(this.#base())
  }

  types(filter: string | undefined) {
    return discovery.listed(discovery.resourceTypes(this.#base()), filter)
  }

  /** @throws Fault `not_found` */
  type(id: string) {
    return discovery.oneOf(discovery.resourceTypes(this.#base()), id)
  }

  schemas(filter: string | undefined) {
    return discovery.listed(discovery.schemas(this.#base()), filter)
  }

  /** @throws Fault `not_found` */
  schema(id: string) {
    return discovery.oneOf(discovery.schemas(this.#base()), id)
  }

  /** @throws Fault `invalid` */
  list({ caller }: By, query: Query, type?: ScimType) {
    return this.#read(caller, (tx) => listResources(tx, this.#base(), query, type && [type]))
  }

  /** @throws Fault `invalid` */
  search(by: By, query: z.output<typeof scimSearch>, type?: ScimType) {
    return this.list(by, query, type)
  }

  /** @throws Fault `not_found` */
  readUser({ caller }: By, id: string, selection: Selection): Promise<Answered> {
    return this.#read(caller, (tx) => this.#user(tx, id, selection))
  }

  /** @throws Fault `invalid`, `conflict`, `not_allowed` */
  async createUser(by: By, body: unknown, selection: Selection): Promise<Answered> {
    const doc = readResource(userChanges.USER, body)
    const role = this.#parts.connections().find((one) => one.scimClaim !== null)?.defaultRole ?? 'member'
    const create = async (tx: Tx, asked: Provisioner): Promise<Answered> =>
      this.#user(tx, await userChanges.createUser(tx, doc, { ...asked, role }), selection)
    const answered = await this.#write(by, create, 'new')
    this.#parts.changed?.('created')
    return answered
  }

  /** @throws Fault `invalid`, `not_found`, `conflict`, `not_allowed`, `changed_meanwhile` */
  replaceUser(by: By, id: string, call: { readonly body: unknown; readonly selection: Selection }) {
    const doc = readResource(userChanges.USER, call.body)
    return this.#changeUser(by, id, (before) => replaced(before, doc), call.selection)
  }

  /** @throws Fault `invalid`, `not_found`, `conflict`, `not_allowed`, `changed_meanwhile` */
  patchUser(by: By, id: string, call: { readonly body: unknown; readonly selection: Selection }) {
    const operations = readPatch(call.body)
    return this.#changeUser(by, id, (doc) => patched(userChanges.USER, doc, operations), call.selection)
  }

  /** @throws Fault `not_found`, `not_allowed`, `changed_meanwhile` */
  async deleteUser(by: By, id: string): Promise<void> {
    const { ifMatch } = by
    await this.#write(by, (tx, asked) => userChanges.removeUser(tx, id, { ...asked, ifMatch }))
    this.#parts.changed?.('deleted')
  }

  /** @throws Fault `not_found` */
  readGroup({ caller }: By, id: string, selection: Selection): Promise<Answered> {
    return this.#read(caller, (tx) => this.#group(tx, id, selection))
  }

  /** @throws Fault `invalid`, `conflict`, `not_allowed` */
  createGroup(by: By, body: unknown, selection: Selection): Promise<Answered> {
    const doc = readResource(groupChanges.GROUP, body)
    return this.#write(by, async (tx, asked) =>
      this.#group(tx, await groupChanges.createGroup(tx, doc, asked), selection),
    )
  }

  /** @throws Fault `invalid`, `not_found`, `conflict`, `not_allowed`, `changed_meanwhile` */
  replaceGroup(by: By, id: string, call: { readonly body: unknown; readonly selection: Selection }) {
    const doc = readResource(groupChanges.GROUP, call.body)
    return this.#changeGroup(by, id, (before) => replaced(before, doc), call.selection)
  }

  /** @throws Fault `invalid`, `not_found`, `conflict`, `not_allowed`, `changed_meanwhile` */
  patchGroup(by: By, id: string, call: { readonly body: unknown; readonly selection: Selection }) {
    const operations = readPatch(call.body)
    return this.#changeGroup(by, id, (doc) => patched(groupChanges.GROUP, doc, operations), call.selection)
  }

  /** @throws Fault `not_found`, `not_allowed`, `changed_meanwhile` */
  deleteGroup(by: By, id: string): Promise<void> {
    const { ifMatch } = by
    return this.#write(by, (tx, asked) => groupChanges.removeGroup(tx, id, { ...asked, ifMatch }))
  }

  async #changeUser(by: By, id: string, next: Next, selection: Selection): Promise<Answered> {
    const { ifMatch } = by
    const { outcome, answered } = await this.#write(by, async (tx, asked) => ({
      outcome: await userChanges.changeUser(tx, id, next, { ...asked, ifMatch }),
      answered: await this.#user(tx, id, selection),
    }))
    if (outcome !== null) this.#parts.changed?.(outcome)
    return answered
  }

  #changeGroup(by: By, id: string, next: Next, selection: Selection): Promise<Answered> {
    const { ifMatch } = by
    return this.#write(by, async (tx, asked) => {
      await groupChanges.changeGroup(tx, id, next, { ...asked, ifMatch })
      return this.#group(tx, id, selection)
    })
  }

  async #user(tx: Tx, id: string, selection: Selection): Promise<Answered> {
    return answered(await userChanges.presentUser(tx, this.#base(), id), userChanges.USER, selection)
  }

  async #group(tx: Tx, id: string, selection: Selection): Promise<Answered> {
    const how = {
      base: this.#base(),
      withMembers: shownOf(groupChanges.GROUP, selection).has('members'),
    }
    return answered(await groupChanges.presentGroup(tx, how, id), groupChanges.GROUP, selection)
  }

  #base(): string {
    return `${this.#parts.url().replace(/\/+$/, '')}/scim/v2`
  }

  #read<T>(caller: Caller, work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.#parts.store.withTenant({ tenant: caller.tenant }, work)
  }

  async #write<T>(
    { caller, request }: By,
    work: (tx: Tx, asked: Provisioner) => Promise<T>,
    isNew?: 'new',
  ): Promise<T> {
    const { store, clock, refresh, personOf } = this.#parts
    const asked = {
      caller: provisioner(caller),
      request,
      nowMs: clock.now(),
      person: personOf(caller),
      base: this.#base(),
    }
    const done = await store.withTenant({ tenant: caller.tenant }, (tx) => work(tx, asked))
    // Who is new has nothing yet that could open anything: that is heard of in passing, or ten thousand newcomers would
    // have everybody read ten thousand times.
    if (isNew !== 'new') await refresh()
    return done
  }
}

/**
 * What a key with the scope `scim` gives and takes besides its own scopes: what an ordinary member has, as far as
 * whoever made the key has it. Who has more is looked after with a key that has more.
 */
function provisioner(caller: Caller): Caller {
  const { scopes } = caller
  return scopes === null ? caller : { ...caller, scopes: scopes.union(scopesOfRoles(['member'])) }
}

/** Okta leaves the externalId out of what it puts; who somebody is at the directory does not end by that. */
function replaced({ externalId }: Doc, doc: Doc): Doc {
  return externalId === undefined ? doc : { externalId, ...doc }
}

function answered(doc: Doc, type: ScimType, selection: Selection): Answered {
  const { version, location } = metaOf(doc)
  return { resource: shownOf(type, selection).of(doc), version, location }
}

function metaOf({ meta }: Doc): { readonly version: string; readonly location: string } {
  const { version, location } =
    typeof meta === 'object' && !Array.isArray(meta) && 'version' in meta ? meta : {}
  if (typeof version === 'string' && typeof location === 'string') return { version, location }
  throw new Error('a resource was presented without its meta')
}
