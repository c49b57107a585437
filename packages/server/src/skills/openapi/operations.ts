import type { OpenApiRemark } from '@freehold/contract/openapi-remarks.ts'
import { openApiRemark } from '@freehold/contract/openapi-remarks.ts'
import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import { operationId } from '@freehold/contract/skill-operation.ts'
import type { RequestMapping } from '@freehold/contract/skill-operation.ts'
import { httpMethod } from '@freehold/contract/skill-permissions.ts'
import { nearest } from '../../kernel/config/nearest.ts'
import { Fault } from '../../kernel/fault.ts'
import { FORBIDDEN_HEADERS } from '../broker/headers.ts'
import type { DocumentOperation, Json } from './document.ts'
import { isJson, OpenApiDocument, refused } from './document.ts'
import { SchemaReader } from './schema.ts'

/** An operation of a document as this platform runs it, before a manifest adds to it. */
export interface ImportedOperation {
  /** Of the document. */
  readonly from: string
  readonly id: string
  readonly title: string | undefined
  readonly description: string
  readonly input: Json
  readonly request: RequestMapping
  /** Whether the document asks for a proof of who calls. */
  readonly isSecured: boolean
}

type OpenApiManifest = Extract<SkillManifest, { kind: 'openapi' }>

/** Of bytes that are looked at again: reading takes as long as all the rest. */
const READ = new WeakMap<Buffer, OpenApiDocument>()

/** The document of a skill. @throws Fault `invalid` */
export function documentOf(
  { openapi }: OpenApiManifest,
  files: ReadonlyMap<string, Buffer>,
): OpenApiDocument {
  const name = openapi.source.replace(/^\.\//, '')
  const bytes = files.get(name)
  if (bytes === undefined)
    throw new Fault('invalid', `${name} is not in the folder of the skill.`, { param: 'openapi.source' })
  const known = READ.get(bytes)
  if (known !== undefined) return known
  const document = OpenApiDocument.read(bytes.toString(), name)
  READ.set(bytes, document)
  return document
}

/** The base URL of a skill. @throws Fault `invalid` where neither manifest nor document has one */
export function baseUrlOf({ openapi }: OpenApiManifest, document: OpenApiDocument): string {
  const url = openapi.baseUrl ?? document.baseUrl
  if (url !== null) return url
  throw new Fault('invalid', 'The document names no server with an absolute address: set openapi.baseUrl.', {
    param: 'openapi.baseUrl',
  })
}

/** `getOrderById` becomes `get_order_by_id`. */
export function operationIdOf(from: string): string {
  const words = from
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[_0-9]+|_+$/g, '')
  return words.slice(0, 48).replace(/_+$/, '') || 'operation'
}

interface As {
  /** Its id here. */
  readonly rename?: string | undefined
  /** Where the service is, where that is not as the document says. */
  readonly baseUrl?: string | undefined
}

/** @throws Fault `invalid` naming the operation and what of it has no counterpart here */
export function importOperation(
  document: OpenApiDocument,
  from: string,
  { rename, baseUrl }: As = {},
): ImportedOperation {
  const found = document.operation(from)
  if (found === null) {
    const near = nearest(from, document.ids)
    if (near === undefined) throw untaken(openApiRemark('not_there', { operation: short(from) }))
    throw untaken(openApiRemark('not_there_near', { operation: short(from), near }))
  }
  // All operations of a skill have one address: sent there, this one would reach somebody else.
  if (found.server !== null && found.server !== (baseUrl ?? document.baseUrl)?.replace(/\/$/, ''))
    throw untaken(openApiRemark('other_server', { operation: short(from), server: found.server }))
  const id = operationId.safeParse(rename ?? operationIdOf(from))
  if (!id.success) throw untaken(openApiRemark('no_name', { operation: short(from) }))
  const gathering = new Gathering(document, found)
  const { input, request } = gathering.whole()
  const { summary, description } = found.operation
  const text = [description, summary, `${found.method.toUpperCase()} ${found.path}`].find(
    (one) => typeof one === 'string' && one.trim() !== '',
  )
  return {
    from,
    id: id.data,
    title: typeof summary === 'string' && summary.trim() !== '' ? summary.trim().slice(0, 80) : undefined,
    description: String(text).trim().replaceAll(/\s+/g, ' ').slice(0, 1024),
    input,
    request,
    isSecured: isSecured(document, found.operation),
  }
}

function isSecured({ root }: OpenApiDocument, { security }: Json): boolean {
  const asked = security ?? root['security']
  return (
    Array.isArray(asked) &&
    asked.length > 0 &&
    asked.every((one) => isJson(one) && Object.keys(one).length > 0)
  )
}

const short = (id: string): string => id.slice(0, 120)

const untaken = (remark: OpenApiRemark): Fault => refused(remark, 'openapi.include')

/** Whether a parameter is written as templates write it: a word, or in the query the same name several times. */
function isUnderstood({ in: place, style, explode }: Json, schema: unknown): boolean {
  const type = isJson(schema) ? schema['type'] : undefined
  const usual = place === 'query' ? 'form' : 'simple'
  if (style !== undefined && style !== usual) return false
  return type === 'array' ? place === 'query' && explode !== false : type !== 'object'
}

/** Headers that say what the rest of the request says already (OpenAPI 3.1, parameter object). */
const SAID_ELSEWHERE = /^(?:accept|content-type|authorization)$/i
const BODY_TYPE = /^application\/(?:[\w.+-]+\+)?json\b/i
const FORM_TYPE = /^application\/x-www-form-urlencoded\b/i

/** Puts parameters and body of one operation together as the properties of one object. */
class Gathering {
  readonly #document: OpenApiDocument
  readonly #found: DocumentOperation
  readonly #schemas: SchemaReader
  readonly #properties = new Map<string, Json>()
  readonly #required: string[] = []
  readonly #query: Record<string, string> = {}
  readonly #headers: Record<string, string> = {}
  #path: string

  constructor(document: OpenApiDocument, found: DocumentOperation) {
    this.#document = document
    this.#found = found
    this.#schemas = new SchemaReader(document)
    this.#path = found.path
  }

  whole(): Pick<ImportedOperation, 'input' | 'request'> {
    for (const parameter of this.#found.parameters) this.#parameter(parameter)
    // A value of the path that nobody described is a text all the same.
    for (const [place, name = ''] of this.#found.path.matchAll(/\{([^{}/]*)\}/g)) {
      const isDescribed = this.#found.parameters.some((one) => one['in'] === 'path' && one['name'] === name)
      if (!isDescribed)
        this.#path = this.#path.replace(place, `{${this.#add(name, { type: 'string' }, true)}}`)
    }
    // What follows these is not sent, or not as a path: documents tell operations of one path apart by it.
    if (/[?#\s]/.test(this.#path))
      throw untaken(openApiRemark('path_letters', { operation: this.#operation }))
    if (/[{}]/.test(this.#path.replaceAll(/\{[\w-]+\}/g, '')))
      throw untaken(openApiRemark('path_unreadable', { operation: this.#operation }))
    const body = this.#body()
    const left = /\{([^}]*)\}/g.exec(this.#path.replaceAll(/\{[\w-]+\}/g, ''))
    if (left !== null) throw untaken(openApiRemark('path_open', { operation: this.#operation }))
    for (const [, name = ''] of this.#path.matchAll(/\{([^}]*)\}/g)) {
      if (!this.#properties.has(name))
        throw untaken(openApiRemark('path_open', { operation: this.#operation }))
    }
    const request = {
      method: httpMethod.parse(this.#found.method.toUpperCase()),
      path: this.#path,
      ...(Object.keys(this.#query).length > 0 && { query: this.#query }),
      ...(Object.keys(this.#headers).length > 0 && { headers: this.#headers }),
      ...body,
    }
    const input = {
      type: 'object',
      properties: Object.fromEntries(this.#properties),
      ...(this.#required.length > 0 && { required: this.#required }),
      additionalProperties: false,
      ...this.#schemas.definitions,
    }
    return { input, request }
  }

  #parameter(parameter: Json): void {
    const { name, in: place, required, schema, description } = parameter
    if (typeof name !== 'string')
      throw untaken(openApiRemark('parameter_nameless', { operation: this.#operation }))
    const isRequired = required === true || place === 'path'
    if (
      place === 'cookie' ||
      (place === 'header' && FORBIDDEN_HEADERS.test(name) && !SAID_ELSEWHERE.test(name))
    ) {
      if (isRequired)
        throw untaken(openApiRemark('parameter_unset', { operation: this.#operation, place, name }))
      return
    }
    if (place === 'header' && SAID_ELSEWHERE.test(name)) return
    if (place !== 'path' && place !== 'query' && place !== 'header') {
      if (!isRequired) return
      throw untaken(openApiRemark('parameter_place', { operation: this.#operation, name }))
    }
    if (schema === undefined)
      throw untaken(openApiRemark('parameter_form', { operation: this.#operation, name }))
    if (!isUnderstood(parameter, this.#document.resolved(schema))) {
      if (!isRequired) return
      throw untaken(openApiRemark('parameter_style', { operation: this.#operation, name }))
    }
    const read = this.#schemas.read(schema)
    const described =
      typeof description === 'string' && !('$ref' in read) && read['description'] === undefined
    const property = this.#add(name, described ? { ...read, description } : read, isRequired)
    if (place === 'path') this.#path = this.#path.replaceAll(`{${name}}`, `{${property}}`)
    else if (place === 'query') this.#query[name] = `{${property}}`
    else this.#headers[name] = `{${property}}`
  }

  /** The properties of the body stand beside the parameters where they can; otherwise JSON is one property. */
  #body(): Pick<RequestMapping, 'body' | 'form'> {
    const body = this.#document.resolved(this.#found.operation['requestBody'])
    if (!isJson(body) || !isJson(body['content'])) return {}
    const types = Object.keys(body['content'])
    const type = types.find((one) => BODY_TYPE.test(one)) ?? types.find((one) => FORM_TYPE.test(one))
    if (type === undefined && body['required'] === true)
      throw untaken(openApiRemark('body_kind', { operation: this.#operation }))
    if (type === undefined || this.#found.method === 'get' || this.#found.method === 'head') return {}
    const media = body['content'][type]
    const written = isJson(media) ? media['schema'] : undefined
    const isRequired = body['required'] === true
    const fields = this.#flat(this.#document.resolved(written), isRequired)
    if (FORM_TYPE.test(type)) {
      if (fields === null) throw untaken(openApiRemark('form_open', { operation: this.#operation }))
      return { form: fields }
    }
    return { body: fields ?? `{${this.#add('body', this.#schemas.read(written), isRequired)}}` }
  }

  /** Null where it is no plain object, or where a name of it is taken. */
  #flat(schema: unknown, isBodyRequired: boolean): Record<string, string> | null {
    if (!isJson(schema) || !isJson(schema['properties']) || isJson(schema['additionalProperties']))
      return null
    const properties = Object.entries(schema['properties'])
    const isPlain =
      !['allOf', 'anyOf', 'oneOf', 'nullable', 'patternProperties'].some((word) => word in schema) &&
      properties.every(([name]) => /^[A-Za-z_][\w-]*$/.test(name) && !this.#properties.has(name))
    if (!isPlain) return null
    const required = Array.isArray(schema['required']) ? schema['required'] : []
    return Object.fromEntries(
      properties.flatMap(([name, property]) => {
        const read = this.#schemas.read(property)
        if (read['readOnly'] === true) return []
        return [[name, `{${this.#add(name, read, isBodyRequired && required.includes(name))}}`]]
      }),
    )
  }

  #add(name: string, schema: Json, isRequired: boolean): string {
    const plain = name.replaceAll(/[^\w-]+/g, '_').replace(/^(?![A-Za-z_])/, '_')
    let property = plain
    for (let more = 2; this.#properties.has(property); more += 1) property = `${plain}_${more}`
    this.#properties.set(property, schema)
    if (isRequired) this.#required.push(property)
    return property
  }

  get #operation(): string {
    return short(this.#found.id)
  }
}
