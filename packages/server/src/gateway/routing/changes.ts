import type { DataClass } from '@freehold/contract/data-class.ts'
import type { RouteInput, TargetInput } from '@freehold/contract/routing.ts'
import { Fault } from '../../kernel/fault.ts'
import { fieldName } from '../../kernel/input.ts'
import { secureContext } from '../../kernel/dialler/secure-context.ts'
import { guardTarget } from '../../kernel/target-definition.ts'
import type { Problem } from './problem.ts'
import type { Compiled, Defined, MaskingParts } from './compile.ts'
import { compileRouting } from './compile.ts'
import { undrained } from './maintenance.ts'
import type { Settings } from './versions.ts'

/** What the configuration file says of targets and rules. */
export interface FileRouting extends Defined, MaskingParts {
  readonly privateOnly: readonly DataClass[]
}

/** As many as the file may have. */
const MOST_TARGETS = 500

/** The settings as the program holds them. */
export interface Guarded extends Defined {
  readonly drained: readonly string[]
  readonly shadow: readonly RouteInput[] | null
}

/** Puts secrets where they do not print. */
export const guarded = ({ targets, routes, drained = [], shadow }: Settings): Guarded => ({
  targets: targets.map(guardTarget),
  routes,
  drained,
  shadow: shadow ?? null,
})

const problemsOf = (settings: Settings, file: FileRouting): readonly Problem[] =>
  compileRouting({ ...file, file, settings: guarded(settings) }).problems.filter(
    ({ origin }) => origin === 'settings',
  )

/**
 * The settings with this target, new or in the place of the one of its name.
 * @throws Fault `invalid` with the field, `conflict` for a name of the file or when a rule would break
 */
export function withTarget(before: Settings, target: TargetInput, file: FileRouting): Settings {
  if (standsIn(file, target.name)) throw readOnly(target.name)
  const found = before.targets.findIndex(({ name }) => name === target.name)
  const at = found < 0 ? before.targets.length : found
  if (at >= MOST_TARGETS) {
    throw new Fault('invalid', `There are ${MOST_TARGETS} targets already, which is the most.`, {
      param: 'target',
    })
  }
  const after = { ...before, targets: before.targets.toSpliced(at, 1, target) }
  const problems = problemsOf(after, file)
  const own = problems.filter(({ path }) => path[0] === 'targets' && path[1] === at)
  refuseFirst('target', own, 2)
  requireCertificates(target)
  const wasSound = soundRules(before, problemsOf(before, file))
  const broken = problems.find(({ path }) => path[0] === 'routes' && wasSound.has(Number(path[1])))
  if (broken) {
    throw new Fault(
      'conflict',
      `With this target the rule settings:${Number(broken.path[1]) + 1} would no longer hold: ${sentence(broken.path.slice(2), broken.message)}. Change the rule first.`,
      { param: 'target' },
    )
  }
  return after
}

const sentence = (path: Problem['path'], message: string): string =>
  path.length === 0 ? message : `${fieldName(path)} ${message}`

/** Indexes of the rules without a problem. */
function soundRules({ routes }: Settings, problems: readonly Problem[]): ReadonlySet<number> {
  const troubled = new Set(problems.flatMap(({ path }) => (path[0] === 'routes' ? [path[1]] : [])))
  return new Set(routes.keys().filter((at) => !troubled.has(at)))
}

/** `base` stands in the place of the first `steps` of a path. */
function refuseFirst(base: string, [first]: readonly Problem[], steps: number): void {
  if (!first) return
  const param = fieldName([base, ...first.path.slice(steps)])
  throw new Fault('invalid', `${param}: ${first.message}.`, { param, remark: first })
}

/** Reads them as they will be read to call the target, and here already: a change says which field is wrong. */
function requireCertificates(target: TargetInput): void {
  const { tls } = guardTarget(target)
  if (!tls) return
  try {
    secureContext(target.name, tls)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    throw new Fault(error.code, error.message, { param: 'target.tls', cause: error })
  }
}

const standsIn = (file: FileRouting, name: string): boolean =>
  file.targets.some((target) => target.name === name)

const readOnly = (name: string): Fault =>
  new Fault('conflict', `The target ${name} stands in the configuration file and is changed there.`, {
    param: 'name',
  })

/** The settings without this target. @throws Fault `not_found`, or `conflict` when a rule or the file needs it */
export function withoutTarget(before: Settings, name: string, file: FileRouting): Settings {
  const targets = before.targets.filter((target) => target.name !== name)
  if (targets.length === before.targets.length) {
    if (standsIn(file, name)) throw readOnly(name)
    throw new Fault('not_found', `There is no target ${name}.`, { param: 'name' })
  }
  // Where the file has taken the name, its target is the one that the rules mean.
  const naming = standsIn(file, name) ? -1 : before.routes.findIndex(({ to }) => to.includes(name))
  if (naming >= 0) {
    throw new Fault(
      'conflict',
      `The rule settings:${naming + 1} names the target ${name}. Change the rule first.`,
      { param: 'name' },
    )
  }
  const after = { ...before, targets }
  return standsIn(file, name) ? after : undrained(after, name)
}

/** The settings with these rules instead of theirs. @throws Fault `invalid` with the field */
export function withRoutes(before: Settings, routes: Settings['routes'], file: FileRouting): Settings {
  const after = { ...before, routes }
  const found = problemsOf(after, file).filter(({ path }) => path[0] === 'routes')
  refuseFirst('routes', found, 1)
  return after
}

/** What is decided by these rules instead of the settings'. @throws Fault `invalid` with the field */
export function tryRoutes(
  settings: Guarded,
  routes: readonly RouteInput[],
  file: FileRouting,
): Compiled['routing'] {
  const { drained } = settings
  const { routing, problems } = compileRouting({ ...file, file, settings: { ...settings, routes }, drained })
  const found = problems.filter(({ origin, path }) => origin === 'settings' && path[0] === 'routes')
  refuseFirst('routes', found, 1)
  return routing
}

/** @throws Fault `conflict` when an earlier version does not fit the file of today */
export function requireFitting(version: number, settings: Settings, file: FileRouting): void {
  const [first] = problemsOf(settings, file)
  if (!first) return
  throw new Fault(
    'conflict',
    `Version ${version} does not fit the configuration file of today: ${sentence(first.path, first.message)}.`,
    { param: 'version' },
  )
}
