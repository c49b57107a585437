import type { DataClass } from '@freehold/contract/data-class.ts'
import type { RouteInput } from '@freehold/contract/routing.ts'
import type { Naming, RoutingProblemCode } from '@freehold/contract/routing-problems.ts'
import { isLoopback } from '../../kernel/config/listen-address.ts'
import type { TargetDefinition } from '../../kernel/target-definition.ts'
import { groupProblems, hedgeProblems, placesOf } from './groups.ts'
import type { Path, Problem } from './problem.ts'
import { problemAt } from './problem.ts'

/** Of sentences that name nothing. */
type PlainCode = { [Code in RoutingProblemCode]: Naming<Code> extends [] ? Code : never }[RoutingProblemCode]

/** What no target may say, whatever the rules. */
export function targetProblems(target: TargetDefinition): readonly Problem[] {
  const problems: Problem[] = []
  const url = new URL(target.url)
  const isManaged = target.zone === 'managed'
  const isPlain = url.protocol === 'http:'
  const refuse = (path: readonly string[], code: PlainCode): void => void problems.push(problemAt(path, code))
  if (isManaged && target.auth && 'jwt' in target.auth) {
    refuse(['auth', 'jwt'], 'token_for_managed')
  }
  if (isManaged && isPlain && !isLiteralLoopback(url)) {
    refuse(['url'], 'managed_over_http')
  }
  if (target.kind === 'model' && !Array.isArray(target.models)) {
    for (const [asked, own] of Object.entries(target.models)) {
      if (own !== '*' && own.includes('*')) refuse(['models', asked], 'own_name_pattern')
    }
  }
  problems.push(...headerProblems(target))
  if (target.desensitise !== undefined && !isManaged) {
    refuse(['desensitise'], 'desensitise_private')
  }
  if (target.kind === 'model') {
    const names = Array.isArray(target.models) ? target.models : Object.keys(target.models)
    const asksForMore = target.discover !== undefined && target.discover !== false
    if (asksForMore && !names.some((name) => name.includes('*'))) {
      refuse(['discover'], 'discover_nothing')
    }
    if (target.native === 'ollama' && target.dialect !== 'openai') {
      refuse(['native'], 'ollama_dialect')
    }
    if (target.realtime === true && target.dialect !== 'openai') {
      refuse(['realtime'], 'realtime_dialect')
    }
  }
  if (target.kind === 'model' && target.price === undefined) {
    for (const name of ['moneyPerDay', 'moneyPerMonth'] as const)
      if (target.limits?.[name] !== undefined) refuse(['limits', name], 'money_without_price')
  }
  if (isPlain && target.tls) refuse(['tls'], 'tls_over_http')
  return problems
}

/** Where the name of a profile is none of those that are there; nothing where none is named. */
export const profileProblems = (
  name: string | undefined,
  path: readonly string[],
  { profiles }: Pick<Known, 'profiles'>,
): readonly Problem[] =>
  name === undefined || profiles.has(name)
    ? []
    : [problemAt(path, 'no_profile', { profiles: [...profiles].join(', ') })]

function headerProblems({ zone, auth, headers }: TargetDefinition): readonly Problem[] {
  const sent = headers?.request
  if (sent === undefined) return []
  // Nothing looks into a header, so nothing could keep a class or a value at home.
  if (zone === 'managed') {
    return [problemAt(['headers', 'request'], 'headers_leave')]
  }
  const own = auth && 'header' in auth ? sent.indexOf(auth.header.name) : -1
  return own < 0 ? [] : [problemAt(['headers', 'request', own], 'header_is_credential')]
}

/** For tests and gateways on the same machine; a name could come to mean another address. */
const isLiteralLoopback = ({ hostname }: URL): boolean =>
  hostname !== 'localhost' && isLoopback(hostname.replaceAll(/[[\]]/g, ''))

interface Known {
  /** Targets that can be used, by name. */
  readonly targets: ReadonlyMap<string, TargetDefinition>
  readonly privateOnly: ReadonlySet<DataClass>
  /** Names of those that are there. */
  readonly profiles: ReadonlySet<string>
}

/** Each rule stands alone: what it could do wrong must show in the rule itself. */
export function routeProblems(
  route: RouteInput,
  { targets, privateOnly, profiles }: Known,
): readonly Problem[] {
  const problems: Problem[] = []
  const refuse = (path: Path, code: PlainCode): void => void problems.push(problemAt(path, code))
  const isService = route.when.service !== undefined
  let managed: string | null = null
  const seen = new Set<string>()
  for (const { name, path } of placesOf(route.to)) {
    if (seen.has(name)) refuse(path, 'named_twice')
    seen.add(name)
    const target = targets.get(name)
    if (name === 'local') {
      if (isService) refuse(path, 'local_service')
    } else if (target === undefined) refuse(path, 'no_target')
    else if ((target.kind === 'service') !== isService) {
      refuse(path, isService ? 'model_for_services' : 'service_for_models')
    } else if (target.zone === 'managed') managed ??= name
  }
  if (isService && route.limits?.maxOutputTokens !== undefined) {
    refuse(['limits', 'maxOutputTokens'], 'output_of_service')
  }
  problems.push(...groupProblems(route, targets), ...hedgeProblems(route, targets))
  if (managed !== null) problems.push(...managedProblems(route, privateOnly))
  const classes = route.when.class
  if (route.opaque === 'allow' && !isOnlyPublic(classes)) {
    refuse(['opaque'], 'opaque_not_public')
  }
  if (route.cache !== undefined && isService) {
    refuse(['cache'], 'cache_for_service')
  }
  const { desensitise } = route
  if (desensitise === 'none' && !isOnlyPublic(classes)) {
    refuse(['desensitise'], 'none_not_public')
  }
  if (desensitise !== 'none') problems.push(...profileProblems(desensitise, ['desensitise'], { profiles }))
  return problems
}

function managedProblems({ when }: RouteInput, privateOnly: ReadonlySet<DataClass>): readonly Problem[] {
  if (when.class === undefined) {
    return [problemAt(['when'], 'classes_unlisted')]
  }
  return when.class.flatMap((one, at) =>
    privateOnly.has(one) ? [problemAt(['when', 'class', at], 'class_stays', { class: one })] : [],
  )
}

const isOnlyPublic = (classes: readonly DataClass[] | undefined): boolean =>
  classes !== undefined && classes.every((one) => one === 'public')
