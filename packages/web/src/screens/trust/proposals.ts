import type { DataClass, RequestView, RouteInput, RouteView, TargetList } from '@freehold/sdk'

type Target = TargetList['data'][number]

/** A rule that would let a refused request be answered. */
export interface Proposal {
  /** `home`: by a target that is one's own; `leave`: by the managed targets of a rule that is for other classes. */
  readonly kind: 'home' | 'leave'
  readonly targets: readonly string[]
  readonly rule: RouteInput
}

interface Refused {
  readonly record: Pick<RequestView, 'class' | 'modelAsked'>
  readonly rules: readonly RouteView[]
  readonly targets: readonly Target[]
  /** Ids of the rules that are for other classes. */
  readonly otherClass: ReadonlySet<string>
}

/** Never leaves, whatever rules say. */
const ALWAYS_PRIVATE: DataClass = 'restricted'

/** Rules that would have been for a request that none was for; each stands behind those that there are. */
export function proposalsFor({ record, rules, targets, otherClass }: Refused): readonly Proposal[] {
  const { class: of, modelAsked: model } = record
  if (model === null) return []
  const when = { class: [of], model: [model] }
  const home = targets
    .filter(({ kind, zone, models }) => kind === 'model' && zone !== 'managed' && offers(models, model))
    .map(({ name }) => name)
  const zoneOf = new Map(targets.map(({ name, zone }) => [name, zone]))
  const leading = rules.find(
    ({ id, to }) => otherClass.has(id) && to.flat().some((name) => zoneOf.get(name) === 'managed'),
  )
  return [
    {
      kind: 'home',
      targets: home.length > 0 ? home : ['local'],
      rule: { when, to: home.length > 0 ? home : ['local'] },
    },
    ...(leading === undefined || of === ALWAYS_PRIVATE
      ? []
      : [
          {
            kind: 'leave' as const,
            targets: leading.to.flat(),
            rule: {
              when,
              to: leading.to,
              desensitise: leading.desensitise === 'none' ? 'strict' : leading.desensitise,
            },
          },
        ]),
  ]
}

function offers(models: Target['models'], model: string): boolean {
  const names = models === null ? [] : Array.isArray(models) ? models : Object.keys(models)
  return names.some((name: string) => name === model || name === '*')
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')

/** A rule that an address hands to the editor; null where it is none. Whether it is a good one the server judges. */
export function proposedRule(given: unknown): RouteInput | null {
  if (typeof given !== 'object' || given === null || !('to' in given) || !isTexts(given.to)) return null
  const when: unknown = 'when' in given ? given.when : {}
  if (typeof when !== 'object' || when === null) return null
  if (!Object.values(when).every(isTexts)) return null
  const desensitise = 'desensitise' in given ? given.desensitise : undefined
  if (desensitise !== undefined && typeof desensitise !== 'string') return null
  return { when, to: [...given.to], ...(desensitise !== undefined && { desensitise }) }
}
