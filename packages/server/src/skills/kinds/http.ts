import type { RequestMapping, ResponseMapping } from '@freehold/contract/skill-operation.ts'
import type { HttpMethod } from '@freehold/contract/skill-permissions.ts'
import { Fault } from '../../kernel/fault.ts'
import { requestFor } from '../mapping/request.ts'
import { answerReader } from '../mapping/response.ts'
import type { SkillPackage, SkillRunner } from '../runner.ts'

/** An operation that is one request. */
export interface MappedOperation {
  readonly id: string
  readonly request: RequestMapping
  readonly response: ResponseMapping | undefined
}

/** Skills of kind `http`: every operation is one request below the base URL, described and not programmed. */
export function openHttp({ manifest }: SkillPackage): SkillRunner {
  if (manifest.kind !== 'http') throw new Error(`a skill of kind ${manifest.kind} was opened as http`)
  const operations = manifest.operations.map(({ id, request, response }) => {
    if (typeof request !== 'object') throw new Error(`${id} was not read by readManifest`)
    return { id, request, response }
  })
  return mappedRunner(manifest.http.baseUrl, operations)
}

/** Repeats that an upstream should take for one. */
const REPEATABLE: ReadonlySet<HttpMethod> = new Set(['POST', 'PATCH'])

/** Runs operations that are one request each. */
export function mappedRunner(baseUrl: string, operations: readonly MappedOperation[]): SkillRunner {
  const prepared = new Map(
    operations.map(({ id, request, response }) => [id, { request, read: answerReader(response) }] as const),
  )
  return {
    async run(operation, input, { broker, call, signal }) {
      const one = prepared.get(operation)
      if (one === undefined) {
        throw new Fault('no_such_operation', 'This skill has no such operation.', { param: 'operation' })
      }
      const request = requestFor(one.request, baseUrl, input)
      const repeated = REPEATABLE.has(request.method) ? { 'idempotency-key': call } : {}
      const response = await broker.send({ ...request, headers: { ...repeated, ...request.headers } }, signal)
      return { value: request.method === 'HEAD' ? { status: response.status } : one.read(response) }
    },
    async close() {},
  }
}
