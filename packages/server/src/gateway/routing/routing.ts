import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Dialect } from '@freehold/contract/routing.ts'
import type { Zone } from '@freehold/contract/zone.ts'
import type { Skip } from '@freehold/contract/skips.ts'
import type { Budget } from '../../identity/caller.ts'
import type { TargetDefinition } from '../../kernel/target-definition.ts'
import type { Bounds } from './bounds.ts'

/** A target that was checked. */
export interface Target {
  readonly name: string
  readonly definition: TargetDefinition
  readonly origin: 'file' | 'settings'
  /** `local`: a model file that this program opens itself. */
  readonly zone: Zone
  readonly record: 'strict' | 'async'
  /** Micro-units of money per token, which is the price per million tokens; null: no price. */
  readonly price: { readonly in: number; readonly out: number } | null
  readonly maxOutput: number | null
  /** Taken out of service: it yields no attempt. */
  readonly drained: boolean
  /** What all callers of a tenant together may spend there; empty: nobody counts. */
  readonly budgets: readonly Budget[]
}

/** Targets that a request may go to in any order; the same value for all of them. */
export interface Group {
  /** `prefix`: requests that begin alike prefer the same one, which has read that beginning before. */
  readonly affinity: 'prefix' | 'none'
}

/** One place to try: a target, and what the model asked for is called there (null for services). */
export type Attempt =
  | { readonly zone: 'local'; readonly target: 'local'; readonly model: string }
  | {
      readonly zone: Zone
      readonly target: Target
      readonly model: string | null
      /** A profile, several together, or `none`. */
      readonly desensitise: string
      /** Content that cannot be read may leave. */
      readonly opaque: boolean
      /** Absent where the rule says in which order it is tried. */
      readonly group?: Group
      /** When it has not begun to answer by then, another target of its zone is asked too; absent: never. */
      readonly hedgeMs?: number
    }

/** How long the answers of a rule are kept, and for whom. */
export interface Keeping {
  readonly ttlMs: number
  readonly scope: 'principal' | 'tenant'
}

/** What a decision is made from. No client value names a host: only names are compared. */
export type Ask =
  | {
      readonly kind: 'model'
      readonly model: string
      /** The API that the client speaks. */
      readonly dialect: Dialect
      /** Whether the built-in engine can answer this operation (conversations only). */
      readonly local: boolean
      /** Whether a target of the other dialect can answer it too, by translation. */
      readonly portable: boolean
      readonly class: DataClass
    }
  | { readonly kind: 'service'; readonly service: string; readonly class: DataClass }

/** What decides whether a request is among those that a rule with a share takes. */
export interface Lot {
  /** The same for each request of a conversation. */
  key(): string
  /** The target of the answer that it continues. */
  readonly bound: string | null
}

/** What a rule with a share makes of a request. */
export interface Drawn {
  readonly rule: string
  readonly share: number
  readonly drawn: boolean
}

/** A rule that is not for a request, and why. */
export interface Unmet {
  readonly rule: string
  readonly unmet: 'asked' | 'class'
}

/** A target that a rule names and that yields no attempt. */
export interface Skipped extends Skip {
  readonly target: string
}

export interface Decision {
  /** `file:1`, `settings:2`; null when no rule was needed or none matched. */
  readonly rule: string | null
  /** In the order in which they are tried. Empty: refused. */
  readonly attempts: readonly Attempt[]
  readonly skipped: readonly Skipped[]
  /** Of the rule; null or absent where it says nothing. */
  readonly bounds?: Bounds | null
  /** Why there is no attempt; null where there is one. */
  readonly refused: { readonly code: 'no_route' | 'stays_home' | 'draining'; readonly message: string } | null
  /** Null: its answers are not kept. */
  readonly keeping: Keeping | null
}

/** Targets and rules, compiled and checked as a whole; never changed, only replaced. */
export interface Routing {
  /** Changes whenever anything that decides does; stands in every record. */
  readonly version: string
  /** By name. */
  readonly targets: ReadonlyMap<string, Target>
  /** Neither targets nor rules: the built-in engine answers every chat model name. */
  readonly isEmpty: boolean
  /** Without a lot no rule with a share is taken. */
  decide(ask: Ask, lot?: Lot): Decision
  /** Whether what is found in such a request can change where it goes, or is masked on the way. */
  findingsMatter(ask: Ask): boolean
  /** The rules with a share that are asked before another one decides. */
  shares(ask: Ask, lot: Lot): readonly Drawn[]
  /** The rules that are not for it, by what it asks for or by its class. */
  unmet(ask: Ask): readonly Unmet[]
  /** Whether a model name stands in the configuration itself, so that a record may hold it. */
  knowsModel(name: string): boolean
  /** Model names that a caller of this class can ask for, `extract-1` first. */
  modelsFor(dataClass: DataClass, dialect: Dialect): readonly string[]
  /** The profile that is at least used for what leaves for a caller of this tenant; null where rules and targets decide. */
  leastFor(tenant: string): string | null
  /** Classes that never go to a managed target. */
  readonly privateOnly: ReadonlySet<DataClass>
}
