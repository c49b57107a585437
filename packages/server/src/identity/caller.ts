import type { Scope } from '@freehold/contract/actions.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Limits } from '@freehold/contract/limits.ts'
import type { TenantBounds } from '@freehold/contract/tenants.ts'
import type { TenantId } from '../store/store.ts'

export interface Principal {
  readonly kind: 'user' | 'key' | 'operator'
  /** Account id, key id, or `local-operator`. */
  readonly id: string
  readonly name: string | null
}

/** Something that is counted: a key, each key above it, the person behind them, a group, the tenant, or a target. */
export interface Budget {
  /** `key:<id>`, `user:<account id>`, `group:<name>`, `tenant:<id>` or `target:<name>`. */
  readonly id: string
  /** What it is counted under in memory, where the id alone would be that of another tenant's as well. */
  readonly meter?: string
  readonly limits: Limits
}

/** Who is asking, as it was found in memory: no database round trip stands between a request and its caller. */
export interface Caller {
  readonly tenant: TenantId
  readonly principal: Principal
  readonly groups: readonly string[]
  readonly roles: readonly string[]
  /** What roles of the tenant's own add to those that every installation has. */
  readonly customScopes?: ReadonlySet<Scope>
  /** Null: everything the roles allow. */
  readonly scopes: ReadonlySet<Scope> | null
  readonly baseClass: DataClass
  readonly classCeiling: DataClass
  /** Every one of them must have room for a request; empty where nothing is limited. */
  readonly budgets: readonly Budget[]
  /** What bounds its tenant; absent for the machine's own operator. */
  readonly bounds?: TenantBounds
  readonly sessionId?: string
  readonly onBehalfOf?: string
}
