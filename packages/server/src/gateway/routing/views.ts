import { USUAL_PROFILE } from '@freehold/contract/desensitise.ts'
import type { RoutingProblemView } from '@freehold/contract/routing-problems.ts'
import type { RouteInput, routeView, targetView } from '@freehold/contract/routing.ts'
import { basename } from 'node:path'
import type { z } from 'zod'
import { fieldName } from '../../kernel/input.ts'
import type { TargetDefinition } from '../../kernel/target-definition.ts'
import { probeSettings } from '../balance/probe.ts'
import { RETRIES } from '../balance/retries.ts'
import type { Compiled, Defined } from './compile.ts'
import type { Target } from './routing.ts'
import { maxTokensFieldOf } from './rule.ts'

export type TargetView = z.output<typeof targetView>
export type RouteView = z.output<typeof routeView>

/** Everything that was compiled, and what was found wrong with it. */
export interface Shown {
  readonly file: Defined
  readonly settings: Defined & { readonly drained?: readonly string[] }
  readonly problems: Compiled['problems']
}

type Origin = Target['origin']

/** Those of the file first, as they are tried. Never a secret or a certificate. */
export function targetViews(shown: Shown): TargetView[] {
  return inOrder((origin) =>
    shown[origin].targets.map((target, at) => ({
      ...viewOfTarget(target, origin, problemsAt(shown, origin, ['targets', at])),
      drained: shown.settings.drained?.includes(target.name) ?? false,
    })),
  )
}

/** Those of the file first, as they are tried. */
export function routeViews(shown: Shown): RouteView[] {
  return inOrder((origin) =>
    shown[origin].routes.map((route, at) => ({
      id: `${origin}:${at + 1}`,
      ...viewOfRoute(route, origin, problemsAt(shown, origin, ['routes', at])),
    })),
  )
}

const inOrder = <T>(of: (origin: Origin) => readonly T[]): T[] => [...of('file'), ...of('settings')]

function problemsAt(
  { problems }: Shown,
  origin: Origin,
  [list, at]: readonly [string, number],
): RoutingProblemView[] {
  return problems
    .filter((one) => one.origin === origin && one.path[0] === list && one.path[1] === at)
    .map(({ path, code, params, message }) => {
      const field = path.length > 2 ? fieldName(path.slice(2)) : null
      return { code, params, field, message: field === null ? message : `${field} ${message}` }
    })
}

function viewOfTarget(
  target: TargetDefinition,
  origin: Origin,
  problems: RoutingProblemView[],
): Omit<TargetView, 'drained'> {
  const { name, zone, kind, tls } = target
  const isModel = target.kind === 'model'
  return {
    name,
    kind,
    zone,
    dialect: isModel ? target.dialect : null,
    // Where a file lies on this machine is nobody's business.
    url: target.zone === 'local' ? `file:${basename(target.engine.file)}` : target.url,
    models: isModel ? structuredClone(target.models) : null,
    auth: viewOfAuth(target),
    tls: { ownCa: tls?.ca !== undefined, clientCertificate: tls?.cert !== undefined },
    price: (isModel && target.price) || null,
    maxOutput: (isModel && target.maxOutput) || null,
    responses: isModel && target.dialect === 'openai' ? (target.responses ?? 'native') : null,
    maxTokensField: isModel && target.dialect === 'openai' ? maxTokensFieldOf(target) : null,
    images: isModel && target.images === true,
    realtime: isModel && target.realtime === true,
    streamUsage: isModel && target.dialect === 'openai' ? (target.streamUsage ?? true) : null,
    headers: {
      request: [...(target.headers?.request ?? [])],
      response: [...(target.headers?.response ?? [])],
    },
    limits: (isModel && target.limits) || null,
    record: target.record ?? (zone === 'managed' ? 'strict' : 'async'),
    discover: isModel && target.discover !== undefined && target.discover !== false,
    native: (isModel && target.native) || null,
    retries: target.retries ?? RETRIES[zone],
    ...(target.desensitise && { desensitise: target.desensitise }),
    ...(target.probe && { probe: probeSettings(target.probe) }),
    origin,
    problems,
  }
}

/** `name` is that of the header, or the audience of the tokens. */
function viewOfAuth({ auth }: TargetDefinition): TargetView['auth'] {
  if (auth === undefined) return { kind: 'none', name: null }
  if ('jwt' in auth) return { kind: 'jwt', name: auth.jwt.audience }
  if ('header' in auth) return { kind: 'header', name: auth.header.name }
  return { kind: 'apiKey', name: null }
}

function viewOfRoute(
  route: RouteInput,
  origin: Origin,
  problems: RoutingProblemView[],
): Omit<RouteView, 'id'> {
  const { when, to, affinity, desensitise = USUAL_PROFILE, opaque = 'refuse', cache } = route
  const { timeouts = null, limits = null } = route
  return {
    origin,
    when: {
      class: when.class === undefined ? null : [...when.class],
      model: listed(when.model),
      service: listed(when.service),
      share: when.share ?? null,
    },
    to: structuredClone(to),
    ...(affinity && { affinity }),
    ...(route.hedge && { hedge: { ...route.hedge } }),
    desensitise,
    opaque,
    cache: cache ? { ttlSeconds: cache.ttlSeconds, scope: cache.scope ?? 'principal' } : null,
    timeouts: timeouts && { ...timeouts },
    limits: limits && { ...limits },
    problems,
  }
}

const listed = (patterns: string | readonly string[] | undefined): string[] | null =>
  patterns === undefined ? null : [patterns].flat()
