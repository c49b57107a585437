import { hash } from 'node:crypto'
import type { ChatRequest } from '@freehold/contract/chat.ts'
import { chatRequest } from '@freehold/contract/chat.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { Fault } from '../kernel/fault.ts'
import { parseInput, parseJson } from '../kernel/input.ts'
import type { Departing } from '../privacy/mask/desensitiser.ts'
import { opaqueJson } from '../privacy/opaque.ts'
import type { Asked, Dialled, OutsideAttempt } from './asked.ts'
import { addTrace, conversationOf, UNSAID_OUTPUT } from './asked.ts'
import type { Demand, Sameness } from './cache/sameness.ts'
import { demandOf, isRepeatable } from './cache/sameness.ts'
import { conversationStart, numberOf } from './balance/conversation-start.ts'
import { declaredClass } from './classify.ts'
import { beginningOf } from './conversation-lot.ts'
import type { Exchange } from './exchange.ts'
import { editMembers } from './json-edit.ts'
import type { ModelFields, ModelOperation } from './model-operations.ts'
import type { Ask } from './routing/routing.ts'
import { maxTokensFieldOf } from './routing/rule.ts'
import type { Translation, TranslationOptions } from './translation/translation.ts'
import { asksForUsage, askingForUsage, CHAT_WITHOUT_USAGE } from './stream-usage.ts'
import { translate } from './translation/translation.ts'

/** The target's fault, or one that another target may not have: the same request may be tried there. */
const REPEATED = new Set([401, 403, 404, 408, 429])

/** A hash of more would hold up everybody else. */
const MOST_COMPARED_BYTES = 1024 * 1024
/** Fields with which a request lets a model act, or work on after the answer. */
const TOOLS = ['tools', 'functions', 'mcp_servers', 'background']

/** A request for a model. */
export class ModelAsked implements Asked {
  readonly operation: ModelOperation
  readonly declared: DataClass | null
  readonly conversation: string | null
  readonly previous: string | null
  readonly model: string
  readonly mostTokens: number | null
  readonly answers: number
  readonly streams: boolean
  readonly mayHedge: boolean
  readonly #body: Buffer
  readonly #isOurs: boolean
  readonly #isRepeatable: boolean
  readonly #headers: Exchange['headers']
  readonly #trace: Exchange['trace']
  #opaque: string | null | undefined
  #digest: string | undefined
  #beginning: string | undefined

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
    this.streams = fields['stream'] === true
    this.mayHedge = !TOOLS.some((name) => name in fields)
    this.previous = previousOf(fields)
    this.#isRepeatable = isRepeatable(operation, fields)
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

  outputOver(most: number): string | null {
    return outputOver(this.operation, this.fields, most)
  }

  beginning(): string {
    return (this.#beginning ??= beginningOf(this.fields))
  }

  start(): number | null {
    if (this.operation.format === null) return null
    return this.conversation === null ? conversationStart(this.#body) : numberOf(this.conversation)
  }

  ask(dataClass: DataClass): Ask {
    const { dialect, local, api } = this.operation
    return { kind: 'model', model: this.model, dialect, local, portable: api !== null, class: dataClass }
  }

  dial(attempt: OutsideAttempt, { pathname }: URL, isCharged: boolean): Dialled {
    // Without a word about it a target may compress its answer, which is read here.
    const headers = [
      'content-type',
      'application/json',
      'accept-encoding',
      'identity',
      'user-agent',
      'freehold',
    ]
    const translation = this.#translationFor(attempt)
    if (translation === null) {
      for (const name of this.operation.headers) {
        const value = this.#headers[name]
        if (typeof value === 'string') headers.push(name, value)
      }
    } else if (isAnthropic(attempt)) headers.push('anthropic-version', ANTHROPIC_VERSION)
    const mustSay = isCharged && translation === null && this.#leavesUsageOut(attempt)
    addTrace(headers, this.#trace?.callHeader(attempt.target.name) ?? this.#headers.traceparent, attempt)
    return {
      // Both APIs lie under /v1; an address without a path means the API's own place.
      path: `${pathname === '/' ? '/v1' : withoutSlash(pathname)}${(translation ?? this.operation).path}`,
      method: 'POST',
      headers,
      body: translation?.body ?? this.#bodyFor(attempt.model, mustSay),
      shape: translation?.api ?? this.operation.api ?? 'embeddings',
      format: mustSay ? CHAT_WITHOUT_USAGE : (translation?.format ?? this.operation.format ?? NO_STREAM),
      translation,
    }
  }

  /** For the engine of the program, which speaks chat completions. @throws Fault `invalid` */
  local(): { readonly request: ChatRequest; readonly translation: Translation | null } {
    const { api } = this.operation
    const translation =
      api === null || api === 'chat'
        ? null
        : this.#translate({
            from: api,
            to: 'chat',
            model: this.model,
            maxTokens: UNSAID_OUTPUT,
            maxTokensField: 'max_tokens',
          })
    const fields = translation === null ? this.fields : parseJson(translation.body)
    const { freehold } = this.fields
    return { request: parseInput(chatRequest, { ...Object(fields), freehold }), translation }
  }

  departing(): Departing {
    const shape = this.operation.api ?? 'embeddings'
    const digest = (this.#digest ??= hash('sha256', this.#body, 'base64url'))
    return { path: '', body: this.#body, shape, contentType: undefined, headers: [], isOpaque: false, digest }
  }

  opaque(): string | null {
    if (this.#opaque === undefined) {
      const json = parseJson(this.#body)
      this.#opaque = opaqueJson(this.#body, json)
      // Whoever asks for the one asks for the other next, and a long body takes milliseconds to be parsed.
      if (this.conversation === null) this.#beginning ??= beginningOf(parseInput(this.operation.schema, json))
    }
    return this.#opaque
  }

  /**
   * What its answer depends on; null where no earlier answer may serve, or where to tell would take too long.
   * @param handed names of the headers that targets get besides the usual ones
   */
  sameness(handed: readonly string[]): Sameness | null {
    if (!this.#isRepeatable || this.#body.length > MOST_COMPARED_BYTES) return null
    const { path, headers } = this.operation
    return {
      operation: path,
      headers: [...headers, ...handed].map((name) => {
        const value = this.#headers[name]
        return typeof value === 'string' ? value : null
      }),
      conversation: this.conversation,
      body: this.#body,
    }
  }

  /** What the client says about kept answers. */
  get demand(): Demand {
    return demandOf(this.#headers['cache-control'])
  }

  mayRepeat({ status }: { readonly status: number | null }): boolean {
    return status === null || status >= 500 || REPEATED.has(status)
  }

  /** Null where the target speaks the client's API. */
  #translationFor({ target: { definition, maxOutput }, model }: OutsideAttempt): Translation | null {
    const { api, dialect } = this.operation
    if (api === null || definition.kind !== 'model') return null
    const isSpoken =
      definition.dialect === dialect && !(api === 'responses' && definition.responses === 'translated')
    if (isSpoken) return null
    return this.#translate({
      from: api,
      to: definition.dialect === 'anthropic' ? 'messages' : 'chat',
      model: model ?? this.model,
      maxTokens: maxOutput ?? UNSAID_OUTPUT,
      maxTokensField: maxTokensFieldOf(definition),
    })
  }

  #translate(options: Omit<TranslationOptions, 'nowS' | 'leftOut'>): Translation {
    return translate(this.#body, {
      ...options,
      nowS: Math.floor(Date.now() / 1000),
      leftOut: BETAS.filter((name) => this.#headers[name] !== undefined),
    })
  }

  /** The target would not say what a stream took: unlike the others, this API must be asked for it. */
  #leavesUsageOut({ target: { definition } }: OutsideAttempt): boolean {
    if (!this.streams || this.operation.api !== 'chat') return false
    if (definition.kind === 'model' && definition.streamUsage === false) return false
    return !asksForUsage(this.fields)
  }

  /** The bytes as they came, but for the target's own name of the model and for what is meant for us alone. */
  #bodyFor(model: string | null, mustSay: boolean): Buffer {
    const isRenamed = model !== null && model !== this.model
    const body = mustSay ? askingForUsage(this.#body, this.fields) : this.#body
    if (!isRenamed && !this.#isOurs) return body
    return editMembers(body, {
      ...(isRenamed && { model: JSON.stringify(model) }),
      ...(this.#isOurs && { freehold: null }),
    })
  }
}

/** The version of the API that translated requests are written in. */
const ANTHROPIC_VERSION = '2023-06-01'
/** Switches of the client's API that no other one has. */
const BETAS = ['anthropic-beta', 'openai-beta']
const isAnthropic = ({ target: { definition } }: OutsideAttempt): boolean =>
  definition.kind === 'model' && definition.dialect === 'anthropic'

const withoutSlash = (path: string): string => (path.endsWith('/') ? path.slice(0, -1) : path)

/** Answers are collected, so that what they cost can be read. */
const NO_STREAM = { marks: [], read: () => {}, errorOf: () => null }

const count = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null

/** Targets differ in which of the fields they heed, so that the largest counts; without such a field nothing is written. */
function mostTokens({ most }: ModelOperation, fields: ModelFields): number | null {
  if (most.length === 0) return 0
  const said = most.flatMap((name) => count(fields[name]) ?? [])
  return said.length === 0 ? null : Math.max(...said)
}

/** Whatever a target would make of it: each of the fields counts, and what is no number is not within any bound. */
function outputOver({ most: names }: ModelOperation, fields: ModelFields, most: number): string | null {
  const [first] = names
  if (first === undefined) return null
  const isSaid = (name: string): boolean => fields[name] !== undefined && fields[name] !== null
  const answers = isSaid('n') ? count(fields['n']) : 1
  if (answers === null) return 'n'
  const said = names.filter(isSaid)
  if (said.length === 0) return first
  const isOver = (name: string): boolean => {
    const each = count(fields[name])
    return each === null || each * Math.max(answers, 1) > most
  }
  return said.find(isOver) ?? null
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
  const reference = Array.isArray(input) ? input.findIndex(isReference) : -1
  if (reference >= 0) {
    const param = `input[${reference}]`
    throw new Fault(
      'invalid',
      `${param}: items cannot be referred to by id here; send them (clients do with store: false), or use previous_response_id.`,
      { param },
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
