import type { TenantId } from '../../store/store.ts'

/** What every process knows of a tenant, without any of its keys. */
export interface TenantRecord {
  readonly id: TenantId
  /** Null for one that nobody can sign in to. */
  readonly slug: string | null
  readonly createdAt: Date
}

/** The tenants there are, found by id and by what they are called. */
export class TenantDirectory {
  readonly #home: TenantId | null
  readonly #byId: ReadonlyMap<TenantId, TenantRecord>
  readonly #bySlug: ReadonlyMap<string, TenantId>

  /** `home`: whom somebody means who names none. */
  constructor(records: readonly TenantRecord[], home: TenantId | null) {
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

  /** The tenant that somebody names who signs in; left out, the home tenant. Null where there is none of that name. */
  called(slug: string | undefined): TenantId | null {
    return slug === undefined ? this.#home : (this.#bySlug.get(slug) ?? null)
  }

  /** What has to stand in a link to this tenant; null for the home tenant, which needs no name. */
  slugOf(id: TenantId): string | null {
    return id === this.#home ? null : (this.#byId.get(id)?.slug ?? null)
  }
}
