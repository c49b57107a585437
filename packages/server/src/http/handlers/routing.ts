import { explain } from '../../gateway/routing/explain.ts'
import type { RoutingSettings } from '../../gateway/routing/settings.ts'
import type { Standing } from '../../gateway/standing.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Handlers } from './handlers.ts'

type RoutingOperation =
  | 'target.list'
  | 'target.put'
  | 'target.delete'
  | 'route.list'
  | 'route.replace'
  | 'route.explain'
  | 'routing.versions'
  | 'routing.restore'

/** Targets, rules, their versions, and where a request would go. */
export function routingHandlers(
  settings: RoutingSettings,
  standing: Standing,
): Pick<Handlers, RoutingOperation> {
  return {
    async 'target.list'() {
      const { version, data } = settings.targets()
      const isKnown = (model: string): boolean => settings.current.routing.knowsModel(model)
      return {
        version,
        data: data.map((one) => Object.assign(one, standing(one.name, isKnown))),
      }
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
    'route.list': async () => settings.routes(),
    'route.replace': ({ caller, body, request }) =>
      settings.replaceRoutes(caller, body.routes, { version: body.version, request }),
    'route.explain': async ({ caller, body }) => explain(caller, body, settings.current),
    'routing.versions': ({ query }) => settings.versions(query),
    'routing.restore': ({ caller, params, request }) => settings.restore(caller, params.version, { request }),
  }
}
