import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import { nearest } from '../../../kernel/config/nearest.ts'
import { isPath } from '../../mapping/json-path.ts'
import { namesIn } from '../../mapping/template.ts'
import { FORBIDDEN_HEADERS } from '../../broker/headers.ts'
import type { Refuse } from '../manifest-problem.ts'
import { propertiesOf } from '../operation-shape.ts'
import type { Schemas } from '../schemas.ts'

type Operation = SkillManifest['operations'][number]

/** Each operation by itself: its schemas, its request, its effect. */
export function checkOperations(manifest: SkillManifest, schemas: Schemas, refuse: Refuse): void {
  const seen = new Set<string>()
  for (const [at, operation] of manifest.operations.entries()) {
    const steps = ['operations', at] as const
    if (seen.has(operation.id))
      refuse('manifest-duplicate', [...steps, 'id'], 'is the id of another operation too')
    seen.add(operation.id)
    checkSchemas(operation, at, schemas, refuse)
    checkRequest(manifest.kind, operation, at, refuse)
    checkExamples(operation, at, refuse)
    if (operation.effect === 'destructive' && operation.confirm === 'never') {
      const message = 'destroys something and never asks: leave confirm out, or set it to always'
      refuse('effect-unconfirmed', [...steps, 'confirm'], message)
    }
  }
}

function checkSchemas(operation: Operation, at: number, schemas: Schemas, refuse: Refuse): void {
  for (const part of ['input', 'output'] as const) {
    const schema = operation[part]
    if (schema === undefined || Object.keys(schema).length === 0) continue
    const steps = ['operations', at, part] as const
    const compiled = schemas.compile(schema)
    if (typeof compiled === 'string') {
      refuse(compiled.includes('pattern') ? 'manifest-pattern' : 'manifest-schema', steps, compiled)
    } else if (part === 'input' && schema['type'] !== 'object') {
      refuse(
        'manifest-schema',
        steps,
        'must describe an object: set `type: object`, or write properties alone',
      )
    }
  }
}

function checkRequest(kind: SkillManifest['kind'], operation: Operation, at: number, refuse: Refuse): void {
  const { request, response } = operation
  const steps = ['operations', at] as const
  if (kind !== 'http') {
    for (const part of ['request', 'response'] as const) {
      if (operation[part] === undefined || (part === 'response' && kind === 'openapi')) continue
      refuse(
        'manifest-request',
        [...steps, part],
        `stands in skills of kind http only, and this one is ${kind}`,
        { of: 'key' },
      )
    }
  }
  for (const path of typeof response === 'object' ? Object.values(response) : [response]) {
    if (path === undefined) continue
    const wrong = isPath(path)
    if (wrong !== null) refuse('manifest-template', [...steps, 'response'], wrong)
  }
  if (kind !== 'http') return undefined
  if (typeof request !== 'object') {
    return refuse('manifest-request', steps, 'needs `request`, as in GET /orders/{id}')
  }
  const known = propertiesOf(operation.input)
  const isOpen = operation.input['additionalProperties'] !== false
  for (const name of namesIn([request.path, request.query, request.headers, request.body, request.form])) {
    const first = name.split('.')[0] ?? name
    if (known.includes(first) || (isOpen && known.length === 0)) continue
    refuse('manifest-template', [...steps, 'request'], `{${name}} is no property of the input`, {
      suggestion: nearest(first, known),
    })
  }
  for (const name of Object.keys(request.headers ?? {})) {
    if (!FORBIDDEN_HEADERS.test(name)) continue
    const message = 'is a header that the broker alone sets: name the secret in `auth` instead'
    refuse('manifest-request', [...steps, 'request', 'headers', name], message, { of: 'key' })
  }
  const { method } = request
  if ((method === 'GET' || method === 'HEAD') && operation.effect !== 'read') {
    refuse('effect-read', [...steps, 'effect'], `must be read, because the request is ${method}`)
  }
  if (request.body !== undefined && request.form !== undefined) {
    refuse(
      'manifest-request',
      [...steps, 'request', 'form'],
      'stands in place of a body: write one of them',
      { of: 'key' },
    )
  }
  if (method === 'GET' || method === 'HEAD') {
    for (const part of ['body', 'form'] as const) {
      if (request[part] === undefined) continue
      refuse('manifest-request', [...steps, 'request', part], `${method} has no body`, { of: 'key' })
    }
  } else if (operation.effect === 'read' && method !== 'POST') {
    refuse(
      'effect-read',
      [...steps, 'effect'],
      `is read, but ${method} changes something: set write or destructive`,
    )
  }
  return undefined
}

function checkExamples({ examples, input }: Operation, at: number, refuse: Refuse): void {
  const known = propertiesOf(input)
  if (Object.keys(input).length === 0) return
  for (const language of ['en', 'zh'] as const) {
    for (const [index, example] of examples[language].entries()) {
      for (const [, name = ''] of example.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)) {
        if (known.includes(name)) continue
        refuse(
          'manifest-template',
          ['operations', at, 'examples', language, index],
          'names a value that the input does not have',
          {
            suggestion: nearest(name, known),
          },
        )
      }
    }
  }
}
