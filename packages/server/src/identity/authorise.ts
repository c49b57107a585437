import { ACTIONS, PLATFORM_ACTIONS } from '@freehold/contract/actions.ts'
import type { Action, Grant, Scope } from '@freehold/contract/actions.ts'
import { Fault } from '../kernel/fault.ts'
import type { TenantId } from '../store/store.ts'
import type { Caller } from './caller.ts'
import type { Restraint } from './policies/restraint.ts'
import { forbidden } from './policies/restraint.ts'
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
  requireGrant(caller, grant)
  const policy = caller.restraint?.operation(action) ?? null
  if (policy !== null) throw forbidden(policy)
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
  // Whoever let the account in elsewhere would see nothing of the emergency.
  'application.enter',
])

const notInEmergencies = (): Fault =>
  new Fault(
    'not_allowed',
    'A break-glass session may not do this: it would take traces away, or leave none. Ask the owner.',
  )

/** What roles and scopes say by themselves. @throws Fault `not_allowed` naming what is missing */
export function requireGrant(rights: Granted, grant: Grant): void {
  if (grant === 'anyone' || grant === 'caller') return
  if (grant === 'operator') return requireOperator(rights)
  requireScope(rights, grant)
}

type Granted = Pick<Caller, 'roles' | 'customScopes' | 'scopes'>

/** As `authorise`; what concerns every tenant is for callers of the home tenant alone. */
export const authoriseIn =
  (home: TenantId): typeof authorise =>
  (caller, action) => {
    authorise(caller, action)
    if (caller === null || caller.tenant === home || !PLATFORM_ACTIONS.has(action)) return
    throw new Fault('not_allowed', 'This is for the operator of the platform, not of one tenant.')
  }

/** The CLI on the server, a session of an owner or admin, or a key of theirs with scope `*`. */
export const runsTheHouse = (caller: Granted): boolean => mayAs(caller, 'settings')

/** Who sees that requests of others were made, and what they cost. */
export const seesRequestsOfAll = (caller: Caller): boolean => mayAs(caller, 'requests-of-all')

export const readsContentOfAll = (caller: Caller): boolean => mayAs(caller, 'content-of-all')

/**
 * What the caller may do: what its roles allow, within the scopes of its key, without those of which policies forbid
 * an action.
 */
export function scopesOf({ roles, customScopes, scopes, restraint }: Caller): ReadonlySet<Scope> {
  const allowed = scopesOfRoles(roles, customScopes)
  const own = scopes === null ? allowed : allowed.intersection(scopes)
  return restraint === undefined ? own : new Set([...own].filter((scope) => isFree(restraint, scope)))
}

/** What the caller could give to somebody else: a key that is limited to scopes has no privileges to give. */
export function powersOf(caller: Caller): ReadonlySet<Scope | Privilege> {
  const { roles, customScopes, scopes, restraint } = caller
  if (scopes !== null) return scopesOf(caller)
  const powers = powersOfRoles(roles, customScopes)
  if (restraint === undefined) return powers
  const kept = [...powers].filter((one) => isFree(restraint, one === 'settings' ? 'operator' : one))
  return new Set(kept)
}

/** Whether no policy forbids any of the actions that this is for. */
const isFree = (restraint: Restraint, grant: Grant | Privilege): boolean =>
  ALL_ACTIONS.every((action) => ACTIONS[action] !== grant || restraint.operation(action) === null)

// The table is closed, so its keys are exactly these; Object.keys only says string.
const ALL_ACTIONS = Object.keys(ACTIONS) as readonly Action[]

function mayAs({ scopes, roles }: Granted, privilege: Privilege): boolean {
  return scopes === null && hasPrivilege(roles, privilege)
}

function requireOperator(caller: Granted): void {
  if (runsTheHouse(caller)) return
  throw new Fault(
    'not_allowed',
    'Only the operator may do this. Use the CLI on the server, a session of an owner or admin, or a key of theirs with --scope "*".',
  )
}

function requireScope(caller: Granted, scope: Scope): void {
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
