import { BlockList, isIP, isIPv6 } from 'node:net'
import type { TenantBounds } from '@freehold/contract/tenants.ts'
import type { TenantId } from '../../store/store.ts'

/** What every process knows of a tenant, without any of its keys. */
export interface TenantRecord {
  readonly id: TenantId
  /** Null for one that nobody can sign in to. */
  readonly slug: string | null
  readonly createdAt: Date
  /** Null while it is open. */
  readonly suspendedAt: Date | null
  /** From when on it is removed. */
  readonly deletesAt: Date | null
  readonly bounds: TenantBounds
  /** Whether its rows are in a database of its own. */
  readonly isolation: 'pooled' | 'database'
}

/** Tenants whose own databases are away, and whether it is known who may come in to them. */
export type AwayTenants = ReadonlyMap<TenantId, 'known' | 'unknown'>

const NOBODY_AWAY: AwayTenants = new Map()

/** The tenants there are, found by id and by what they are called. */
export class TenantDirectory {
  readonly #home: TenantId | null
  readonly #byId: ReadonlyMap<TenantId, TenantRecord>
  readonly #bySlug: ReadonlyMap<string, TenantId>
  /** Who may come in to these may have changed, and nothing of them can be done. */
  readonly away: AwayTenants
  readonly #networks = new Map<TenantId, BlockList>()

  /** `home`: whom somebody means who names none. */
  constructor(records: readonly TenantRecord[], home: TenantId | null, away: AwayTenants = NOBODY_AWAY) {
    this.away = away
    this.#home = home
    this.#byId = new Map(records.map((record) => [record.id, record]))
    this.#bySlug = new Map(records.flatMap(({ slug, id }) => (slug === null ? [] : [[slug, id] as const])))
  }

  get all(): readonly TenantRecord[] {
    return [...this.#byId.values()]
  }

  of(id: TenantId): TenantRecord | undefined {
    return this.#byId.get(id)
  }

  /**
   * The tenant that somebody names who signs in; left out, the home tenant. Null where none of that name is open: who has
   * shown nothing yet is not told that there is one.
   */
  called(slug: string | undefined): TenantId | null {
    const id = slug === undefined ? this.#home : (this.#bySlug.get(slug) ?? null)
    return id === null || this.isShut(id) ? null : id
  }

  isShut(id: TenantId): boolean {
    return (this.#byId.get(id)?.suspendedAt ?? null) !== null
  }

  /** Whether a credential that nobody is known to have may be one of a tenant that cannot be asked. */
  get isIncomplete(): boolean {
    return this.away.values().some((known) => known === 'unknown')
  }

  /** Whether the address is of a network that this tenant is used from. */
  isFrom(id: TenantId, address: string): boolean {
    const networks = this.#networks.get(id) ?? networksOf(this.#byId.get(id)?.bounds.sources ?? [])
    this.#networks.set(id, networks)
    // How a socket for both families writes an IPv4 address.
    const plain = address.replace(/^::ffff:(?=\d+\.)/i, '')
    return isIP(plain) !== 0 && networks.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4')
  }

  /** What has to stand in a link to this tenant; null for the home tenant, which needs no name. */
  slugOf(id: TenantId): string | null {
    return id === this.#home ? null : (this.#byId.get(id)?.slug ?? null)
  }
}

function networksOf(sources: readonly string[]): BlockList {
  const networks = new BlockList()
  for (const source of sources) {
    const [address = '', length] = source.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (length === undefined) networks.addAddress(address, family)
    else networks.addSubnet(address, Number(length), family)
  }
  return networks
}
