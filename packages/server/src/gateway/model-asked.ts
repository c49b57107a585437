import type { DataClass } from '@freehold/contract/data-class.ts'
import { Fault } from '../kernel/fault.ts'
import { parseInput, parseJson } from '../kernel/input.ts'
import { opaqueJson } from '../privacy/opaque.ts'
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
  readonly declared: DataClass | null
  readonly conversation: string | null
  readonly previous: string | null
  readonly model: string
  readonly mostTokens: number | null
  readonly answers: number
  readonly #body: Buffer
  readonly #isOurs: boolean
  readonly #headers: Exchange['headers']
  readonly #trace: Exchange['trace']
  #opaque: string | null | undefined

  constructor(
    operation: ModelOperation,
    exchange: Pick<Exchange, 'headers'> & Partial<Pick<Exchange, 'trace'>>,
    body: Buffer,
  ) {
    this.operation = operation
    this.#headers = exchange.headers
    this.#trace = exchange.trace ?? null
    this.declared = declaredClass(exchange.headers['x-freehold-class'])
    this.conversation = conversationOf(exchange.headers['x-freehold-conversation'])
    this.#body = body
    const { fields } = this
    this.model = fields.model
    this.#isOurs = fields['freehold'] !== undefined
    this.mostTokens = mostTokens(operation, fields)
    this.answers = Math.max(count(fields['n']) ?? 1, 1)
    this.previous = previousOf(fields)
  }

  /** Parsed at each call and not kept: what lives as long as a request costs the garbage collector more than a parse. */
  get fields(): ModelFields {
    return parseInput(this.operation.schema, parseJson(this.#body))
  }

  get continued(): boolean {
    return this.operation.continued
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
    addTrace(headers, this.#trace?.callHeader() ?? this.#headers.traceparent, attempt)
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
    if (this.#opaque === undefined) this.#opaque = opaqueJson(this.#body)
    return this.#opaque
  }

  mayRepeat({ status }: { readonly status: number | null }): boolean {
    return status === null || status >= 500 || REPEATED.has(status)
  }

  /** The bytes as they came, but for the target's own name of the model and for what is meant for us alone. */
  #bodyFor(model: string | null): Buffer {
    const isRenamed = model !== null && model !== this.model
    if (!isRenamed && !this.#isOurs) return this.#body
    return editMembers(this.#body, {
      ...(isRenamed && { model: JSON.stringify(model) }),
      ...(this.#isOurs && { freehold: null }),
    })
  }
}

const withoutSlash = (path: string): string => (path.endsWith('/') ? path.slice(0, -1) : path)

/** Answers are collected, so that what they cost can be read. */
const NO_STREAM = { marks: [], read: () => {}, errorOf: () => null }

const count = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null

function mostTokens({ most }: ModelOperation, fields: ModelFields): number | null {
  for (const name of most) {
    const value = count(fields[name])
    if (value !== null) return value
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

/** The API lets the type of a reference be left out, and that of a message too; only messages have a role. */
function isReference(item: unknown): boolean {
  if (typeof item !== 'object' || item === null) return false
  const type = 'type' in item ? item.type : null
  return type === 'item_reference' || ((type === null || type === undefined) && !('role' in item))
}
