/** What the databases and logins of single tenants are called. */
export const PREFIX = 'fh_t_'

/** The database of a tenant, and the login that may connect to it only. */
export const nameOf = (tenant: string): string => PREFIX + tenant.replaceAll('-', '')

/** The tenant's id out of such a name; null where it is none. */
export function idOf(name: string): string | null {
  const parts = /^fh_t_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(name)
  return parts === null ? null : parts.slice(1).join('-')
}
