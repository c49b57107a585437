import { isIP } from 'node:net'
import type { z } from 'zod'
import type { DraftAuth } from '@freehold/contract/skill-drafts.ts'
import type { HttpMethod, networkPermission, skillAuth } from '@freehold/contract/skill-permissions.ts'
import type { OpenApiRemark } from '@freehold/contract/openapi-remarks.ts'
import { openApiRemark } from '@freehold/contract/openapi-remarks.ts'
import { Fault } from '../../kernel/fault.ts'
import { scopeOf } from '../../kernel/dialler/addresses.ts'
import type { Json } from '../openapi/document.ts'
import { isJson, OpenApiDocument, refused } from '../openapi/document.ts'
import type { ImportedOperation } from '../openapi/operations.ts'
import { importOperation } from '../openapi/operations.ts'
import { reduced } from '../openapi/reduced.ts'
import type { ImportedSkill, ImportFinding } from './imported.ts'
import { lineOf, manifestText, nameOf, versionOf } from './imported.ts'
import { sampleOf } from './samples.ts'
import { spdxOf } from './spdx.ts'

type Find = (rule: ImportFinding['rule'], said: OpenApiRemark | Fault) => void
type Auth = z.input<typeof skillAuth>
type Zone = z.output<typeof networkPermission>['zone']

export interface OpenApiImport {
  /** Of the file, without its folder. */
  readonly file: string
  readonly publisher: string
  /** Operation ids of the document. Without them those that only read. */
  readonly include?: readonly string[] | undefined
  /** In place of the document's first server. */
  readonly baseUrl?: string | undefined
  /** In place of the document's title. */
  readonly name?: string | undefined
  /** Where the server is; without it the name of its host is gone by. */
  readonly zone?: Zone | undefined
  /** In place of the first way to prove who asks that the document names. */
  readonly auth?: DraftAuth | undefined
}

const MOST_OPERATIONS = 50
/** Of a document that describes all of a large service. */
export const MOST_IMPORTED = 64 * 1024 * 1024
/** What is longer is carried along as far as it is needed. */
const MOST_CARRIED = 2 * 1024 * 1024
/** Names that no registrar gives away. */
const INSIDE = /^(?:localhost|[^.]+|.*\.(?:local|localhost|internal|intranet|lan|corp|home|private|test))$/

/** An OpenAPI document as a skill: its operations one by one, its server as the only host. @throws Fault `invalid` */
export function importOpenApi(
  text: string,
  { file, publisher, include, baseUrl, name: wanted, zone, auth: said }: OpenApiImport,
): ImportedSkill {
  const document = OpenApiDocument.read(text, file, MOST_IMPORTED)
  const findings: ImportFinding[] = []
  const find: Find = (rule, said) => {
    const remark = said instanceof Fault ? said.remark : { code: said.code, params: said.params }
    findings.push({ rule, message: said.message, ...(remark && { remark }) })
  }
  const url = baseUrl ?? document.baseUrl
  if (url === null) throw refused(openApiRemark('no_server'), 'baseUrl')
  const operations = chosen(document, { include, baseUrl }, find)
  const info = isJson(document.root['info']) ? document.root['info'] : {}
  const name = wanted ?? nameOf(lineOf(info['title'], 64) ?? file.replace(/\.[^.]*$/, ''))
  const secret = `${name.slice(0, 57).replace(/-$/, '')}-secret`
  const auth = said === undefined ? authOf(document, secret, find) : saidAuth(said, secret)
  const isLarge = text.length > MOST_CARRIED
  const carried = isLarge
    ? JSON.stringify(
        reduced(
          document,
          operations.map(({ from }) => from),
        ),
        null,
        1,
      )
    : text
  const source = isLarge ? file.replace(/(?:\.[^.]*)?$/, '.json') : file
  if (isLarge) find('import-file', openApiRemark('large', { file }))
  const files = new Map([[source, Buffer.from(carried)]])
  const secrets = auth.flatMap((one) => ('secret' in one ? [one.secret] : []))
  const title = lineOf(info['title'], 80) ?? name
  const network = networkOf(url, { operations, auth, zone })
  const manifest = manifestText(
    {
      apiVersion: 'freehold.dev/v1',
      kind: 'openapi',
      metadata: {
        name,
        version: versionOf(info['version']),
        publisher: nameOf(publisher),
        title,
        description: lineOf(info['description'] ?? info['summary'], 1024) ?? title,
        licence: spdxOf(
          lineOf(
            isJson(info['license']) ? (info['license']['identifier'] ?? info['license']['name']) : null,
            64,
          ) ?? 'LicenseRef-Unknown',
        ),
      },
      ...(auth.length > 0 && { auth: [...auth] }),
      permissions: { ...(secrets.length > 0 && { secrets }), network },
      openapi: {
        source,
        include: operations.map(({ from }) => from),
        ...(baseUrl !== undefined && { baseUrl }),
      },
      tests: testsOf(operations),
    },
    files,
  )
  return { name, manifest, files, findings }
}

/** @throws Fault `invalid` for one that was asked for and has no counterpart here */
function chosen(
  document: OpenApiDocument,
  { include, baseUrl }: Pick<OpenApiImport, 'include' | 'baseUrl'>,
  find: Find,
): readonly ImportedOperation[] {
  if (include !== undefined) return include.map((id) => importOperation(document, id, { baseUrl }))
  const reading = document.ids.filter((id) => /^(?:get|head)$/.test(document.operation(id)?.method ?? ''))
  const others = document.ids.length - reading.length
  const taken: ImportedOperation[] = []
  for (const id of reading) {
    if (taken.length === MOST_OPERATIONS) break
    try {
      const one = importOperation(document, id, { baseUrl })
      if (!taken.some((before) => before.id === one.id)) taken.push(one)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      find('import-operation', error)
    }
  }
  if (others > 0) find('import-operation', openApiRemark('changing_left_out', { count: String(others) }))
  if (reading.length > MOST_OPERATIONS)
    find('import-operation', openApiRemark('first_taken', { most: String(MOST_OPERATIONS) }))
  if (taken.length > 0) return taken
  throw refused(openApiRemark('nothing_reads'), 'include')
}

interface Asked {
  readonly operations: readonly ImportedOperation[]
  readonly auth: readonly Auth[]
  readonly zone: Zone | undefined
}

function networkOf(url: string, { operations, auth, zone }: Asked): z.input<typeof networkPermission>[] {
  const base = new URL(url).pathname.replace(/\/$/, '')
  const written = operations.map(({ request }) => base + request.path.replaceAll(/\{[^}]*\}/g, '*'))
  const paths = [...new Set(written)]
  const methods = [...new Set(operations.map(({ request }) => request.method))]
  const tokens = auth.flatMap((one) => (one.type === 'oauth2' ? [new URL(one.tokenUrl)] : []))
  return [
    {
      ...placeAt(new URL(url), methods, paths.length > 64 ? [`${base}/**`] : paths),
      ...(zone !== undefined && { zone }),
    },
    ...tokens.map((token) => placeAt(token, ['POST'], [token.pathname])),
  ]
}

function placeAt(
  { hostname, port, protocol }: URL,
  methods: HttpMethod[],
  paths: string[],
): z.input<typeof networkPermission> {
  const isPlain = protocol === 'http:'
  return {
    host: hostname,
    ports: [Number(port) || (isPlain ? 80 : 443)],
    methods,
    paths,
    zone: isPlain || isPrivate(hostname) ? 'private' : 'managed',
    ...(isPlain && { tls: false }),
  }
}

function isPrivate(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '')
  return isIP(address) === 0 ? INSIDE.test(address) : scopeOf(address) !== 'public'
}

/** The first way to prove who asks that the document knows and the broker can. */
function authOf(document: OpenApiDocument, secret: string, find: Find): readonly Auth[] {
  const components = isJson(document.root['components']) ? document.root['components'] : {}
  const schemes = isJson(components['securitySchemes']) ? Object.values(components['securitySchemes']) : []
  for (const written of schemes) {
    const scheme = document.resolved(written)
    const auth = isJson(scheme) ? authFor(scheme, secret) : null
    if (auth !== null) {
      if (schemes.length > 1)
        find('import-auth', openApiRemark('auth_taken', { count: String(schemes.length), type: auth.type }))
      return [auth]
    }
  }
  if (schemes.length > 0) find('import-auth', openApiRemark('auth_unknown'))
  return []
}

function saidAuth(said: DraftAuth, secret: string): readonly Auth[] {
  if (said.type === 'none') return []
  return [{ ...said, secret }]
}

function authFor({ type, scheme, in: place, name, flows }: Json, secret: string): Auth | null {
  if (type === 'http' && typeof scheme === 'string') {
    if (/^bearer$/i.test(scheme)) return { type: 'bearer', secret }
    return /^basic$/i.test(scheme) ? { type: 'basic', secret } : null
  }
  if (
    type === 'apiKey' &&
    (place === 'header' || place === 'query') &&
    typeof name === 'string' &&
    /^[\w-]{1,64}$/.test(name)
  ) {
    return /^authorization$/i.test(name)
      ? { type: 'bearer', secret }
      : { type: 'apiKey', secret, in: place, name }
  }
  const flow = isJson(flows) && isJson(flows['clientCredentials']) ? flows['clientCredentials'] : null
  if (type !== 'oauth2' || flow === null || typeof flow['tokenUrl'] !== 'string') return null
  if (!/^https?:\/\/[^?#\s]+$/.test(flow['tokenUrl']) || !URL.canParse(flow['tokenUrl'])) return null
  const scopes = isJson(flow['scopes']) ? Object.keys(flow['scopes']).slice(0, 32) : []
  return { type: 'oauth2', secret, tokenUrl: flow['tokenUrl'], ...(scopes.length > 0 && { scopes }) }
}

/** One that shows that each works, and one that shows what is refused. */
function testsOf(operations: readonly ImportedOperation[]) {
  const shown = operations.flatMap(({ id, input, request }) => {
    const sample = sampleOf(input)
    if (sample === undefined) return []
    return [
      {
        operation: id,
        input: sample,
        mock: [{ request: { method: request.method }, response: { body: {} } }],
        expect: request.method === 'HEAD' ? { status: 200 } : {},
      },
    ]
  })
  const [first] = operations
  return first === undefined
    ? shown
    : [...shown, { operation: first.id, input: { 'not-a-parameter': true }, expectDenied: true as const }]
}
