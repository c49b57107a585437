import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Zone } from '@freehold/contract/zone.ts'
import type { TenantId } from '../../store/store.ts'

/** What is written before the first byte leaves. Ids, counts, classes and names of the configuration only. */
export interface Admitted {
  /** `req_` and 24 hex digits. */
  readonly request: string
  readonly tenant: TenantId
  readonly principal: string
  readonly operation: string
  /** Milliseconds since the epoch. */
  readonly atMs: number
  /** Version of the routing that decided. */
  readonly config: string
  /** Id of the rule; null where the request went to `local` without one. */
  readonly rule: string | null
  readonly class: DataClass
  readonly base: DataClass
  readonly declared: DataClass | null
  readonly conversation: DataClass | null
  readonly found: DataClass | null
  /** Values found, by type. */
  readonly findings: Readonly<Record<string, number>>
  /** Null where the name is not one of the configuration: it is the client's text. */
  readonly modelAsked: string | null
  readonly bytesIn: number
  readonly reservedTokens: number
  /** Millionths of the unit of money. */
  readonly reservedMicros: number
  readonly mode: 'strict' | 'async'
  /** Ids of the budgets that what it spends comes out of; null where nobody counts it. */
  readonly budgets: readonly string[] | null
}

/** What is written when a request is over. */
export interface Settled {
  readonly request: string
  readonly tenant: TenantId
  readonly state: 'settled' | 'failed' | 'unknown'
  readonly atMs: number
  readonly status: number | null
  /** `ok` or a fault code. */
  readonly code: string
  readonly target: string | null
  readonly zone: Zone | null
  /** `*` where the name is not one of the configuration; null where no model answered. */
  readonly model: string | null
  readonly attempts: number
  readonly bytesPrivate: number
  readonly bytesManaged: number
  readonly masked: Readonly<Record<string, number>>
  readonly firstTokenMs: number | null
  readonly durationMs: number | null
  readonly inputTokens: number
  readonly outputTokens: number
  /** The target gave no figures; ours are an estimate. */
  readonly estimated: boolean
  /** Null where the target has no price. */
  readonly costMicros: number | null
  /** SHA-256 (base64url) of the id that the target gave its answer, for `previous_response_id`. */
  readonly answer: string | null
}

/** The book of requests. What it cannot write it refuses; nothing is let through unwritten. */
export interface Ledger {
  /**
   * Resolves when the line survives a kill of the process: written to the file, together with all lines of this turn.
   * @throws Fault `storage_full` or `records_unavailable`
   */
  admit(record: Admitted): Promise<void>
  /** Resolves when everything admitted so far survives a power cut (fdatasync). @throws Fault as `admit` */
  durable(): Promise<void>
  /** Written at the end of this turn. Never throws: what cannot be written is kept and written first when it can be. */
  settle(record: Settled): void
}
