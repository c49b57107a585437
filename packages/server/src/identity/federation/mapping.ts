import type { ConnectionSetting } from '../../kernel/config/connection-keys.ts'
import { foldName } from '../account-name.ts'
import type { Claims } from './id-token.ts'
import { Untrusted } from './untrusted.ts'

const MOST_GROUPS = 1000
const LONGEST_GROUP = 256

/** What the groups of the provider make of somebody here. */
export interface Standing {
  /** Null: no group stands for a role in this connection, so the role is not its business. */
  readonly role: string | null
  /** Names of groups, folded, that the connection looks after. */
  readonly managed: ReadonlySet<string>
  /** Those of them that the person is to be in. */
  readonly groups: ReadonlySet<string>
}

/** Reads claims by the connection's table; a provider that says no groups gives none. @throws Untrusted */
export function standingOf(setting: ConnectionSetting, claims: Claims): Standing {
  const { groupRoles, defaultRole } = setting
  const theirs = groupsOf(setting, claims)
  const held = groupRoles.filter(([group]) => theirs.has(group)).map(([, meaning]) => meaning)
  const roles = held.flatMap((meaning) => ('role' in meaning ? [meaning.role] : []))
  const isManaged = groupRoles.some(([, meaning]) => 'role' in meaning)
  const named = (all: typeof held): ReadonlySet<string> =>
    new Set(all.flatMap((meaning) => ('group' in meaning ? [foldName(meaning.group)] : [])))
  return {
    role: isManaged ? (roles[0] ?? defaultRole) : null,
    managed: named(groupRoles.map(([, meaning]) => meaning)),
    groups: named(held),
  }
}

/** Groups as the provider calls them. @throws Untrusted for what is no list of names */
export function groupsOf({ groupsClaim }: ConnectionSetting, claims: Claims): ReadonlySet<string> {
  if (groupsClaim === null) return new Set()
  const value = claims[groupsClaim] ?? along(claims, groupsClaim.split('.'))
  if (value === undefined || value === null) return new Set()
  const list = typeof value === 'string' ? [value] : value
  if (!Array.isArray(list) || list.length > MOST_GROUPS) throw new Untrusted('groups')
  return new Set(
    list.map((group: unknown) => {
      if (typeof group !== 'string' || group.length > LONGEST_GROUP) throw new Untrusted('groups')
      return group
    }),
  )
}

function along(claims: Claims, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? Object.entries(value).find(([name]) => name === step)?.[1]
        : undefined,
    claims,
  )
}

/** What somebody would like to be called, as far as the provider says. */
export function namesOf({ id }: ConnectionSetting, claims: Claims): readonly string[] {
  const told = ['preferred_username', 'name', 'email'].flatMap((claim) => {
    const value = claims[claim]
    return typeof value === 'string'
      ? [
          value
            .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '')
            .trim()
            .slice(0, 80),
        ]
      : []
  })
  const first = told.find((name) => name !== '')
  if (first === undefined) return []
  // Somebody who has the name already is somebody else: the newcomer is told apart, never taken for that person.
  return [first, `${first} (${id})`, ...Array.from({ length: 20 }, (_, at) => `${first} (${id} ${at + 2})`)]
}
