import { createHash } from 'node:crypto'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { FoundClasses, ProfileRules } from '@freehold/contract/desensitise.ts'
import { BUILT_IN_PROFILES, USUAL_PROFILE } from '@freehold/contract/desensitise.ts'
import type { RouteInput } from '@freehold/contract/routing.ts'
import { skip } from '@freehold/contract/skips.ts'
import type { TargetDefinition } from '../../kernel/target-definition.ts'
import { boundsOf } from './bounds.ts'
import { highestFound, mayMatter } from './finding.ts'
import type { Problem } from './problem.ts'
import { problemAt } from './problem.ts'
import { profileProblems, routeProblems, targetProblems } from './checking.ts'
import { groupsOf, placesOf } from './groups.ts'
import { modelNames } from './model-names.ts'
import type { Ask, Attempt, Decision, Group, Routing, Skipped, Target } from './routing.ts'
import type { Hop, Rule } from './rule.ts'
import type { Branch, Fork } from './share.ts'
import { chosen, drawn } from './share.ts'
import { attemptAt, conditionsOf, isFor, keepingOf, LOCAL_ATTEMPT, LOCAL_NAME } from './rule.ts'

/** Targets and rules of one origin, in their order. */
export interface Defined {
  readonly targets: readonly TargetDefinition[]
  readonly routes: readonly RouteInput[]
}

export interface RoutingParts extends MaskingParts {
  /** Its rules come first, its names win. */
  readonly file: Defined
  readonly settings: Defined
  readonly privateOnly: readonly DataClass[]
  /** Names of targets that are out of service. */
  readonly drained?: readonly string[]
}

/** What the configuration says of findings and of masking. */
export interface MaskingParts {
  readonly profiles?: Readonly<Record<string, ProfileRules>>
  readonly found?: FoundClasses
  /** Profiles that are at least used, by tenant; `*` for those that are not named. */
  readonly tenants?: Readonly<Record<string, string>>
}

type Origin = Target['origin']

/** What is wrong with a target or rule of the settings; with those of the file the configuration is refused. */
export interface RoutingProblem extends Problem {
  readonly origin: Origin
}

export interface Compiled {
  readonly routing: Routing
  /** Paths begin with `targets` or `routes` and an index within the origin. */
  readonly problems: readonly RoutingProblem[]
}

const ORIGINS = ['file', 'settings'] as const
const NOTHING: Defined = { targets: [], routes: [] }
/** Whatever is written, this class never leaves. */
const ALWAYS_PRIVATE: DataClass = 'restricted'
/** Names of which decisions are kept; those of models are the clients' text, so there is no end to them. */
const MOST_NAMES = 500

/** Whether targets and rules of the file can be used: any problem refuses the configuration. */
export function checkRouting(
  defined: Defined & MaskingParts & { readonly privateOnly: readonly DataClass[] },
): readonly Problem[] {
  return compileRouting({ ...defined, file: defined, settings: NOTHING }).problems
}

/** Compiles the whole. Never throws: what is wrong is not in force, and a rule with a problem refuses what it matches. */
export function compileRouting(parts: RoutingParts): Compiled {
  const { file, settings, privateOnly: listed, profiles = {}, found = {}, tenants = {} } = parts
  const drained = new Set(parts.drained)
  const privateOnly = new Set<DataClass>([...listed, ALWAYS_PRIVATE])
  const sources = { file, settings }
  const problems: RoutingProblem[] = []
  const report = (origin: Origin, steps: readonly (string | number)[], found: readonly Problem[]): void => {
    for (const one of found) problems.push({ ...one, origin, path: [...steps, ...one.path] })
  }
  const named = { profiles: new Set<string>([...BUILT_IN_PROFILES, ...Object.keys(profiles)]) }
  for (const [tenant, name] of Object.entries(tenants))
    report('file', ['privacy', 'tenants'], profileProblems(name, [tenant], named))
  const targets = new Map<string, Target>()
  for (const origin of ORIGINS) {
    for (const [at, definition] of sources[origin].targets.entries()) {
      const found = targets.has(definition.name)
        ? [problemAt(['name'], 'name_taken', { origin: targets.get(definition.name)?.origin ?? origin })]
        : [...targetProblems(definition), ...profileProblems(definition.desensitise, ['desensitise'], named)]
      if (found.length === 0) targets.set(definition.name, targetOf(definition, origin, drained))
      else report(origin, ['targets', at], found)
    }
  }
  const known = {
    targets: new Map([...targets].map(([name, { definition }]) => [name, definition])),
    privateOnly,
    ...named,
  }
  const rules = ORIGINS.flatMap((origin) =>
    sources[origin].routes.map((route, at): Rule => {
      const found = routeProblems(route, known)
      report(origin, ['routes', at], found)
      return ruleOf(route, { id: `${origin}:${at + 1}`, problems: found, targets })
    }),
  )
  const isEmpty = ORIGINS.every(
    (origin) => sources[origin].targets.length === 0 && sources[origin].routes.length === 0,
  )
  const routes = [...file.routes, ...settings.routes]
  const version = versionOf({
    targets: [...targets.values()],
    routes,
    privateOnly,
    masking: { profiles, found, tenants },
  })
  const highest = highestFound(found)
  return { routing: routingOf({ version, targets, rules, isEmpty, privateOnly, highest, tenants }), problems }
}

/** A definition that was checked, with what it leaves unsaid. */
export function targetOf(
  definition: TargetDefinition,
  origin: Origin,
  drained: ReadonlySet<string> = new Set(),
): Target {
  const { name, zone } = definition
  const isModel = definition.kind === 'model'
  return {
    name,
    definition,
    origin,
    zone,
    record: definition.record ?? (zone === 'managed' ? 'strict' : 'async'),
    price: (isModel && definition.price) || null,
    maxOutput: (isModel && definition.maxOutput) || null,
    drained: drained.has(name),
    budgets: isModel && definition.limits ? [{ id: `target:${name}`, limits: definition.limits }] : [],
  }
}

interface Resolving {
  readonly id: string
  readonly problems: readonly Problem[]
  readonly targets: ReadonlyMap<string, Target>
}

function ruleOf(route: RouteInput, { id, problems, targets }: Resolving): Rule {
  return {
    id,
    problems: problems.map(({ message }) => message),
    groups: groupsOf(route, targets),
    hedgeMs: route.hedge?.afterMs ?? null,
    hops: placesOf(route.to).flatMap(({ name }): readonly Hop[] => {
      const hop = name === 'local' ? name : targets.get(name)
      return hop === undefined ? [] : [hop]
    }),
    desensitise: route.desensitise ?? USUAL_PROFILE,
    opaque: route.opaque === 'allow',
    keeping: route.cache
      ? { ttlMs: route.cache.ttlSeconds * 1000, scope: route.cache.scope ?? 'principal' }
      : null,
    bounds: boundsOf(route, id),
    ...conditionsOf(route),
  }
}

interface Compiling {
  readonly version: string
  readonly targets: ReadonlyMap<string, Target>
  readonly rules: readonly Rule[]
  readonly isEmpty: boolean
  readonly privateOnly: ReadonlySet<DataClass>
  /** That a finding can raise a request to. */
  readonly highest: DataClass
  readonly tenants: Readonly<Record<string, string>>
}

function routingOf(compiling: Compiling): Routing {
  const { version, targets, rules, isEmpty, privateOnly, highest } = compiling
  const least = new Map(Object.entries(compiling.tenants))
  const kept = new Map<string, Kept[]>()
  const fork = (ask: Ask): Fork => {
    if (isEmpty) return always(isLocal(ask) ? LOCAL_DECISION : NOTHING_CONNECTED)
    if (ask.kind === 'model' && ask.model === LOCAL_NAME)
      return always(isLocal(ask) ? LOCAL_DECISION : NOT_LOCAL)
    const branches: Branch[] = []
    for (const rule of rules) {
      if (!isFor(rule, ask)) continue
      const { id, share, salt } = rule
      const decision = decisionOf(rule, ask, !privateOnly.has(ask.class))
      if (share === null) return { branches: branches.length === 0 ? null : branches, rest: decision }
      branches.push({ rule: id, share, salt, decision })
    }
    const isElsewhere = rules.some((one) => one.concerns(ask) && !isFor(one, ask))
    const rest = isElsewhere ? staysHome(ask.class) : NO_RULE
    return { branches: branches.length === 0 ? null : branches, rest }
  }
  const known = (ask: Ask): Kept => {
    const name = nameOf(ask)
    const before = kept.get(name)
    const same = before?.find((one) => isAlike(one.ask, ask))
    if (same !== undefined) return same
    const made: Kept = { ask, fork: fork(ask), matters: null }
    if (before !== undefined) before.push(made)
    else {
      if (kept.size >= MOST_NAMES) kept.clear()
      kept.set(name, [made])
    }
    return made
  }
  return {
    version,
    targets,
    isEmpty,
    privateOnly,
    leastFor: (tenant) => least.get(tenant) ?? least.get('*') ?? null,
    decide: (ask, lot) => chosen(known(ask).fork, lot),
    shares: (ask, lot) => drawn(known(ask).fork, lot),
    unmet: (ask) =>
      rules.flatMap((rule) =>
        isFor(rule, ask) ? [] : [{ rule: rule.id, unmet: rule.concerns(ask) ? 'class' : 'asked' }],
      ),
    findingsMatter(ask) {
      const one = known(ask)
      one.matters ??= mayMatter(ask, highest, fork)
      return one.matters
    },
    ...modelNames([...targets.values()], (ask) => fork(ask).rest),
  }
}

const always = (rest: Decision): Fork => ({ branches: null, rest })

const isLocal = (ask: Ask): boolean => ask.kind === 'model' && ask.local

interface Kept {
  readonly ask: Ask
  readonly fork: Fork
  /** Whether findings do; null: not asked yet. */
  matters: boolean | null
}

const nameOf = (ask: Ask): string => (ask.kind === 'model' ? ask.model : ask.service)

/** Of the same name. By comparison, for a key made of all of it costs more than everything else here. */
function isAlike(one: Ask, other: Ask): boolean {
  if (one.class !== other.class) return false
  if (one.kind === 'service' || other.kind === 'service') return one.kind === other.kind
  return one.dialect === other.dialect && one.local === other.local && one.portable === other.portable
}

function decisionOf(rule: Rule, ask: Ask, mayLeave: boolean): Decision {
  const none = { rule: rule.id, attempts: [], skipped: [], keeping: null }
  if (rule.problems.length > 0) {
    return {
      ...none,
      refused: {
        code: 'no_route',
        message: `Rule ${rule.id} is for this request, but it is not in force: ${rule.problems[0]}. Ask the operator.`,
      },
    }
  }
  const attempts: Attempt[] = []
  const skipped: Skipped[] = []
  for (const hop of rule.hops) {
    const one = attemptAt(hop, { rule, ask, mayLeave })
    if ('attempt' in one && !isDrained(hop)) attempts.push(underRule(one.attempt, rule, rule.groups.get(hop)))
    else
      skipped.push({
        target: hop === 'local' ? 'local' : hop.name,
        ...('skip' in one ? one.skip : DRAINED),
      })
  }
  if (attempts.length > 0) {
    const keeping = keepingOf(rule, { ask, mayLeave })
    return { rule: rule.id, attempts, skipped, bounds: rule.bounds, refused: null, keeping }
  }
  const why = skipped.map(({ target, reason }) => `${target}: ${reason}`).join('; ')
  const message = `Rule ${rule.id} has no target for this request (${why}).`
  return {
    ...none,
    skipped,
    refused: skipped.some(({ code }) => code === DRAINED.code)
      ? { code: 'draining', message: `${message} Ask again later.` }
      : { code: 'no_route', message },
  }
}

/** Why a target that is out of service yields no attempt. */
const DRAINED = skip('draining')
const isDrained = (hop: Hop): boolean => hop !== 'local' && hop.drained

function underRule(attempt: Attempt, { hedgeMs }: Rule, group: Group | undefined): Attempt {
  if (attempt.target === 'local' || (group === undefined && hedgeMs === null)) return attempt
  return { ...attempt, ...(group && { group }), ...(hedgeMs !== null && { hedgeMs }) }
}

const refusal = (refused: NonNullable<Decision['refused']>): Decision => ({
  rule: null,
  attempts: [],
  skipped: [],
  refused,
  keeping: null,
})

const LOCAL_DECISION: Decision = {
  rule: null,
  attempts: [LOCAL_ATTEMPT],
  skipped: [],
  refused: null,
  keeping: null,
}
const NOTHING_CONNECTED = refusal({
  code: 'no_route',
  message: 'No target is connected for this. Without targets only conversations are answered, by extract-1.',
})
const NOT_LOCAL = refusal({ code: 'no_route', message: `${LOCAL_NAME} answers conversations only.` })
const NO_RULE = refusal({
  code: 'no_route',
  message: 'No rule says where this request may go. Ask the operator, or see GET /v1/models.',
})
const staysHome = (dataClass: DataClass): Decision =>
  refusal({
    code: 'stays_home',
    message: `No rule lets a request of class ${dataClass} go where this one would go. Use another model, or ask the operator.`,
  })

interface Deciding {
  readonly targets: readonly Target[]
  readonly routes: readonly RouteInput[]
  readonly privateOnly: ReadonlySet<DataClass>
  readonly masking: MaskingParts
}

/** Short: it stands in every record. What does not decide (credentials, time-outs, probes, retries) does not change it. */
function versionOf({ targets, routes, privateOnly, masking }: Deciding): string {
  const deciding = targets.map(({ definition, ...rest }) => {
    const { auth: _, tls: __, timeouts: ___, probe: ____, retries: _____, ...said } = definition
    return { ...rest, said: { ...said, discover: undefined, native: undefined } }
  })
  const rules = routes.map((route) => {
    const { timeouts: _, ...said } = route
    return said
  })
  const isSaid = Object.values(masking).some((said) => Object.keys(said ?? {}).length > 0)
  return createHash('sha256')
    .update(JSON.stringify([deciding, rules, [...privateOnly].toSorted(), ...(isSaid ? [masking] : [])]))
    .digest('hex')
    .slice(0, 16)
}

/**
 * The invariant of the house once more, where a byte is about to leave.
 * @throws Error: a bug, never a refusal that a client could cause
 */
export function assertMayLeave(
  { zone }: Attempt,
  dataClass: DataClass,
  privateOnly: ReadonlySet<DataClass>,
): void {
  if (zone === 'managed' && (privateOnly.has(dataClass) || dataClass === ALWAYS_PRIVATE)) {
    throw new Error(`content of class ${dataClass} was about to leave for a managed target`)
  }
}
