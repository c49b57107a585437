import type { DataClass } from '@freehold/contract/data-class.ts'
import { profilesTogether } from '@freehold/contract/desensitise.ts'
import type { RouteInput } from '@freehold/contract/routing.ts'
import type { Skip } from '@freehold/contract/skips.ts'
import { skip } from '@freehold/contract/skips.ts'
import type { TargetDefinition } from '../../kernel/target-definition.ts'
import type { Bounds } from './bounds.ts'
import { matcher } from './model-pattern.ts'
import type { Ask, Attempt, Group, Keeping, Target } from './routing.ts'
import { saltOf } from './share.ts'

/** One place that a rule names. */
export type Hop = 'local' | Target

/** A rule whose words were resolved. One with problems still matches, and then refuses: skipping it would widen others. */
export interface Rule {
  /** `file:1`, `settings:2`. */
  readonly id: string
  readonly problems: readonly string[]
  readonly hops: readonly Hop[]
  /** Of those hops that are in one; a rule names no target twice. */
  readonly groups: ReadonlyMap<Hop, Group>
  /** Null: one target at a time. */
  readonly hedgeMs: number | null
  /** A profile, or `none`. */
  readonly desensitise: string
  readonly opaque: boolean
  /** Null: its answers are not kept. */
  readonly keeping: Keeping | null
  /** Whether it is for such requests, whatever their class. */
  concerns(ask: Ask): boolean
  /** Null: every class. */
  readonly classes: ReadonlySet<DataClass> | null
  /** Of the conversations; null: all. */
  readonly share: number | null
  readonly salt: string
  readonly bounds: Bounds | null
}

export const isFor = (rule: Rule, ask: Ask): boolean =>
  (rule.classes === null || rule.classes.has(ask.class)) && rule.concerns(ask)

/** What a rule says about requests, apart from where they go. */
export function conditionsOf(route: RouteInput): Pick<Rule, 'classes' | 'concerns' | 'share' | 'salt'> {
  const { when } = route
  const classes = when.class === undefined ? null : new Set(when.class)
  const matches = matcher([when.service ?? when.model ?? '*'].flat())
  const isService = when.service !== undefined
  return {
    classes,
    share: when.share ?? null,
    salt: saltOf(route),
    concerns: (ask) =>
      ask.kind === 'service' ? isService && matches(ask.service) : !isService && matches(ask.model),
  }
}

type Hopped = { readonly attempt: Attempt } | { readonly skip: Skip }

/** The attempt that a place yields for a request, or why it yields none. */
export function attemptAt(
  hop: Hop,
  { rule, ask, mayLeave }: { readonly rule: Rule; readonly ask: Ask; readonly mayLeave: boolean },
): Hopped {
  if (hop === 'local') {
    return ask.kind === 'model' && ask.local
      ? { attempt: LOCAL_ATTEMPT }
      : { skip: skip('conversations_only') }
  }
  const { definition, zone } = hop
  // The rules were checked when they were compiled; a request is checked again.
  if (zone === 'managed' && !mayLeave) return { skip: skip('class_stays', { class: ask.class }) }
  const { opaque } = rule
  const desensitise = profilesTogether([rule.desensitise, definition.desensitise])
  if (ask.kind === 'service') return { attempt: { zone, target: hop, model: null, desensitise, opaque } }
  if (definition.kind !== 'model') return { skip: skip('is_service') }
  if (definition.dialect !== ask.dialect && !ask.portable)
    return { skip: skip('other_dialect', { dialect: definition.dialect }) }
  const model = upstreamName(definition.models, ask.model)
  return model === null
    ? { skip: skip('model_not_offered') }
    : { attempt: { zone, target: hop, model, desensitise, opaque } }
}

/** How the answer to a request is kept. Of private-only content none is where the rule so much as names a managed target. */
export function keepingOf(
  { keeping, hops }: Rule,
  { ask, mayLeave }: { readonly ask: Ask; readonly mayLeave: boolean },
): Keeping | null {
  if (keeping === null || ask.kind !== 'model') return null
  const isReadByManaged = hops.some((hop) => hop !== 'local' && hop.zone === 'managed')
  return isReadByManaged && !mayLeave ? null : keeping
}

/** The name under which the engine of the program answers. */
export const LOCAL_NAME = 'extract-1'
export const LOCAL_ATTEMPT: Attempt = { zone: 'local', target: 'local', model: LOCAL_NAME }

type Models = readonly string[] | Readonly<Record<string, string>>

/**
 * What a target calls the model that was asked for; null when it does not offer it. A name of its own goes before
 * patterns, and of those the first that fits counts.
 */
export function upstreamName(models: Models, asked: string): string | null {
  if (isList(models)) return matcher(models)(asked) ? asked : null
  const fitting = Object.hasOwn(models, asked)
    ? asked
    : Object.keys(models).find((name) => isPattern(name) && matcher([name])(asked))
  const named = fitting === undefined ? undefined : models[fitting]
  if (named === undefined) return null
  return named === '*' ? asked : named
}

/** What a translated request calls the bound of its answer: OpenAI's own models refuse the older name. */
export const maxTokensFieldOf = ({ maxTokensField, zone }: ModelTarget): MaxTokensField =>
  maxTokensField ?? (zone === 'managed' ? 'max_completion_tokens' : 'max_tokens')

type ModelTarget = Extract<TargetDefinition, { kind: 'model' }>
type MaxTokensField = NonNullable<ModelTarget['maxTokensField']>

const isPattern = (name: string): boolean => name.includes('*')

/** Names that stand in the configuration, the asked and the target's own. */
export function namesOf(models: Models): {
  readonly asked: readonly string[]
  readonly all: readonly string[]
} {
  const asked = (isList(models) ? models : Object.keys(models)).filter((name) => !isPattern(name))
  const own = isList(models) ? [] : Object.values(models).filter((name) => name !== '*')
  return { asked, all: [...asked, ...own] }
}

const isList = (models: Models): models is readonly string[] => Array.isArray(models)
