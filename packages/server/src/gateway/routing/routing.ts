import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Dialect } from '@freehold/contract/routing.ts'
import type { Budget } from '../../identity/caller.ts'
import type { TargetDefinition } from '../../kernel/target-definition.ts'

/** A target that was checked. */
export interface Target {
  readonly name: string
  readonly definition: TargetDefinition
  readonly origin: 'file' | 'settings'
  readonly zone: 'private' | 'managed'
  readonly record: 'strict' | 'async'
  /** Micro-units of money per token, which is the price per million tokens; null: no price. */
  readonly price: { readonly in: number; readonly out: number } | null
  readonly maxOutput: number | null
  /** What all callers of a tenant together may spend there; empty: nobody counts. */
  readonly budgets: readonly Budget[]
}

/** One place to try: a target, and what the model asked for is called there (null for services). */
export type Attempt =
  | { readonly zone: 'local'; readonly target: 'local'; readonly model: string }
  | {
      readonly zone: 'private' | 'managed'
      readonly target: Target
      readonly model: string | null
      readonly desensitise: 'strict' | 'none'
      /** Content that cannot be read may leave. */
      readonly opaque: boolean
    }

/** What a decision is made from. No client value names a host: only names are compared. */
export type Ask =
  | {
      readonly kind: 'model'
      readonly model: string
      /** The API that the client speaks; a target of another one yields no attempt. */
      readonly dialect: Dialect
      /** Whether the built-in engine can answer this operation (chat completions only). */
      readonly local: boolean
      readonly class: DataClass
    }
  | { readonly kind: 'service'; readonly service: string; readonly class: DataClass }

export interface Decision {
  /** `file:1`, `settings:2`; null when no rule was needed or none matched. */
  readonly rule: string | null
  /** In the order in which they are tried. Empty: refused. */
  readonly attempts: readonly Attempt[]
  readonly skipped: readonly { readonly target: string; readonly reason: string }[]
  /** Why there is no attempt; null where there is one. */
  readonly refused: { readonly code: 'no_route' | 'stays_home'; readonly message: string } | null
}

/** Targets and rules, compiled and checked as a whole; never changed, only replaced. */
export interface Routing {
  /** Changes whenever anything that decides does; stands in every record. */
  readonly version: string
  /** By name. */
  readonly targets: ReadonlyMap<string, Target>
  /** Neither targets nor rules: the built-in engine answers every chat model name. */
  readonly isEmpty: boolean
  decide(ask: Ask): Decision
  /** Whether a model name stands in the configuration itself, so that a record may hold it. */
  knowsModel(name: string): boolean
  /** Model names that a caller of this class can ask for, `extract-1` first. */
  modelsFor(dataClass: DataClass, dialect: Dialect): readonly string[]
  /** Classes that never go to a managed target. */
  readonly privateOnly: ReadonlySet<DataClass>
}
