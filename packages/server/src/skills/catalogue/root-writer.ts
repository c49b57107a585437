import { Fault } from '../../kernel/fault.ts'
import type { PublicKey, SigningKey } from '../signing/signing-key.ts'
import type { Metadata, Role, Root } from './metadata.ts'
import { holderOf, requireSigned, ROLES, signMetadata, tufKey } from './metadata.ts'

export interface RoleKeys {
  readonly keys: readonly PublicKey[]
  readonly threshold: number
}
export type EveryRole<T> = Readonly<Record<Role, T>>

/** For how many days each role is signed: the shorter the timestamp, the sooner somebody who holds news back is noticed. */
export const USUAL_DAYS: EveryRole<number> = { root: 365, targets: 180, snapshot: 60, timestamp: 14 }

/** What the next root says. */
export interface RootParts {
  /** Null: it is the first one. */
  readonly before: Root | null
  readonly roles: EveryRole<RoleKeys>
  readonly days: EveryRole<number>
  readonly now: number
}

/** The next root, with the signatures of those who are at hand; others may add theirs. @throws Fault `invalid` */
export function draftRoot(
  { before, roles, days, now }: RootParts,
  signers: readonly SigningKey[],
): Metadata<'root'> {
  for (const role of ROLES) {
    const { keys, threshold } = roles[role]
    if (threshold >= 1 && distinct(keys).length >= threshold) continue
    throw new Fault('invalid', `${role}: ${threshold} of ${distinct(keys).length} keys cannot sign.`, {
      param: role,
    })
  }
  const keys = ROLES.flatMap((role) => roles[role].keys)
  const content = {
    version: (before?.version ?? 0) + 1,
    expires: expiry(now, days.root),
    consistent_snapshot: true,
    keys: Object.fromEntries(keys.map((key) => [key.id, tufKey(key)])),
    roles: Object.fromEntries(
      ROLES.map((role) => {
        const keyids = distinct(roles[role].keys).map(({ id }) => id)
        return [role, { keyids, threshold: roles[role].threshold }]
      }),
    ),
    'x-freehold-days': days,
  }
  const held = before === null ? [] : [...holderOf(before, 'root').keys.keys()]
  const may = new Set([...roles.root.keys.map(({ id }) => id), ...held])
  return signMetadata(
    'root',
    content,
    distinctSigners(signers).filter((key) => may.has(key.public.id)),
  )
}

/** @throws Fault `invalid` that names the keys of which too few have signed, `conflict` for one that is no next one */
export function requireRoot(root: Metadata<'root'>, before: Root | null): void {
  const version = (before?.version ?? 0) + 1
  if (root.signed.version !== version)
    throw new Fault('conflict', `The root is version ${root.signed.version}, and ${version} is the next one.`)
  requireKeys(root, root.signed, 'root')
  if (before !== null) requireKeys(root, before, 'root')
}

/** @throws Fault `invalid` */
export function requireKeys(metadata: Metadata<Role>, root: Root, role: Role): void {
  try {
    requireSigned(role, metadata, holderOf(root, role), 'the role')
  } catch (error) {
    const { keyids, threshold } = root.roles[role]
    throw new Fault(
      'invalid',
      `Nothing is written: ${role} version ${metadata.signed.version} needs ${threshold} of these keys: ${keyids.join(', ')}.`,
      { param: role, cause: error },
    )
  }
}

/** What a root says of every role, to be said again. */
export function rolesOf(root: Root): EveryRole<RoleKeys> {
  const of = (role: Role): RoleKeys => {
    const { keys, threshold } = holderOf(root, role)
    return { keys: [...keys.values()], threshold }
  }
  return { root: of('root'), targets: of('targets'), snapshot: of('snapshot'), timestamp: of('timestamp') }
}

export const daysOf = (root: Root): EveryRole<number> => root['x-freehold-days'] ?? USUAL_DAYS

const distinct = (keys: readonly PublicKey[]): readonly PublicKey[] => [
  ...new Map(keys.map((key) => [key.id, key])).values(),
]
export const distinctSigners = (signers: readonly SigningKey[]): readonly SigningKey[] => [
  ...new Map(signers.map((key) => [key.public.id, key])).values(),
]

const DAY_MS = 86_400_000
/** Whole seconds, as TUF has them. */
export const expiry = (now: number, days: number): string =>
  new Date(now + days * DAY_MS).toISOString().replace(/\.\d+Z$/, 'Z')
