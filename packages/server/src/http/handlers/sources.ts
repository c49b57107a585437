import type { Sources } from '../../knowledge/sources/sources.ts'
import type { Handlers } from './handlers.ts'

type SourceOperation =
  | 'source.create'
  | 'source.list'
  | 'source.get'
  | 'source.update'
  | 'source.delete'
  | 'source.sync'
  | 'source.items'

/** Where documents come from by themselves. */
export function sourceHandlers(sources: Sources): Pick<Handlers, SourceOperation> {
  return {
    'source.create': ({ caller, body, request }) => sources.create({ caller, commit: { request } }, body),
    async 'source.list'({ caller, query }) {
      const { data, next } = await sources.list(caller, query)
      return { data: [...data], next }
    },
    'source.get': ({ caller, params }) => sources.get(caller, params.id),
    'source.update': ({ caller, params, body, request }) =>
      sources.update({ caller, commit: { request } }, params.id, body),
    async 'source.delete'({ caller, params, query, request }) {
      await sources.delete({ caller, commit: { request } }, params.id, query.documents)
      return undefined
    },
    'source.sync': ({ caller, params, request }) => sources.sync({ caller, commit: { request } }, params.id),
    async 'source.items'({ caller, params, query }) {
      const { data, next } = await sources.items(caller, params.id, query)
      return { data: [...data], next }
    },
  }
}
