import type { OpenApiRemark } from '@freehold/contract/openapi-remarks.ts'
import { openApiRemark } from '@freehold/contract/openapi-remarks.ts'
import { Fault } from '../../kernel/fault.ts'
import { parsePlainYaml } from '../manifest/plain-yaml.ts'

export type Json = Readonly<Record<string, unknown>>

const MOST_CHARACTERS = 4 * 1024 * 1024
const MOST_HOPS = 16
const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete'] as const
export type OpenApiMethod = (typeof METHODS)[number]

/** An operation as the document has it, with what its path says for all of them. */
export interface DocumentOperation {
  readonly id: string
  readonly method: OpenApiMethod
  readonly path: string
  readonly operation: Json
  readonly parameters: readonly Json[]
  /** Where it is, if it is elsewhere than the rest: `elsewhere` where that has no absolute address. */
  readonly server: string | null
}

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** An OpenAPI document, 3.0 to 3.2, with its references within itself; nothing outside is ever looked at. */
export class OpenApiDocument {
  readonly root: Json
  readonly #operations: ReadonlyMap<string, DocumentOperation>

  private constructor(root: Json) {
    this.root = root
    this.#operations = new Map(this.#listed().map((one) => [one.id, one]))
  }

  /** @throws Fault `invalid` */
  static read(text: string, name: string, mostCharacters = MOST_CHARACTERS): OpenApiDocument {
    const root = parsePlainYaml(text, name, mostCharacters)
    if (!isJson(root)) throw refused(openApiRemark('no_document', { file: name }), name)
    const version = root['openapi']
    if (typeof version !== 'string' || !/^3\.[0-2]\.\d+$/.test(version)) {
      throw refused(openApiRemark('other_version', { file: name }), name)
    }
    return new OpenApiDocument(root)
  }

  get ids(): readonly string[] {
    return [...this.#operations.keys()]
  }

  operation(id: string): DocumentOperation | null {
    return this.#operations.get(id) ?? null
  }

  /** The base URL of the first server with its variables at their defaults; null where it is none by itself. */
  get baseUrl(): string | null {
    return addressOf(listOf(this.root['servers'])[0])
  }

  /** What stands behind references. @throws Fault `invalid` for one that leads out of the document, nowhere or in circles */
  resolved(value: unknown): unknown {
    let found = value
    for (let hop = 0; isJson(found) && typeof found['$ref'] === 'string'; hop += 1) {
      if (hop === MOST_HOPS) throw refused(openApiRemark('reference_circles'), '$ref')
      found = this.at(found['$ref'])
    }
    return found
  }

  /** @throws Fault `invalid` */
  at(reference: string): unknown {
    if (!reference.startsWith('#/')) {
      throw refused(openApiRemark('reference_out'), '$ref')
    }
    let value: unknown = this.root
    for (const step of reference.slice(2).split('/')) {
      const name = decoded(step).replaceAll('~1', '/').replaceAll('~0', '~')
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
        throw refused(openApiRemark('reference_nowhere'), '$ref')
      }
      // An own property of what a parser made.
      value = (value as Json)[name]
    }
    return value
  }

  #listed(): readonly DocumentOperation[] {
    const paths = isJson(this.root['paths']) ? this.root['paths'] : {}
    return Object.entries(paths).flatMap(([path, written]) => {
      const item = this.resolved(written)
      if (!isJson(item) || !path.startsWith('/')) return []
      return METHODS.flatMap((method) => {
        const operation = item[method]
        if (!isJson(operation)) return []
        const named = operation['operationId']
        const id = typeof named === 'string' && named !== '' ? named : `${method} ${path}`
        const parameters = this.#parameters(item['parameters'], operation['parameters'])
        const [own] = listOf(operation['servers'] ?? item['servers'])
        const isOwn = own !== undefined && urlOf(own) !== urlOf(listOf(this.root['servers'])[0])
        const server = isOwn ? (addressOf(own) ?? 'elsewhere') : null
        return [{ id, method, path, operation, parameters, server }]
      })
    })
  }

  /** Those of the operation stand instead of those of the path with the same name and place. */
  #parameters(...lists: readonly unknown[]): readonly Json[] {
    const found = new Map<string, Json>()
    for (const one of lists.flatMap(listOf)) {
      const parameter = this.resolved(one)
      if (isJson(parameter)) found.set(`${String(parameter['in'])} ${String(parameter['name'])}`, parameter)
    }
    return [...found.values()]
  }
}

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const urlOf = (server: unknown): unknown => (isJson(server) ? server['url'] : undefined)

/** The address of a server with its variables at their defaults; null where it is none by itself. */
function addressOf(server: unknown): string | null {
  if (!isJson(server) || typeof server['url'] !== 'string') return null
  const variables = isJson(server['variables']) ? server['variables'] : {}
  const url = server['url'].replaceAll(/\{([^}]*)\}/g, (whole, name: string) => {
    const variable = Object.hasOwn(variables, name) ? variables[name] : undefined
    return isJson(variable) && typeof variable['default'] === 'string' ? variable['default'] : whole
  })
  return /^https?:\/\/[^{}\s]+$/.test(url) && URL.canParse(url) ? url.replace(/\/$/, '') : null
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step)
  } catch {
    return step
  }
}

/** A refusal by its code. */
export const refused = (remark: OpenApiRemark, param: string): Fault =>
  new Fault('invalid', remark.message, { param, remark })
