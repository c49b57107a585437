import type { Store, TenantId } from '../store/store.ts'

/** Ids of the keys that a principal's requests are charged to: its own and every one above. Empty for a person. */
export type Lineage = (tenant: TenantId, principal: string) => readonly string[]

/** Reads who made which key, revoked ones too: what they spent stays spent for those above them. */
export async function readLineage(store: Pick<Store, 'tenants' | 'withTenant'>): Promise<Lineage> {
  const creators = new Map<TenantId, ReadonlyMap<string, string>>()
  for (const tenant of await store.tenants()) {
    const rows = await store.withTenant({ tenant }, ({ db }) =>
      db.selectFrom('api_key').select(['id', 'creator']).execute(),
    )
    creators.set(tenant, new Map(rows.map(({ id, creator }) => [id, creator])))
  }
  return (tenant, principal) => {
    const keys: string[] = []
    const above = creators.get(tenant)
    for (let id = principal; ;) {
      const creator = above?.get(id)
      if (creator === undefined || keys.includes(id)) return keys
      keys.push(id)
      id = creator
    }
  }
}
