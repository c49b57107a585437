import { SCOPES } from '@freehold/contract/actions.ts'
import type { Scope } from '@freehold/contract/actions.ts'
import type { ROLES } from '@freehold/contract/people.ts'

/** The role of the emergency account, which nobody is given. */
export const BREAK_GLASS = 'break-glass'

/** A role that every installation has; `operator` is the machine's own. */
type BuiltIn = (typeof ROLES)[number] | 'operator' | typeof BREAK_GLASS

/** A word that is not here, nor a role of the tenant's own, allows nothing. */
const BUILT_IN: Readonly<Record<BuiltIn, ReadonlySet<Scope>>> = {
  owner: new Set(SCOPES),
  operator: new Set(SCOPES),
  [BREAK_GLASS]: new Set(SCOPES),
  /** Runs the house and looks after people; the record is for others to read. */
  admin: new Set([
    'model',
    'service',
    'knowledge',
    'conversations',
    'skills',
    'requests',
    'keys',
    'people',
    'scim',
  ]),
  'security-officer': new Set(['requests', 'keys', 'people', 'audit']),
  auditor: new Set(['requests', 'audit']),
  member: new Set(['model', 'service', 'knowledge', 'conversations', 'skills', 'requests', 'keys']),
  guest: new Set(['model', 'conversations']),
}
const BY_NAME: ReadonlyMap<string, ReadonlySet<Scope>> = new Map(Object.entries(BUILT_IN))

/** What a role allows besides scopes, which API keys are limited to. */
const PRIVILEGES = ['settings', 'requests-of-all', 'content-of-all', 'keys-of-all'] as const
export type Privilege = (typeof PRIVILEGES)[number]

const ALL_PRIVILEGES: ReadonlySet<Privilege> = new Set(PRIVILEGES)
const NO_PRIVILEGES: ReadonlySet<Privilege> = new Set()
/** `content-of-all` opens what others sent; each time stands on record. */
const PRIVILEGES_OF: ReadonlyMap<string, ReadonlySet<Privilege>> = new Map<BuiltIn, ReadonlySet<Privilege>>([
  ['owner', ALL_PRIVILEGES],
  ['operator', ALL_PRIVILEGES],
  [BREAK_GLASS, ALL_PRIVILEGES],
  ['admin', new Set(['settings', 'requests-of-all', 'keys-of-all'])],
  ['security-officer', new Set(['requests-of-all', 'content-of-all', 'keys-of-all'])],
  ['auditor', new Set(['requests-of-all'])],
])

/** What these roles allow together besides scopes. */
function privilegesOfRoles(roles: readonly string[]): ReadonlySet<Privilege> {
  return roles.reduce((all, role) => all.union(PRIVILEGES_OF.get(role) ?? NO_PRIVILEGES), NO_PRIVILEGES)
}

export const hasPrivilege = (roles: readonly string[], privilege: Privilege): boolean =>
  roles.some((role) => PRIVILEGES_OF.get(role)?.has(privilege))

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

/** Scopes and privileges: all that could be given to somebody else. */
export function powersOfRoles(
  roles: readonly string[],
  custom?: ReadonlySet<Scope>,
): ReadonlySet<Scope | Privilege> {
  const powers: ReadonlySet<Scope | Privilege> = scopesOfRoles(roles, custom)
  return powers.union(privilegesOfRoles(roles))
}

/** The scopes a row holds; null for `*`. Words of a newer version grant nothing here. */
export function readScopes(stored: readonly string[]): ReadonlySet<Scope> | null {
  return stored.includes('*') ? null : new Set(SCOPES.filter((scope) => stored.includes(scope)))
}
