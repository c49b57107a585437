/** What the databases and logins of single tenants are called. */
export const PREFIX = 'fh_t_'

/** The database of a tenant, and the login that may connect to it only. */
export const nameOf = (tenant: string): string => PREFIX + tenant.replaceAll('-', '')

/** The tenant's id out of such a name; null where it is none. */
function idOf(name: string): string | null {
  const parts = /^fh_t_([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(name)
  return parts === null ? null : parts.slice(1).join('-')
}

/** Of logins and whether each has its database: those that are the rest of one that was being made or dropped, or never used. */
export async function restsAmong(
  logins: readonly { readonly name: string; readonly has_database: boolean }[],
  isUsed: (name: string) => Promise<boolean>,
): Promise<readonly string[]> {
  const rests: string[] = []
  for (const { name, has_database } of logins) {
    const id = idOf(name)
    if (id !== null && !(has_database && (await isUsed(name)))) rests.push(id)
  }
  return rests
}
