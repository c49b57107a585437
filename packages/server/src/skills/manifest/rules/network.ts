import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { NetworkPermission, SkillAuth } from '@freehold/contract/skill-permissions.ts'
import { isWithin } from '@freehold/contract/data-class.ts'
import { permissionFor, readAddress } from '../../broker/reach.ts'
import type { Step } from '../../../kernel/config/tree.ts'
import type { Refuse } from '../manifest-problem.ts'

/** What a place of a path stands for while it is asked whether the path is declared. */
const ANY = 'a-value'
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|\[::1\])$/

/** Everything that a skill declares to reach is declared wholly, and reaches no further than its class of data may. */
export function checkNetwork(manifest: SkillManifest, refuse: Refuse): void {
  for (const [at, one] of manifest.permissions.network.entries()) checkPermission(manifest, [one, at], refuse)
  for (const [at, auth] of manifest.auth.entries()) checkAuth(manifest, [auth, at], refuse)
  if (manifest.kind === 'http') checkRequests(manifest, manifest.http.baseUrl, refuse)
  if (manifest.kind === 'openapi' && manifest.openapi.baseUrl !== undefined) {
    checkHost(manifest, manifest.openapi.baseUrl, ['openapi', 'baseUrl'], refuse)
  }
  if (manifest.kind === 'mcp' && manifest.mcp.transport === 'http') {
    checkAddress({ manifest, refuse }, { method: 'POST', url: manifest.mcp.url }, ['mcp', 'url'])
  }
}

function checkPermission(
  { permissions }: SkillManifest,
  [one, at]: readonly [NetworkPermission, number],
  refuse: Refuse,
): void {
  const steps = ['permissions', 'network', at] as const
  if (one.zone === 'managed' && !one.tls && !LOOPBACK.test(one.host)) {
    refuse(
      'network-plain',
      [...steps, 'tls'],
      'a managed host is spoken to over TLS only: remove `tls: false`',
    )
  }
  if (one.zone === 'managed' && one.protocol !== 'http') {
    refuse(
      'network-plain',
      [...steps, 'protocol'],
      'is spoken in the private zone only: what it carries is not masked',
    )
  }
  if (one.zone === 'managed' && !isWithin(permissions.data.in, 'confidential')) {
    const message =
      'a managed host is never sent what is restricted: set permissions.data.in to confidential or lower, or use a private host'
    refuse('network-class', [...steps, 'zone'], message)
  }
  if (one.host.startsWith('*.')) {
    refuse(
      'network-wide',
      [...steps, 'host'],
      'covers every host of a domain: name the hosts if they are known',
    )
  }
}

function checkAuth(
  { permissions, auth: all }: SkillManifest,
  [auth, at]: readonly [SkillAuth, number],
  refuse: Refuse,
): void {
  const { network, secrets } = permissions
  if ('secret' in auth && !secrets.includes(auth.secret)) {
    const message = 'names a secret that permissions.secrets does not list: add it there'
    refuse('secret-undeclared', ['auth', at, 'secret'], message)
  }
  const hosts = network.filter((one) => auth.host === undefined || one.host === auth.host)
  if (auth.host !== undefined && hosts.length === 0) {
    refuse('auth-host', ['auth', at, 'host'], 'is not one of the hosts in permissions.network')
  }
  if (auth.type === 'jwt' && hosts.some(({ zone }) => zone === 'managed')) {
    const message = 'a token that names the caller goes to private hosts only: limit it with `host`'
    refuse('auth-managed-jwt', ['auth', at], message)
  }
  if (auth.type === 'oauth2') {
    checkAddress({ manifest: { permissions }, refuse }, { method: 'POST', url: auth.tokenUrl }, [
      'auth',
      at,
      'tokenUrl',
    ])
  }
  const isTaken = all
    .slice(0, at)
    .some((one) => (one.host ?? auth.host) === (auth.host ?? one.host) && isSamePlace(one, auth))
  if (isTaken)
    refuse('manifest-duplicate', ['auth', at], 'puts a second secret in the same place for the same host')
}

/** Whether both would write the same header, parameter or certificate. */
function isSamePlace(one: SkillAuth, other: SkillAuth): boolean {
  const placeOf = (auth: SkillAuth): string =>
    auth.type === 'mtls'
      ? 'certificate'
      : auth.type === 'apiKey'
        ? `${auth.in} ${auth.name.toLowerCase()}`
        : 'header authorization'
  return placeOf(one) === placeOf(other)
}

type Http = Extract<SkillManifest, { kind: 'http' }>

function checkRequests(manifest: Http, baseUrl: string, refuse: Refuse): void {
  const base = readAddress(baseUrl)
  if (typeof base === 'string' || base.url.search !== '') {
    const reason = typeof base === 'string' ? base : 'must not hold a query'
    return refuse('network-undeclared', ['http', 'baseUrl'], reason)
  }
  for (const [at, { request }] of manifest.operations.entries()) {
    if (typeof request !== 'object') continue
    const path = request.path.replaceAll(/\{[^}]*\}/g, ANY)
    const url = baseUrl.replace(/\/$/, '') + path
    checkAddress({ manifest, refuse }, { method: request.method, url }, ['operations', at, 'request'])
  }
  return undefined
}

interface Checking {
  readonly manifest: Pick<SkillManifest, 'permissions'>
  readonly refuse: Refuse
}

function checkAddress(
  { manifest: { permissions }, refuse }: Checking,
  { method, url }: { readonly method: NetworkPermission['methods'][number]; readonly url: string },
  steps: readonly Step[],
): void {
  const address = readAddress(url)
  if (typeof address === 'string') return refuse('network-undeclared', steps, `the address ${address}`)
  if (permissionFor(permissions.network, address, method) !== null) return undefined
  const { hostname, port, pathname } = address.url
  const message =
    `is not covered by permissions.network: declare host ${hostname}, ` +
    `port ${port || (address.url.protocol === 'https:' ? 443 : 80)}, method ${method} and a path that covers ` +
    `${pathname.replaceAll(ANY, '*')}${address.url.protocol === 'http:' ? ', with `tls: false`' : ''}`
  return refuse('network-undeclared', steps, message)
}

function checkHost(
  { permissions }: SkillManifest,
  url: string,
  steps: readonly Step[],
  refuse: Refuse,
): void {
  const address = readAddress(url)
  if (typeof address === 'string') return refuse('network-undeclared', steps, `the address ${address}`)
  const isDeclared = permissions.network.some(
    (one) =>
      permissionFor([{ ...one, methods: ['GET'], paths: ['/**'] }], { ...address, paths: ['/'] }, 'GET') !==
      null,
  )
  if (isDeclared) return undefined
  return refuse(
    'network-undeclared',
    steps,
    `is not covered by permissions.network: declare host ${address.url.hostname}`,
  )
}
