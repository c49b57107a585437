import type { Scope } from '@freehold/contract/actions.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Limits } from '@freehold/contract/limits.ts'
import type { TenantBounds } from '@freehold/contract/tenants.ts'
import type { TenantId } from '../store/store.ts'
import type { BreakGlassUse } from './roster.ts'
import type { Restraint } from './policies/restraint.ts'

export interface Principal {
  readonly kind: 'user' | 'key' | 'service' | 'operator'
  /** Account id, key id, id of a service account, or `local-operator`. */
  readonly id: string
  readonly name: string | null
}

/** Something that is counted: a key, each key above it, the person or service account behind them, a group, the tenant, or a target. */
export interface Budget {
  /** `key:<id>`, `user:<account id>`, `service:<id>`, `group:<name>`, `tenant:<id>` or `target:<name>`. */
  readonly id: string
  /** What it is counted under in memory, where the id alone would be that of another tenant's as well. */
  readonly meter?: string
  readonly limits: Limits
}

/**
 * What access lists of documents name somebody by, itself first: `user:<account id>`, `service:<id>` of a service
 * account, `key:<id>` of a key that was made on the machine itself, and `group:<id>` of each group.
 */
export type ReadsAs = readonly [own: string, ...groups: string[]]

/** Who is asking, as it was found in memory: no database round trip stands between a request and its caller. */
export interface Caller {
  readonly tenant: TenantId
  readonly principal: Principal
  readonly groups: readonly string[]
  /** What access lists name it by. Absent: none does. */
  readonly readsAs?: ReadsAs
  readonly roles: readonly string[]
  /** What roles of the tenant's own add to those that every installation has. */
  readonly customScopes?: ReadonlySet<Scope>
  /** Null: everything the roles allow. */
  readonly scopes: ReadonlySet<Scope> | null
  readonly baseClass: DataClass
  readonly classCeiling: DataClass
  /** Every one of them must have room for a request; empty where nothing is limited. */
  readonly budgets: readonly Budget[]
  /** What the policies of the tenant forbid; absent where there are none, and of the operator of the machine. */
  readonly restraint?: Restraint
  /** What bounds its tenant; absent for the machine's own operator. */
  readonly bounds?: TenantBounds
  readonly sessionId?: string
  /** Came in by the emergency account: the use, and why. */
  readonly breakGlass?: BreakGlassUse
  readonly onBehalfOf?: string
  /** Asks for this to be answered at home: in the program itself or at a private target, whatever the rules allow. */
  readonly keepsPrivate?: true
  /** A source that works in its name: it keeps what it brought, whoever may read that. */
  readonly source?: string
}
