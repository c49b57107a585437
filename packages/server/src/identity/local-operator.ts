import type { TenantId } from '../store/store.ts'
import type { Caller } from './caller.ts'

/** Principal id of whoever can open the control socket of the machine. */
export const LOCAL_OPERATOR = 'local-operator'

/** The caller of the control socket, which only the machine's own operator can open. */
export function localOperator(tenant: TenantId): Caller {
  return {
    tenant,
    principal: { kind: 'operator', id: LOCAL_OPERATOR, name: null },
    groups: [],
    roles: ['owner', 'operator'],
    scopes: null,
    baseClass: 'internal',
    classCeiling: 'restricted',
    budgets: [],
  }
}

/** Principal id of the program itself. */
export const SYSTEM = 'system'

/** The program itself, where it adds what it ships. */
export function systemCaller(tenant: TenantId): Caller {
  return {
    tenant,
    principal: { kind: 'operator', id: SYSTEM, name: null },
    groups: [],
    roles: [],
    scopes: null,
    baseClass: 'public',
    classCeiling: 'restricted',
    budgets: [],
  }
}

/** Whether the program itself is asking. No request can carry this principal. */
export function isSystem({ principal }: Caller): boolean {
  return principal.kind === 'operator' && principal.id === SYSTEM
}
