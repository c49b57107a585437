import type { Requests } from '../../gateway/records/requests.ts'
import type { Handlers } from './handlers.ts'

/** Records of requests and what they add up to. */
export function requestHandlers(
  requests: Requests,
): Pick<Handlers, 'request.list' | 'request.read' | 'usage.read'> {
  return {
    async 'request.list'({ caller, query }) {
      const { data, next } = await requests.list(caller, query)
      return { data: [...data], next }
    },
    'request.read': ({ caller, params }) => requests.read(caller, params.id),
    'usage.read': ({ caller, query }) => requests.usage(caller, query),
  }
}
