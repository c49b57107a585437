import { Fault } from '../../kernel/fault.ts'
import type { Json, OpenApiDocument } from './document.ts'
import { isJson } from './document.ts'

/** Fields of the document that say something about every operation. */
const OF_ALL = ['openapi', 'info', 'servers', 'security', '$self', 'jsonSchemaDialect'] as const

/**
 * The document with these operations and what they refer to, and nothing else: of one that describes a thousand, as much as a
 * skill carries along.
 */
export function reduced(document: OpenApiDocument, ids: readonly string[]): Json {
  const { root } = document
  const found: Record<string, unknown> = {}
  for (const name of OF_ALL) if (Object.hasOwn(root, name)) found[name] = root[name]
  const paths = new Map<string, Record<string, unknown>>()
  for (const id of ids) {
    const one = document.operation(id)
    if (one === null) continue
    const { parameters, servers } = pathItem(document, one.path)
    const item = paths.get(one.path) ?? {
      ...(parameters !== undefined && { parameters }),
      ...(servers !== undefined && { servers }),
    }
    paths.set(one.path, { ...item, [one.method]: one.operation })
  }
  found['paths'] = Object.fromEntries(paths)
  const components = isJson(root['components']) ? root['components'] : {}
  if (isJson(components['securitySchemes']))
    found['components'] = { securitySchemes: components['securitySchemes'] }
  const taken = new Set<string>()
  const waiting: unknown[] = [found]
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (Array.isArray(value)) waiting.push(...(value as readonly unknown[]))
    if (!isJson(value)) continue
    for (const part of Object.values(value)) if (part !== undefined) waiting.push(part)
    const { $ref: reference } = value
    if (typeof reference !== 'string' || !reference.startsWith('#/') || taken.has(reference)) continue
    taken.add(reference)
    const target = targetOf(document, reference)
    if (target === undefined) continue
    put(found, reference, target)
    waiting.push(target)
  }
  return found
}

/** What leads nowhere stands in an example, or nothing that was taken needs it. */
function targetOf(document: OpenApiDocument, reference: string): unknown {
  try {
    return document.at(reference)
  } catch (error) {
    if (error instanceof Fault) return undefined
    throw error
  }
}

function pathItem(document: OpenApiDocument, path: string): Json {
  const { paths } = document.root
  const item = isJson(paths) ? document.resolved(paths[path]) : null
  return isJson(item) ? item : {}
}

/** Puts what a reference names where it names it; what is on the way there already is written over no more than by itself. */
function put(root: Record<string, unknown>, reference: string, target: unknown): void {
  const steps = reference.slice(2).split('/')
  const last = steps.pop() ?? ''
  let at = root
  for (const step of steps) {
    const name = named(step)
    const next = Object.hasOwn(at, name) ? at[name] : undefined
    // A copy: the document itself stays as it was read.
    const own: Record<string, unknown> = isJson(next) ? { ...next } : {}
    at[name] = own
    at = own
  }
  if (!Object.hasOwn(at, named(last))) at[named(last)] = target
}

const named = (step: string): string => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
