import type { Gateway } from '../../gateway/gateway.ts'
import type { Discovery } from '../../gateway/offer/discovery.ts'
import { modelOperationOf } from '../../gateway/model-operations.ts'
import type { Requests } from '../../gateway/records/requests.ts'
import { dryRun } from '../../gateway/routing/dry-run.ts'
import { turnTarget } from '../../gateway/routing/maintenance.ts'
import type { RoutingSettings } from '../../gateway/routing/settings.ts'
import type { Shadow } from '../../gateway/routing/shadow.ts'
import { promoteShadow, removeShadow, setShadow } from '../../gateway/routing/shadow-settings.ts'
import type { Standing } from '../../gateway/standing.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Call, Handlers } from './handlers.ts'

type RoutingOperation =
  | 'target.list'
  | 'target.put'
  | 'target.delete'
  | 'target.drain'
  | 'target.resume'
  | 'route.list'
  | 'route.replace'
  | 'route.explain'
  | 'route.dry_run'
  | 'shadow.read'
  | 'shadow.set'
  | 'shadow.remove'
  | 'shadow.promote'
  | 'routing.versions'
  | 'routing.restore'

interface RoutingWatch {
  readonly standing: Standing
  readonly shadow: Pick<Shadow, 'state'>
  readonly discovery: Pick<Discovery, 'of'>
  readonly requests: Pick<Requests, 'newest' | 'read'>
  readonly privacy: { readonly previewing: Pick<Gateway['privacy']['previewing'], 'explained' | 'recorded'> }
}

/** Targets, rules, their versions, and where a request would go. */
export function routingHandlers(
  settings: RoutingSettings,
  { standing, shadow, discovery, privacy, requests }: RoutingWatch,
): Pick<Handlers, RoutingOperation> {
  const isKnown = (model: string): boolean => settings.current.routing.knowsModel(model)
  const withState = <T extends { readonly name: string }>(view: T) => ({
    ...view,
    ...standing(view.name, isKnown),
    discovery: discovery.of(view.name),
  })
  const turned = async (
    drained: boolean,
    { caller, params, request }: Call<'target.drain' | 'target.resume'>,
  ) => {
    const { version, target } = await turnTarget(settings, caller, { ...params, drained, request })
    return { version, target: withState(target) }
  }
  return {
    async 'target.list'() {
      const { version, data } = settings.targets()
      return { version, data: data.map(withState) }
    },
    async 'target.put'({ caller, params, body, request }) {
      const { target, version } = body
      if (target.name !== params.name) {
        throw new Fault('invalid', `target.name: is not ${params.name}, the name in the path.`, {
          param: 'target.name',
        })
      }
      return settings.put(caller, target, { version, request })
    },
    async 'target.delete'({ caller, params, request }) {
      await settings.remove(caller, params.name, { request })
      return undefined
    },
    'target.drain': (call) => turned(true, call),
    'target.resume': (call) => turned(false, call),
    'route.list': async () => settings.routes(),
    'route.replace': ({ caller, body, request }) =>
      settings.replaceRoutes(caller, body.routes, { version: body.version, request }),
    async 'route.explain'({ caller, body }) {
      const { request, ...asked } = body
      if (request === undefined) return privacy.previewing.explained(caller, body)
      if (asked.messages.length > 0 || Object.keys(asked).length > 1)
        throw new Fault('invalid', 'request: stands alone, for its record says what it asked.', {
          param: 'request',
        })
      return privacy.previewing.recorded(caller, await requests.read(caller, request))
    },
    'route.dry_run': ({ caller, body: { routes, limit } }) =>
      dryRun({
        tenant: caller.tenant,
        inForce: settings.current.routing,
        candidate: settings.trying(routes),
        requests: requests.newest(caller, limit),
        operationOf: modelOperationOf,
      }),
    'shadow.read': async () => shadow.state(settings.current),
    async 'shadow.set'({ caller, body, request }) {
      await setShadow(settings, caller, { ...body, request })
      return shadow.state(settings.current)
    },
    async 'shadow.remove'({ caller, request }) {
      await removeShadow(settings, caller, { request })
      return undefined
    },
    'shadow.promote': ({ caller, body, request }) => promoteShadow(settings, caller, { ...body, request }),
    'routing.versions': ({ query }) => settings.versions(query),
    'routing.restore': ({ caller, params, request }) => settings.restore(caller, params.version, { request }),
  }
}
