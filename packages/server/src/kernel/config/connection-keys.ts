import { createPrivateKey } from 'node:crypto'
import { accountName } from '@freehold/contract/identity.ts'
import { connectionId } from '@freehold/contract/federation.ts'
import { givenRole } from '@freehold/contract/people.ts'
import { z } from 'zod'
import { Secret } from '../secret.ts'
import { isLoopback } from './listen-address.ts'
import { isOrigin } from './origin.ts'
import { isAddress } from './remote-keys.ts'
import type { Building } from './structured.ts'
import { structured } from './structured.ts'
import type { Step } from './tree.ts'

/** What a group of the provider stands for here. */
export type GroupMeaning = { readonly role: string } | { readonly group: string }

/** An OpenID provider whose people may sign in here. */
export interface ConnectionSetting {
  readonly id: string
  /** What the button says. */
  readonly name: string
  /** As the provider writes it in its tokens: compared letter by letter. */
  readonly issuer: string
  readonly clientId: string
  /** Null for a public client, which has PKCE alone. */
  readonly credential:
    | { readonly kind: 'secret'; readonly secret: Secret<string> }
    | { readonly kind: 'key'; readonly pem: Secret<string>; readonly keyId: string | null }
    | null
  readonly scopes: readonly string[]
  /** The claim with the groups, or a path to it with dots. Null: groups are not looked at. */
  readonly groupsClaim: string | null
  /** In the order of the file: of several roles the first counts. */
  readonly groupRoles: readonly (readonly [group: string, meaning: GroupMeaning])[]
  /** Whether whoever the provider vouches for gets an account. */
  readonly create: boolean
  readonly defaultRole: string
  /** The claim that is the externalId of whom the directory has made over SCIM; null: nobody is found by it. */
  readonly scimClaim: string | null
  /** Audiences that may stand in a token beside ours. */
  readonly allowedAudiences: readonly string[]
  /** Whether claims are fetched from the userinfo endpoint as well. */
  readonly userinfo: boolean
  /** Origins besides the issuer's own at which its endpoints may be. */
  readonly origins: readonly string[]
  /** `private`: it may be in the house. */
  readonly zone: 'private' | 'managed'
  /** PEM text; null: the system's authorities. */
  readonly ca: string | null
}

const MOST_CONNECTIONS = 20
const MOST_GROUPS = 500

const line = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[\x21-\x7e]+$/, 'must not contain spaces')
/** Claims that a provider may let somebody choose, or give to somebody else tomorrow. */
const NAMES: ReadonlySet<string> = new Set([
  'email',
  'name',
  'nickname',
  'given_name',
  'family_name',
  'preferred_username',
  'unique_name',
  'upn',
  'phone_number',
])

const url = z
  .string()
  .max(500)
  .refine(isAddress, 'must be an http or https address without user, query or fragment')

const connection = z.strictObject({
  id: connectionId,
  name: accountName,
  issuer: url,
  clientId: line(200),
  clientSecret: z.string().min(1).max(2000).optional(),
  privateKey: z.string().min(1).max(20_000).optional(),
  keyId: line(200).optional(),
  scopes: z.array(line(100)).min(1).max(20).default(['openid', 'profile']),
  groupsClaim: z.string().min(1).max(200).optional(),
  groupRoles: z
    .record(z.string().min(1).max(256), z.union([givenRole, z.strictObject({ group: accountName })]))
    .refine((groups) => Object.keys(groups).length <= MOST_GROUPS, `must have at most ${MOST_GROUPS} groups`)
    .default({}),
  create: z.boolean().default(false),
  defaultRole: givenRole.default('member'),
  scimClaim: z
    .string()
    .regex(/^[\w.:/-]{1,100}$/, 'must be the name of a claim, such as "sub"')
    .refine(
      (claim) => !NAMES.has(claim),
      'must not be a name or an address, which may be given to somebody else',
    )
    .optional(),
  allowedAudiences: z.array(line(200)).max(20).default([]),
  userinfo: z.boolean().default(false),
  origins: z
    .array(z.string().max(300).refine(isOrigin, 'must be an http or https address without a path'))
    .max(10)
    .default([]),
  zone: z.enum(['private', 'managed']).default('managed'),
  tls: z.strictObject({ ca: z.string().min(1).max(4096) }).optional(),
})

export const connectionsRow = structured({
  schema: z.array(connection).max(MOST_CONNECTIONS).default([]),
  meaning:
    'OpenID providers whose people may sign in. `groupRoles` says what a group of the provider stands for here: a role, or `{ group: NAME }`. With `create` whoever the provider vouches for gets an account; with `scimClaim` the one that a directory has made over SCIM with this claim as its externalId. Endpoints must be at the issuer’s own origin or at one of `origins`; `zone: private` lets them be in the house.',
  list: true,
  expects: 'a list of connections, each with id, name, issuer and clientId',
  reload: 'live',
  isSecret: ([, field, ...more]) => more.length === 0 && (field === 'clientSecret' || field === 'privateKey'),
  shown: (connections: readonly ConnectionSetting[]) =>
    connections.map((one) => ({
      ...one,
      groupRoles: Object.fromEntries(one.groupRoles),
      ca: one.ca === null ? null : '[PEM]',
    })),
  build: buildConnections,
})

type Written = z.output<typeof connection>

function buildConnections(written: readonly Written[], building: Building): readonly ConnectionSetting[] {
  for (const field of ['id', 'issuer'] as const) {
    const first = new Map<string, number>()
    for (const [at, one] of written.entries()) {
      const value = one[field].replace(/\/$/, '')
      const same = first.get(value)
      if (same === undefined) first.set(value, at)
      else building.refuse([at, field], `is the ${field} of identity.connections[${same}] already`)
    }
  }
  const scim = written.findIndex((one) => one.scimClaim !== undefined)
  for (const [at, one] of written.entries())
    if (one.scimClaim !== undefined && at !== scim)
      building.refuse(
        [at, 'scimClaim'],
        `stands in identity.connections[${scim}] already: SCIM serves one directory`,
      )
  return written.map((one, at) => buildConnection(one, building, at))
}

function buildConnection(one: Written, { pem, refuse }: Building, at: Step): ConnectionSetting {
  const { clientSecret, privateKey, keyId, groupsClaim, groupRoles, scimClaim, tls, ...rest } = one
  for (const [field, address] of [['issuer', one.issuer], ...one.origins.map((text) => ['origins', text])]) {
    const { protocol, hostname } = new URL(address ?? '')
    if (protocol === 'http:' && !isLoopback(hostname.replace(/^\[(.*)\]$/, '$1')))
      refuse([at, field ?? ''], 'needs https: plain http is for the loopback address of this machine only')
  }
  if (!one.scopes.includes('openid')) refuse([at, 'scopes'], 'must include openid')
  if (Object.keys(groupRoles).length > 0 && groupsClaim === undefined)
    refuse([at, 'groupRoles'], 'needs groupsClaim, the claim in which the provider says the groups')
  if (clientSecret !== undefined && privateKey !== undefined)
    refuse([at, 'privateKey'], 'stands beside clientSecret: write one of the two')
  if (privateKey !== undefined && !isPrivateKey(privateKey))
    refuse([at, 'privateKey'], 'must be a private key in PEM: RSA of 2048 bits or more, P-256 or Ed25519')
  const ca = tls === undefined ? null : pem.certificates(tls.ca)
  if (ca?.ok === false) refuse([at, 'tls', 'ca'], ca.message)
  return {
    ...rest,
    credential: credentialOf({ clientSecret, privateKey, keyId }),
    groupsClaim: groupsClaim ?? null,
    scimClaim: scimClaim ?? null,
    groupRoles: Object.entries(groupRoles).map(([group, meaning]) => [
      group,
      typeof meaning === 'string' ? { role: meaning } : meaning,
    ]),
    ca: ca?.ok ? ca.text : null,
  }
}

function credentialOf({
  clientSecret,
  privateKey,
  keyId,
}: Pick<Written, 'clientSecret' | 'privateKey' | 'keyId'>): ConnectionSetting['credential'] {
  if (clientSecret !== undefined) return { kind: 'secret', secret: new Secret(clientSecret) }
  if (privateKey === undefined) return null
  return { kind: 'key', pem: new Secret(privateKey), keyId: keyId ?? null }
}

function isPrivateKey(pem: string): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem)
    if (asymmetricKeyType === 'rsa') return (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048
    return asymmetricKeyType === 'ed25519' || asymmetricKeyDetails?.namedCurve === 'prime256v1'
  } catch {
    return false
  }
}
