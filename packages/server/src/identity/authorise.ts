import { ACTIONS, PLATFORM_ACTIONS } from '@freehold/contract/actions.ts'
import type { Action, Grant, Scope } from '@freehold/contract/actions.ts'
import { Fault } from '../kernel/fault.ts'
import type { TenantId } from '../store/store.ts'
import type { Caller } from './caller.ts'
import { hasPrivilege, powersOfRoles, scopesOfRoles } from './roles.ts'
import type { Privilege } from './roles.ts'

/**
 * Passes when the caller may take the action.
 * @throws Fault `unidentified` without a caller, `not_allowed` naming what is missing
 */
export function authorise(caller: Caller | null, action: Action): void {
  const grant: Grant = ACTIONS[action]
  if (grant === 'anyone') return
  if (caller === null) {
    throw new Fault('unidentified', 'Sign in, or send an API key as "Authorization: Bearer fh_…".')
  }
  if (caller.breakGlass && CLOSED_IN_EMERGENCIES.has(action)) throw notInEmergencies()
  if (grant === 'caller') return
  if (grant === 'operator') return requireOperator(caller)
  requireScope(caller, grant)
}

/**
 * What the emergency account may not do: take away its own traces, or read where each reading is no event of its own.
 */
const CLOSED_IN_EMERGENCIES: ReadonlySet<Action> = new Set<Action>([
  'person.erase',
  'hold.write',
  'break_glass.write',
  'kek.write',
  'model.use',
  'service.use',
  'run.read',
])

const notInEmergencies = (): Fault =>
  new Fault(
    'not_allowed',
    'A break-glass session may not do this: it would take traces away, or leave none. Ask the owner.',
  )

/** As `authorise`; what concerns every tenant is for callers of the home tenant alone. */
export const authoriseIn =
  (home: TenantId): typeof authorise =>
  (caller, action) => {
    authorise(caller, action)
    if (caller === null || caller.tenant === home || !PLATFORM_ACTIONS.has(action)) return
    throw new Fault('not_allowed', 'This is for the operator of the platform, not of one tenant.')
  }

/** The CLI on the server, a session of an owner or admin, or a key of theirs with scope `*`. */
export const runsTheHouse = (caller: Caller): boolean => mayAs(caller, 'settings')

/** Who sees that requests of others were made, and what they cost. */
export const seesRequestsOfAll = (caller: Caller): boolean => mayAs(caller, 'requests-of-all')

export const readsContentOfAll = (caller: Caller): boolean => mayAs(caller, 'content-of-all')

/** What the caller may do: what its roles allow, within the scopes of its key. */
export function scopesOf({ roles, customScopes, scopes }: Caller): ReadonlySet<Scope> {
  const allowed = scopesOfRoles(roles, customScopes)
  return scopes === null ? allowed : allowed.intersection(scopes)
}

/** What the caller could give to somebody else: a key that is limited to scopes has no privileges to give. */
export function powersOf(caller: Caller): ReadonlySet<Scope | Privilege> {
  return caller.scopes === null ? powersOfRoles(caller.roles, caller.customScopes) : scopesOf(caller)
}

function mayAs({ scopes, roles }: Caller, privilege: Privilege): boolean {
  return scopes === null && hasPrivilege(roles, privilege)
}

function requireOperator(caller: Caller): void {
  if (runsTheHouse(caller)) return
  throw new Fault(
    'not_allowed',
    'Only the operator may do this. Use the CLI on the server, a session of an owner or admin, or a key of theirs with --scope "*".',
  )
}

function requireScope(caller: Caller, scope: Scope): void {
  if (!scopesOfRoles(caller.roles, caller.customScopes).has(scope)) {
    throw new Fault('not_allowed', `Your role does not include "${scope}". Ask the owner for it.`)
  }
  if (caller.scopes !== null && !caller.scopes.has(scope)) {
    throw new Fault(
      'not_allowed',
      `This API key lacks the scope "${scope}". Create one with: freehold key create --scope ${scope}`,
    )
  }
}
