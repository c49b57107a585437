import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { NetworkPermission } from '@freehold/contract/skill-permissions.ts'
import { Fault } from '../../kernel/fault.ts'
import type { BrokerRequest } from '../runner.ts'
import { FORBIDDEN_HEADERS } from './headers.ts'
import type { ReadAddress } from './reach.ts'
import { permissionFor, readAddress } from './reach.ts'

const MOST_HEADERS = 32
const MOST_HEADER_CHARACTERS = 8192
/** Bodies that a skill sends are bounded like what people upload in a message. */
const MOST_BODY_BYTES = 4 * 1024 * 1024
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}$/

/** A request that is declared, with where it goes. */
export interface Allowed {
  readonly address: ReadAddress
  readonly permission: NetworkPermission
}

/**
 * What every request of a skill has to be, on the real network and in tests alike.
 * @throws Fault `skill_denied` naming what was refused, never a value
 */
export function assertAllowed(
  { permissions }: Pick<SkillManifest, 'permissions'>,
  request: BrokerRequest,
): Allowed {
  assertHeaders(request.headers)
  if (request.body !== null && request.body.length > MOST_BODY_BYTES) {
    throw denied(`a body of more than ${MOST_BODY_BYTES / 1024 / 1024} MiB`, 'body')
  }
  if (request.body !== null && (request.method === 'GET' || request.method === 'HEAD')) {
    throw denied(`${request.method} with a body`, 'body')
  }
  return assertReached(permissions.network, request)
}

/** Where a request or a redirect goes. @throws Fault `skill_denied` */
export function assertReached(
  network: readonly NetworkPermission[],
  { method, url }: Pick<BrokerRequest, 'method' | 'url'>,
): Allowed {
  const address = readAddress(url)
  if (typeof address === 'string') throw denied(`an address that ${address}`, 'url')
  const permission = permissionFor(network, address, method)
  if (permission !== null) return { address, permission }
  throw denied(
    `${method} ${address.url.origin}${shortened(address.url.pathname)}, which permissions.network does not declare`,
    'url',
  )
}

const shortened = (path: string): string => (path.length > 120 ? `${path.slice(0, 120)}…` : path)

function assertHeaders(headers: BrokerRequest['headers']): void {
  const entries = Object.entries(headers)
  if (entries.length > MOST_HEADERS) throw denied(`more than ${MOST_HEADERS} headers`, 'headers')
  let characters = 0
  const seen = new Set<string>()
  for (const [name, value] of entries) {
    characters += name.length + value.length
    if (!TOKEN.test(name)) throw denied('a header whose name is no token', 'headers')
    if (FORBIDDEN_HEADERS.test(name))
      throw denied(`the header ${name.toLowerCase()}, which the broker alone sets`, `headers.${name}`)
    if (!/^[\t\x20-\x7e]*$/.test(value)) {
      throw denied(
        `the header ${name.toLowerCase()} with something that is not one line of ASCII`,
        `headers.${name}`,
      )
    }
    if (seen.has(name.toLowerCase()))
      throw denied(`the header ${name.toLowerCase()} twice`, `headers.${name}`)
    seen.add(name.toLowerCase())
  }
  if (characters > MOST_HEADER_CHARACTERS) throw denied('headers that are too long', 'headers')
}

const denied = (what: string, param: string): Fault =>
  new Fault('skill_denied', `The skill asked for ${what}.`, { param })
