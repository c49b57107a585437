import type { DataClass } from '@freehold/contract/data-class.ts'
import { Fault } from '../kernel/fault.ts'
import { parseInput, parseJson } from '../kernel/input.ts'
import { opaqueContent } from '../privacy/opaque.ts'
import type { Asked, Dialled, OutsideAttempt } from './asked.ts'
import { addTrace, conversationOf } from './asked.ts'
import { declaredClass } from './classify.ts'
import type { Exchange } from './exchange.ts'
import { editMembers } from './json-edit.ts'
import type { ModelFields, ModelOperation } from './model-operations.ts'
import type { Ask } from './routing/routing.ts'

/** The target's fault, or one that another target may not have: the same request may be tried there. */
const REPEATED = new Set([401, 403, 404, 408, 429])

/** A request for a model. */
export class ModelAsked implements Asked {
  readonly operation: ModelOperation
  readonly fields: ModelFields
  readonly declared: DataClass | null
  readonly conversation: string | null
  readonly previous: string | null
  readonly model: string
  readonly mostTokens: number | null
  readonly #body: Buffer
  readonly #headers: Exchange['headers']
  #opaque: string | null | undefined

  constructor(operation: ModelOperation, exchange: Pick<Exchange, 'headers'>, body: Buffer) {
    this.operation = operation
    this.#headers = exchange.headers
    this.declared = declaredClass(exchange.headers['x-freehold-class'])
    this.conversation = conversationOf(exchange.headers['x-freehold-conversation'])
    this.fields = parseInput(operation.schema, parseJson(body))
    this.model = this.fields.model
    this.#body = body
    this.mostTokens = mostTokens(operation, this.fields)
    this.previous = previousOf(this.fields)
  }

  get bytes(): number {
    return this.#body.length
  }

  ask(dataClass: DataClass): Ask {
    const { dialect, local } = this.operation
    return { kind: 'model', model: this.model, dialect, local, class: dataClass }
  }

  dial(attempt: OutsideAttempt, { pathname }: URL): Dialled {
    const headers = ['content-type', 'application/json', 'user-agent', 'freehold']
    for (const name of this.operation.headers) {
      const value = this.#headers[name]
      if (typeof value === 'string') headers.push(name, value)
    }
    addTrace(headers, this.#headers.traceparent, attempt)
    return {
      // Both APIs lie under /v1; an address without a path means the API's own place.
      path: `${pathname === '/' ? '/v1' : withoutSlash(pathname)}${this.operation.path}`,
      method: 'POST',
      headers,
      body: this.#bodyFor(attempt.model),
      format: this.operation.format ?? NO_STREAM,
    }
  }

  opaque(): string | null {
    return (this.#opaque ??= opaqueContent(this.fields))
  }

  mayRepeat({ status }: { readonly status: number | null }): boolean {
    return status === null || status >= 500 || REPEATED.has(status)
  }

  /** The bytes as they came, but for the target's own name of the model and for what is meant for us alone. */
  #bodyFor(model: string | null): Buffer {
    const isRenamed = model !== null && model !== this.model
    const isOurs = this.fields['freehold'] !== undefined
    if (!isRenamed && !isOurs) return this.#body
    return editMembers(this.#body, {
      ...(isRenamed && { model: JSON.stringify(model) }),
      ...(isOurs && { freehold: null }),
    })
  }
}

const withoutSlash = (path: string): string => (path.endsWith('/') ? path.slice(0, -1) : path)

/** Answers are collected, so that what they cost can be read. */
const NO_STREAM = { marks: [], read: () => {}, errorOf: () => null }

function mostTokens({ most }: ModelOperation, fields: ModelFields): number | null {
  for (const name of most) {
    const value = fields[name]
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  }
  return null
}

/** What lies at the target under an id of its own can only be continued by whoever began it here. */
function previousOf(fields: ModelFields): string | null {
  if (fields['conversation'] !== undefined && fields['conversation'] !== null) {
    throw new Fault(
      'invalid',
      'conversation: conversations kept at the target cannot be continued here; use previous_response_id.',
      { param: 'conversation' },
    )
  }
  const { input } = fields
  if (Array.isArray(input) && input.some(isReference)) {
    throw new Fault(
      'invalid',
      'input: items cannot be referred to by id here; send them, or use previous_response_id.',
      {
        param: 'input',
      },
    )
  }
  const id = fields['previous_response_id']
  return typeof id === 'string' ? id : null
}

const isReference = (item: unknown): boolean =>
  typeof item === 'object' && item !== null && 'type' in item && item.type === 'item_reference'
