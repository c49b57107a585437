import type { Scope } from '@freehold/contract/actions.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { TenantId } from '../store/store.ts'

export interface Principal {
  readonly kind: 'user' | 'key' | 'operator'
  /** Account id, key id, or `local-operator`. */
  readonly id: string
  readonly name: string | null
}

/** Upper bounds of one caller; null where nothing is limited. */
export interface CallerLimits {
  readonly requestsPerMinute: number | null
  readonly concurrent: number | null
  readonly tokensPerDay: number | null
  readonly moneyPerDay: number | null
}

/** Nothing is limited. */
export const UNLIMITED: CallerLimits = {
  requestsPerMinute: null,
  concurrent: null,
  tokensPerDay: null,
  moneyPerDay: null,
}

/** Who is asking, as it was found in memory: no database round trip stands between a request and its caller. */
export interface Caller {
  readonly tenant: TenantId
  readonly principal: Principal
  readonly groups: readonly string[]
  readonly roles: readonly string[]
  /** Null: everything the roles allow. */
  readonly scopes: ReadonlySet<Scope> | null
  readonly baseClass: DataClass
  readonly classCeiling: DataClass
  readonly limits: CallerLimits
  readonly sessionId?: string
  readonly onBehalfOf?: string
}
