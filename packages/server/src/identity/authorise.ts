import { ACTIONS, SCOPES } from '@freehold/contract/actions.ts'
import type { Action, Grant, Scope } from '@freehold/contract/actions.ts'
import { Fault } from '../kernel/fault.ts'
import type { Caller } from './caller.ts'

/** What each role may do. A role that is not here may do nothing. */
const ROLES: Readonly<Record<string, ReadonlySet<Scope>>> = {
  owner: new Set(SCOPES),
  operator: new Set(SCOPES),
}
const RUNS_THE_HOUSE: ReadonlySet<string> = new Set(['owner', 'operator'])

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
  if (grant === 'caller') return
  if (grant === 'operator') return requireOperator(caller)
  requireScope(caller, grant)
}

/** Whether the caller may do everything here: the CLI on the server, an owner session, or a key with scope `*`. */
export function runsTheHouse({ scopes, roles }: Caller): boolean {
  return scopes === null && roles.some((role) => RUNS_THE_HOUSE.has(role))
}

function requireOperator(caller: Caller): void {
  if (runsTheHouse(caller)) return
  throw new Fault(
    'not_allowed',
    'Only the operator may do this. Use the CLI on the server, an owner session, or a key with --scope "*".',
  )
}

function requireScope(caller: Caller, scope: Scope): void {
  if (!caller.roles.some((role) => ROLES[role]?.has(scope))) {
    throw new Fault('not_allowed', `Your role does not include "${scope}". Ask the owner for it.`)
  }
  if (caller.scopes !== null && !caller.scopes.has(scope)) {
    throw new Fault(
      'not_allowed',
      `This API key lacks the scope "${scope}". Create one with: freehold key create --scope ${scope}`,
    )
  }
}
