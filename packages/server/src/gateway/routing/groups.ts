import type { RouteInput } from '@freehold/contract/routing.ts'
import type { Problem } from './problem.ts'
import { problemAt } from './problem.ts'
import type { Group, Target } from './routing.ts'

/** One name in `to`, with its place below the rule. */
export interface Place {
  readonly name: string
  readonly path: readonly (string | number)[]
}

/** The names in `to` one after the other, those of groups too. */
export const placesOf = (to: RouteInput['to']): readonly Place[] =>
  to.flatMap((entry, at): readonly Place[] =>
    typeof entry === 'string'
      ? [{ name: entry, path: ['to', at] }]
      : entry.map((name, within) => ({ name, path: ['to', at, within] })),
  )

/** What is wrong with groups: what goes to one member may go to every other, so all are of the same zone. */
export function groupProblems(
  { to, affinity }: RouteInput,
  targets: ReadonlyMap<string, Pick<Target, 'zone'>>,
): readonly Problem[] {
  const problems: Problem[] = []
  for (const [at, entry] of to.entries()) {
    if (typeof entry === 'string') continue
    const zones = entry.map((name) => targets.get(name)?.zone)
    const first = zones.find((zone) => zone !== undefined)
    for (const [within, zone] of zones.entries()) {
      if (zone !== undefined && zone !== first) problems.push(problemAt(['to', at, within], 'zones_mixed'))
    }
  }
  if (affinity !== undefined && to.every((entry) => typeof entry === 'string'))
    problems.push(problemAt(['affinity'], 'affinity_without_group'))
  return problems
}

/** What is wrong with asking two at once: content that may go to one zone may not simply go to another as well. */
export function hedgeProblems(
  { to, hedge, when }: RouteInput,
  targets: ReadonlyMap<string, Pick<Target, 'zone'>>,
): readonly Problem[] {
  if (hedge === undefined) return []
  const zones = placesOf(to).map(({ name }) => targets.get(name)?.zone)
  const hasPair = zones.some((zone, at) => zone !== undefined && zones.indexOf(zone) < at)
  const path = ['hedge']
  if (when.service !== undefined) return [problemAt(path, 'hedge_for_service')]
  return hasPair ? [] : [problemAt(path, 'hedge_without_pair')]
}

/** The group of each target that is in one. Models of one's own keep what they have read, and are asked for it again. */
export function groupsOf(
  { to, affinity, when }: RouteInput,
  targets: ReadonlyMap<string, Target>,
): ReadonlyMap<Target, Group> {
  return new Map(
    to.flatMap((entry): readonly (readonly [Target, Group])[] => {
      if (typeof entry === 'string') return []
      const members = entry.flatMap((name) => targets.get(name) ?? [])
      const isOwnModel = members[0]?.zone !== 'managed' && when.service === undefined
      const group: Group = { affinity: affinity ?? (isOwnModel ? 'prefix' : 'none') }
      return members.map((member) => [member, group])
    }),
  )
}
