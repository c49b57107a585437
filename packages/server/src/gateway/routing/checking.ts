import type { DataClass } from '@freehold/contract/data-class.ts'
import type { RouteInput } from '@freehold/contract/routing.ts'
import { isLoopback } from '../../kernel/config/listen-address.ts'
import type { TargetDefinition } from '../../kernel/target-definition.ts'
import { groupProblems, hedgeProblems, placesOf } from './groups.ts'

/** One thing that is wrong, below the target or rule that it is about. */
export interface Problem {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** What no target may say, whatever the rules. */
export function targetProblems(target: TargetDefinition): readonly Problem[] {
  const problems: Problem[] = []
  const url = new URL(target.url)
  const isManaged = target.zone === 'managed'
  const isPlain = url.protocol === 'http:'
  const refuse = (path: readonly string[], message: string): void => void problems.push({ path, message })
  if (isManaged && target.auth && 'jwt' in target.auth) {
    refuse(['auth', 'jwt'], 'a managed target gets no token that names your callers: use apiKey or header')
  }
  if (isManaged && isPlain && !isLiteralLoopback(url)) {
    refuse(['url'], 'a managed target is reached over https')
  }
  if (target.kind === 'model' && !Array.isArray(target.models)) {
    for (const [asked, own] of Object.entries(target.models)) {
      if (own !== '*' && own.includes('*'))
        refuse(['models', asked], 'is a name without *, or * alone for the name that was asked for')
    }
  }
  problems.push(...headerProblems(target))
  if (target.desensitise !== undefined && !isManaged) {
    refuse(['desensitise'], 'has no meaning for a private target, which gets what was said')
  }
  if (target.kind === 'model') {
    const names = Array.isArray(target.models) ? target.models : Object.keys(target.models)
    const asksForMore = target.discover !== undefined && target.discover !== false
    if (asksForMore && !names.some((name) => name.includes('*'))) {
      refuse(['discover'], 'finds nothing to list where no name in models has a *')
    }
    if (target.native === 'ollama' && target.dialect !== 'openai') {
      refuse(['native'], 'ollama goes with the dialect openai')
    }
    if (target.realtime === true && target.dialect !== 'openai') {
      refuse(['realtime'], 'goes with the dialect openai')
    }
  }
  if (target.kind === 'model' && target.price === undefined) {
    for (const name of ['moneyPerDay', 'moneyPerMonth'] as const)
      if (target.limits?.[name] !== undefined)
        refuse(['limits', name], 'counts money: the target needs a price')
  }
  if (isPlain && target.tls) refuse(['tls'], 'has no meaning for a target that is reached over http')
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
    : [{ path, message: `names no profile: there are ${[...profiles].join(', ')}` }]

function headerProblems({ zone, auth, headers }: TargetDefinition): readonly Problem[] {
  const sent = headers?.request
  if (sent === undefined) return []
  // Nothing looks into a header, so nothing could keep a class or a value at home.
  if (zone === 'managed') {
    const message = 'what a client writes into a header would leave unseen: only private targets get any'
    return [{ path: ['headers', 'request'], message }]
  }
  const own = auth && 'header' in auth ? sent.indexOf(auth.header.name) : -1
  return own < 0
    ? []
    : [{ path: ['headers', 'request', own], message: 'carries the credential of the target' }]
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
  const refuse = (path: readonly (string | number)[], message: string): void =>
    void problems.push({ path, message })
  const isService = route.when.service !== undefined
  let managed: string | null = null
  const seen = new Set<string>()
  for (const { name, path } of placesOf(route.to)) {
    if (seen.has(name)) refuse(path, 'is named twice')
    seen.add(name)
    const target = targets.get(name)
    if (name === 'local') {
      if (isService) refuse(path, 'local is no service')
    } else if (target === undefined) refuse(path, 'names no target')
    else if ((target.kind === 'service') !== isService) {
      refuse(
        path,
        isService ? 'names a model target in a rule for services' : 'names a service in a rule for models',
      )
    } else if (target.zone === 'managed') managed ??= name
  }
  if (isService && route.limits?.maxOutputTokens !== undefined) {
    refuse(['limits', 'maxOutputTokens'], 'has no meaning for services')
  }
  problems.push(...groupProblems(route, targets), ...hedgeProblems(route, targets))
  if (managed !== null) problems.push(...managedProblems(route, privateOnly))
  const classes = route.when.class
  if (route.opaque === 'allow' && !isOnlyPublic(classes)) {
    refuse(['opaque'], 'allow is for rules of class [public] only')
  }
  if (route.cache !== undefined && isService) {
    refuse(['cache'], 'is for rules for models: what a service does is its own affair')
  }
  const { desensitise } = route
  if (desensitise === 'none' && !isOnlyPublic(classes)) {
    refuse(['desensitise'], 'none is for rules of class [public] only')
  }
  if (desensitise !== 'none') problems.push(...profileProblems(desensitise, ['desensitise'], { profiles }))
  return problems
}

function managedProblems({ when }: RouteInput, privateOnly: ReadonlySet<DataClass>): readonly Problem[] {
  if (when.class === undefined) {
    return [{ path: ['when'], message: 'names a managed target, so it must list its classes' }]
  }
  return when.class.flatMap((one, at) =>
    privateOnly.has(one)
      ? [
          {
            path: ['when', 'class', at],
            message: `${one} never leaves, and this rule names a managed target`,
          },
        ]
      : [],
  )
}

const isOnlyPublic = (classes: readonly DataClass[] | undefined): boolean =>
  classes !== undefined && classes.every((one) => one === 'public')
