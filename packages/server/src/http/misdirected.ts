import type { Operation } from '@freehold/contract/operation.ts'
import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Fault } from '../kernel/fault.ts'

/** Paths that are no operation too: who asks there speaks SCIM. */
export const isScim = ({ url }: FastifyRequest): boolean => url.startsWith('/scim/')

/** Nothing is routed there; says which methods the path would take where it is one of ours. */
export function misdirected(request: FastifyRequest, reply: FastifyReply): Fault {
  const path = request.url.split('?', 1)[0] ?? ''
  const methods = PATHS.filter(({ pattern }) => pattern.test(path)).flatMap(({ method }) =>
    method === 'GET' ? ['GET', 'HEAD'] : [method],
  )
  if (methods.length > 0 && !methods.includes(request.method)) {
    const allow = methods.join(', ')
    // RFC 9110 section 15.5.6: a 405 says what would be allowed.
    reply.header('allow', allow)
    return new Fault('wrong_method', `${path.slice(0, 80)} takes ${allow}, not ${request.method}.`)
  }
  // RFC 7644 section 3.11: whoever offers no such thing says so.
  if (/^\/scim\/v2\/(Me|Bulk)$/i.test(path))
    return new Fault('not_offered', 'This part of SCIM is not offered here: address users by their id.')
  return new Fault('no_such_operation', `There is no operation at ${request.method} ${path.slice(0, 80)}.`)
}

/** Without those of other places: on a listener of its own the API does not know them. */
const PATHS = Object.values<Operation>(OPERATIONS)
  .filter(({ surface }) => surface === 'api')
  .map(({ method, path }) => ({
    method,
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }))
