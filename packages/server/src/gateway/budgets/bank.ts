import type { TenantId } from '../../store/store.ts'
import type { Unit } from './period.ts'

/** One limit of one budget in one day or month. */
export interface CounterName {
  readonly budget: string
  readonly period: string
  readonly unit: Unit
}

/** What a process asks of one counter. */
export interface Ask extends CounterName {
  readonly limit: number
  readonly free: number
  readonly wants: readonly number[]
  readonly appetite: number
  readonly keepsNothing: boolean
  /** Where the wants cannot be met, the others are asked for what they hold idle. */
  readonly recalls: boolean
  /** An earlier change of which nobody knows whether it was kept: it made the lease this version, and `free` so much larger. */
  readonly unsure: { readonly version: number; readonly change: number } | null
}

/** How a counter stands after an ask. */
export interface Answer {
  readonly admitted: number
  readonly change: number
  /** What `free` is to be corrected by because of the change that nobody was sure of. */
  readonly correction: number
  readonly version: number
  /** On record. */
  readonly spent: number
  /** On record and leased, by all processes. */
  readonly total: number
  /** The lease of this process. */
  readonly mine: number
  /** Leases of other processes. */
  readonly others: {
    /** Processes that were heard of lately. */
    readonly live: number
    /** Held by those that were not. */
    readonly lost: number
    /** The recall that all live ones have answered. */
    readonly answered: number
  }
  readonly grants: number
  readonly recalls: number
  /** The counter is so short that nobody may hold anything idle for the next two seconds. */
  readonly isTight: boolean
}

/** What other processes want of this one. */
export interface News {
  /** How many others there are at the moment. */
  readonly others: number
  readonly recalled: readonly CounterName[]
}

/** A change that was or was not kept. */
export interface LostChange {
  /** Of the lease, if it was. */
  readonly version: number
  readonly change: number
  /** As in the answer that was lost: this much was known before. */
  readonly correction: number
}

/** The changes of a visit of which nobody knows whether they were kept: the answer of the database was lost. */
export class LostVisit extends Error {
  readonly changes: readonly LostChange[]

  constructor(changes: readonly LostChange[], cause: unknown) {
    super('the end of a visit is not known', { cause })
    this.changes = changes
  }
}

/** Where the counters of all processes are kept. */
export interface Bank {
  /**
   * One answer for each ask, all at one moment or none.
   * @throws LostVisit where it is not known which, Fault where nothing was changed
   */
  visit(tenant: TenantId, asks: readonly Ask[]): Promise<readonly Answer[]>
  /** Says that this process lives, and hears what the others want. */
  news(tenant: TenantId): Promise<News>
  /** Nobody else can spend from here: nobody needs to be listened to. */
  readonly isAlone: boolean
}
