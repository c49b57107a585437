import { SCOPES } from '@freehold/contract/actions.ts'
import type { Scope } from '@freehold/contract/actions.ts'
import type { ROLES } from '@freehold/contract/people.ts'

/** A role that every installation has; `operator` is the machine's own. */
type BuiltIn = (typeof ROLES)[number] | 'operator'

/** A word that is not here, nor a role of the tenant's own, allows nothing. */
const BUILT_IN: Readonly<Record<BuiltIn, ReadonlySet<Scope>>> = {
  owner: new Set(SCOPES),
  operator: new Set(SCOPES),
  /** Runs the house and looks after people; the record is for others to read. */
  admin: new Set(['model', 'service', 'knowledge', 'requests', 'keys', 'people']),
  'security-officer': new Set(['requests', 'keys', 'people', 'audit']),
  auditor: new Set(['requests', 'audit']),
  member: new Set(['model', 'service', 'knowledge', 'requests', 'keys']),
  guest: new Set(['model']),
}
const BY_NAME: ReadonlyMap<string, ReadonlySet<Scope>> = new Map(Object.entries(BUILT_IN))

/** Null for a word that is no role of every installation. */
export const builtInRole = (name: string): ReadonlySet<Scope> | null => BY_NAME.get(name) ?? null

/** What these roles allow together. */
export function scopesOfRoles(
  roles: readonly string[],
  custom: ReadonlySet<Scope> = new Set(),
): ReadonlySet<Scope> {
  const [only] = roles
  if (roles.length === 1 && only !== undefined && custom.size === 0) return BY_NAME.get(only) ?? custom
  return roles.reduce((all, role) => all.union(BY_NAME.get(role) ?? new Set<Scope>()), custom)
}

/** The scopes a row holds; null for `*`. Words of a newer version grant nothing here. */
export function readScopes(stored: readonly string[]): ReadonlySet<Scope> | null {
  return stored.includes('*') ? null : new Set(SCOPES.filter((scope) => stored.includes(scope)))
}
