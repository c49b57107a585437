import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { RequestMapping, SkillOperation } from '@freehold/contract/skill-operation.ts'
import type { ToolEffect } from '@freehold/contract/loop-events.ts'
import type { HttpMethod } from '@freehold/contract/skill-permissions.ts'
import { namesIn } from '../mapping/template.ts'

type Schema = Readonly<Record<string, unknown>>

/** What a method does where nothing else is said. */
export const EFFECT_OF: Readonly<Record<HttpMethod, ToolEffect>> = {
  GET: 'read',
  HEAD: 'read',
  POST: 'write',
  PUT: 'write',
  PATCH: 'write',
  DELETE: 'destructive',
}
const WITH_BODY: ReadonlySet<HttpMethod> = new Set(['POST', 'PUT', 'PATCH'])

/** The manifest with its short forms written out: inputs are schemas of objects, requests are mappings. */
export function writtenOut(manifest: SkillManifest): SkillManifest {
  // What an imported document or a live server says of an operation stands where nothing else does.
  if (manifest.kind === 'openapi' || manifest.kind === 'mcp') {
    return { ...manifest, operations: manifest.operations.map((one) => ({ ...one, ...shapeOf(one, true) })) }
  }
  if (manifest.kind === 'prompt') return manifest
  return { ...manifest, operations: manifest.operations.map((one) => ({ ...one, ...shapeOf(one, false) })) }
}

type Shaped = Pick<SkillOperation, 'input' | 'request' | 'effect' | 'idempotent'>

function shapeOf(operation: Shaped, isOverride: boolean): Shaped {
  const isSaid = Object.keys(operation.input).length > 0
  const input = isOverride && !isSaid ? operation.input : inputSchema(operation.input)
  const request =
    typeof operation.request === 'string' ? mappingOf(operation.request, input) : operation.request
  const usual = request === undefined ? 'write' : EFFECT_OF[request.method]
  const effect = operation.effect ?? (isOverride ? undefined : usual)
  const idempotent = operation.idempotent ?? (effect === undefined ? undefined : effect === 'read')
  return {
    input,
    ...(request !== undefined && { request }),
    ...(effect !== undefined && { effect }),
    ...(idempotent !== undefined && { idempotent }),
  }
}

/** A schema is taken as it is; without a `type` the entries are properties, and `?` behind a name makes one optional. */
export function inputSchema(written: Schema): Schema {
  if (isWholeSchema(written)) return written
  const properties = Object.fromEntries(
    Object.entries(written).map(([name, schema]) => [name.replace(/\?$/, ''), schema]),
  )
  const required = Object.keys(written).filter((name) => !name.endsWith('?'))
  return { type: 'object', properties, ...(required.length > 0 && { required }), additionalProperties: false }
}

/** A property may be called `type`, but its schema is no text and no list. */
function isWholeSchema(written: Schema): boolean {
  const { type } = written
  return (
    typeof type === 'string' || Array.isArray(type) || Object.keys(written).some((key) => key.startsWith('$'))
  )
}

/** The names of an object's properties, as far as its schema names them. */
export const propertiesOf = (schema: Schema): readonly string[] =>
  typeof schema['properties'] === 'object' && schema['properties'] !== null
    ? Object.keys(schema['properties'])
    : []

/** `GET /orders/{id}`: what the path does not name goes into the query, or into the body where the method has one. */
function mappingOf(short: string, input: Schema): RequestMapping {
  const [method = '', path = ''] = short.split(' ')
  const inPath = new Set(namesIn(path))
  const rest = propertiesOf(input).filter((name) => !inPath.has(name))
  const places = Object.fromEntries(rest.map((name) => [name, `{${name}}`]))
  // The schema of the short form lets no other word through.
  const verb = method as HttpMethod
  return {
    method: verb,
    path,
    ...(rest.length > 0 && (WITH_BODY.has(verb) ? { body: places } : { query: places })),
  }
}
