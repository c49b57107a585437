import { createHash } from 'node:crypto'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { RouteInput } from '@freehold/contract/routing.ts'
import type { TargetDefinition } from '../../kernel/target-definition.ts'
import type { Problem } from './checking.ts'
import { routeProblems, targetProblems } from './checking.ts'
import { modelNames } from './model-names.ts'
import type { Ask, Attempt, Decision, Routing, Target } from './routing.ts'
import type { Hop, Rule } from './rule.ts'
import { attemptAt, conditionsOf, isFor, LOCAL_ATTEMPT, LOCAL_NAME } from './rule.ts'

/** Targets and rules of one origin, in their order. */
export interface Defined {
  readonly targets: readonly TargetDefinition[]
  readonly routes: readonly RouteInput[]
}

export interface RoutingParts {
  /** Its rules come first, its names win. */
  readonly file: Defined
  readonly settings: Defined
  readonly privateOnly: readonly DataClass[]
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
/** Decisions that are kept; model names are the clients' text, so there is no end to them. */
const MOST_DECISIONS = 2000

/** Whether targets and rules of the file can be used: any problem refuses the configuration. */
export function checkRouting(
  defined: Defined & { readonly privateOnly: readonly DataClass[] },
): readonly Problem[] {
  return compileRouting({ file: defined, settings: NOTHING, privateOnly: defined.privateOnly }).problems
}

/** Compiles the whole. Never throws: what is wrong is not in force, and a rule with a problem refuses what it matches. */
export function compileRouting({ file, settings, privateOnly: listed }: RoutingParts): Compiled {
  const privateOnly = new Set<DataClass>([...listed, ALWAYS_PRIVATE])
  const sources = { file, settings }
  const problems: RoutingProblem[] = []
  const report = (origin: Origin, steps: readonly (string | number)[], found: readonly Problem[]): void => {
    for (const { path, message } of found) problems.push({ origin, path: [...steps, ...path], message })
  }
  const targets = new Map<string, Target>()
  for (const origin of ORIGINS) {
    for (const [at, definition] of sources[origin].targets.entries()) {
      const found = targets.has(definition.name)
        ? [
            {
              path: ['name'],
              message: `is the name of a target of the ${targets.get(definition.name)?.origin} already`,
            },
          ]
        : targetProblems(definition)
      if (found.length === 0) targets.set(definition.name, targetOf(definition, origin))
      else report(origin, ['targets', at], found)
    }
  }
  const known = {
    targets: new Map([...targets].map(([name, { definition }]) => [name, definition])),
    privateOnly,
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
  const version = versionOf([...targets.values()], [...file.routes, ...settings.routes], privateOnly)
  return { routing: routingOf({ version, targets, rules, isEmpty, privateOnly }), problems }
}

function targetOf(definition: TargetDefinition, origin: Origin): Target {
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
    hops: route.to.flatMap((name): readonly Hop[] => {
      const hop = name === 'local' ? name : targets.get(name)
      return hop === undefined ? [] : [hop]
    }),
    desensitise: route.desensitise ?? 'strict',
    opaque: route.opaque === 'allow',
    ...conditionsOf(route),
  }
}

interface Compiling {
  readonly version: string
  readonly targets: ReadonlyMap<string, Target>
  readonly rules: readonly Rule[]
  readonly isEmpty: boolean
  readonly privateOnly: ReadonlySet<DataClass>
}

function routingOf({ version, targets, rules, isEmpty, privateOnly }: Compiling): Routing {
  const decisions = new Map<string, Decision>()
  const decide = (ask: Ask): Decision => {
    if (isEmpty) return isLocal(ask) ? LOCAL_DECISION : NOTHING_CONNECTED
    if (ask.kind === 'model' && ask.model === LOCAL_NAME) return isLocal(ask) ? LOCAL_DECISION : NOT_LOCAL
    const rule = rules.find((one) => isFor(one, ask))
    if (rule !== undefined) return decisionOf(rule, ask, !privateOnly.has(ask.class))
    return rules.some((one) => one.concerns(ask)) ? staysHome(ask.class) : NO_RULE
  }
  return {
    version,
    targets,
    isEmpty,
    privateOnly,
    decide(ask) {
      const key = keyOf(ask)
      const known = decisions.get(key)
      if (known !== undefined) return known
      const decision = decide(ask)
      if (decisions.size >= MOST_DECISIONS) decisions.clear()
      decisions.set(key, decision)
      return decision
    },
    ...modelNames([...targets.values()], decide),
  }
}

const isLocal = (ask: Ask): boolean => ask.kind === 'model' && ask.local

/** Names of models and services hold no space. */
const keyOf = (ask: Ask): string =>
  ask.kind === 'model'
    ? `${ask.class} ${ask.dialect} ${ask.local ? 'local' : ''} ${ask.model}`
    : `${ask.class} ${ask.service}`

function decisionOf(rule: Rule, ask: Ask, mayLeave: boolean): Decision {
  const none = { rule: rule.id, attempts: [], skipped: [] }
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
  const skipped: { target: string; reason: string }[] = []
  for (const hop of rule.hops) {
    const one = attemptAt(hop, { rule, ask, mayLeave })
    if ('attempt' in one) attempts.push(one.attempt)
    else skipped.push({ target: hop === 'local' ? 'local' : hop.name, reason: one.reason })
  }
  if (attempts.length > 0) return { rule: rule.id, attempts, skipped, refused: null }
  const why = skipped.map(({ target, reason }) => `${target}: ${reason}`).join('; ')
  return {
    ...none,
    skipped,
    refused: { code: 'no_route', message: `Rule ${rule.id} has no target for this request (${why}).` },
  }
}

const refusal = (refused: NonNullable<Decision['refused']>): Decision => ({
  rule: null,
  attempts: [],
  skipped: [],
  refused,
})

const LOCAL_DECISION: Decision = { rule: null, attempts: [LOCAL_ATTEMPT], skipped: [], refused: null }
const NOTHING_CONNECTED = refusal({
  code: 'no_route',
  message:
    'No target is connected for this. Without targets only chat completions are answered, by extract-1.',
})
const NOT_LOCAL = refusal({ code: 'no_route', message: `${LOCAL_NAME} answers chat completions only.` })
const NO_RULE = refusal({
  code: 'no_route',
  message: 'No rule says where this request may go. Ask the operator, or see GET /v1/models.',
})
const staysHome = (dataClass: DataClass): Decision =>
  refusal({
    code: 'stays_home',
    message: `No rule lets a request of class ${dataClass} go where this one would go. Use another model, or ask the operator.`,
  })

/** Short: it stands in every record. What does not decide (credentials, time-outs) does not change it. */
function versionOf(
  targets: readonly Target[],
  routes: readonly RouteInput[],
  privateOnly: ReadonlySet<DataClass>,
): string {
  const deciding = targets.map(({ definition, ...rest }) => {
    const { auth: _, tls: __, timeouts: ___, ...said } = definition
    return { ...rest, said }
  })
  return createHash('sha256')
    .update(JSON.stringify([deciding, routes, [...privateOnly].toSorted()]))
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
