import { SCOPES } from '@freehold/contract/actions.ts'
import { PERSON_SCOPES } from '@freehold/contract/authorisations.ts'
import { createPublicKey, hash } from 'node:crypto'
import type { X509Certificate } from 'node:crypto'
import { TLSSocket } from 'node:tls'
import type { Context, Provider } from 'oidc-provider'
import { z } from 'zod'
import { ACCESS_TOKEN_LIFE_S, mcpResource } from '../access-tokens.ts'
import type { ServiceAccount } from '../roster.ts'
import type { SigningKey } from '../signing-keys.ts'
import type { Authorisation } from './authorisation-rows.ts'
import type { Codes } from './codes.ts'

/** A JWT access token before it is signed. */
interface Unsigned {
  readonly payload: Record<string, unknown>
}

export interface ProviderParts {
  readonly issuer: string
  readonly key: SigningKey
  /** A client by its id, at every request. */
  readonly client: (id: string) => ServiceAccount | undefined
  /** Whether clients may show a certificate here; those of proxies in front are not taken. */
  readonly mutualTls: boolean
  /** False where it was used before, on any replica. */
  readonly useUp: (assertion: string, lifeS: number) => Promise<boolean>
  /** What is issued stands on record before it is signed. */
  readonly issued: (
    client: ServiceAccount,
    detail: { readonly grant: string; readonly own: boolean; readonly authorisation?: string },
  ) => Promise<void>
  /** Null where people are signed in to no application: then nothing of it is there. */
  readonly codes: Pick<Codes, 'find' | 'redeem' | 'person'> | null
}

const OWN_SCOPES = SCOPES.join(' ')
const ALGORITHMS = ['EdDSA', 'Ed25519', 'ES256', 'PS256', 'RS256']
/** An assertion is made for one request (RFC 7523 section 3); this bounds how long it must be remembered. */
const ASSERTION_LIFE_S = 300

/** The OAuth server for one signing key. It and what it needs are loaded here, by whoever has clients. */
export async function createProvider(parts: ProviderParts): Promise<Provider> {
  const { Provider, ExternalSigningKey, errors } = await import('oidc-provider')

  /** The private part stays where it is. */
  class OurKey extends ExternalSigningKey {
    override keyObject() {
      return createPublicKey({ key: { ...parts.key.jwk }, format: 'jwk' })
    }

    override async sign(text: Buffer): Promise<Buffer> {
      return parts.key.sign(text)
    }
  }
  const key = new OurKey()
  key.kid = parts.key.kid
  key.alg = 'EdDSA'

  const isOurs = (audience: unknown): boolean =>
    audience === parts.issuer || audience === mcpResource(parts.issuer)
  const clientOf = (id: string): ServiceAccount => {
    const client = parts.client(id)
    if (!client) throw new errors.InvalidClientAuth('client not found')
    return client
  }

  /** Clients come from memory, codes from the database; of what was sent only the assertions that were used are kept. */
  class Memory {
    readonly #kind: string
    readonly #parts: ProviderParts

    constructor(kind: string, of: ProviderParts) {
      this.#kind = kind
      this.#parts = of
    }

    async find(id: string): Promise<object | undefined> {
      if (this.#kind === 'AuthorizationCode') return this.#code(id)
      if (this.#kind === 'Grant') return grantOf(id)
      const client = this.#kind === 'Client' ? this.#parts.client(id) : undefined
      return client && metadataOf(client)
    }

    async #code(text: string): Promise<object | undefined> {
      const found = await this.#parts.codes?.find(text)
      return found ? codeOf(text, found, parts.issuer) : undefined
    }

    /** Of two who come at once one is the first, and then neither has anything. */
    async consume(text: string): Promise<void> {
      if (!(await this.#parts.codes?.redeem(text)))
        throw new errors.InvalidGrant('authorization code already consumed')
    }

    async upsert(id: string, _: object, lifeS: number): Promise<void> {
      if (this.#kind !== 'ReplayDetection') throw new Error(`the issuer keeps no ${this.#kind}`)
      if (!(await this.#parts.useUp(id, lifeS)))
        throw new errors.InvalidClientAuth('client assertion tokens must only be used once')
    }
  }

  const provider = new Provider(parts.issuer, {
    adapter: (kind: string) => new Memory(kind, parts),
    jwks: { keys: [key] },
    features: {
      ...OFF,
      mTLS: {
        enabled: parts.mutualTls,
        tlsClientAuth: parts.mutualTls,
        getCertificate: (context: Context) => shownCertificate(context)?.toString(),
        certificateAuthorized: ({ socket }: Context) => socket instanceof TLSSocket && socket.authorized,
        certificateSubjectMatches: (context: Context, kind: string, name: string) =>
          isNamed(context, kind === 'tls_client_auth_san_uri' ? `URI:${name}` : `DNS:${name}`),
      },
      clientCredentials: { enabled: true },
      externalSigningSupport: { enabled: true, ack: 'experimental-01' },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_: Context, __: unknown, several?: readonly string[]) => several ?? parts.issuer,
        getResourceServerInfo(
          context: Context,
          resource: string,
          { clientId }: { readonly clientId: string },
        ) {
          const own = resource === parts.issuer
          if (!own && !clientOf(clientId).resources.includes(resource))
            throw new errors.InvalidTarget('this client may not get tokens for that resource')
          const asked = context.oidc.params.scope?.split(' ') ?? []
          const known: readonly string[] = own ? SCOPES : []
          if (asked.some((scope) => !known.includes(scope)))
            throw new errors.InvalidScope('requested scope is not one of this resource')
          // A token about a person is for nothing here but to learn who it is.
          const ownScopes = context.oidc.params.grant_type === BY_CODE ? PERSON_WORDS : OWN_SCOPES
          return {
            scope: own ? ownScopes : '',
            audience: resource,
            accessTokenTTL: ACCESS_TOKEN_LIFE_S,
            accessTokenFormat: 'jwt',
            jwt: { sign: { alg: 'EdDSA' } },
          }
        },
      },
    },
    formats: {
      customizers: {
        async jwt(context: Context, { grantId }: { readonly grantId?: string }, { payload }: Unsigned) {
          const client = clientOf(String(payload['client_id']))
          payload['tenant'] = client.tenant
          payload['nbf'] = payload['iat']
          // By it the authorisation is found that the token came of, and with it whether it is good still.
          const about = grantId === undefined ? {} : { authorisation: readGrant(grantId).authorisation }
          if (about.authorisation !== undefined) payload['jti'] = about.authorisation
          const shown = client.certificate === null ? undefined : shownCertificate(context)
          // Whoever it is for may insist on the same certificate (RFC 8705 section 3); here that is not looked at.
          if (shown && !isOurs(payload['aud']))
            payload['cnf'] = { 'x5t#S256': hash('sha256', shown.raw, 'base64url') }
          const grant = context.oidc.params.grant_type ?? ''
          await parts.issued(client, { grant, own: isOurs(payload['aud']), ...about })
        },
      },
    },
    async assertJwtClientAuthClaimsAndHeader(
      _: Context,
      claims: { readonly exp: number; readonly iat?: number },
    ) {
      if (claims.exp - Date.now() / 1000 > ASSERTION_LIFE_S)
        throw new errors.InvalidClientAuth('the assertion lives too long')
    },
    async findAccount(_: Context, __: string, { grantId }: { readonly grantId: string }) {
      const { application, authorisation } = readGrant(grantId)
      const person = await parts.codes?.person(application, authorisation)
      return person ? { accountId: person.subject, claims: () => person.claims } : undefined
    },
    ...REST,
    ...(parts.codes && SIGNS_IN),
    clientAuthMethods: [
      ...METHODS,
      ...(parts.mutualTls ? ['tls_client_auth'] : []),
      ...(parts.codes ? ['none'] : []),
    ],
    ttl: {
      ClientCredentials: ACCESS_TOKEN_LIFE_S,
      AccessToken: ACCESS_TOKEN_LIFE_S,
      IdToken: ACCESS_TOKEN_LIFE_S,
    },
  })
  provider.use(async (context: Context, next: () => Promise<void>) => {
    await next()
    if (context.oidc?.route === 'discovery') Object.assign(context.body, saidOf(parts))
  })
  return provider
}

const BY_CODE = 'authorization_code'
const PERSON_WORDS = PERSON_SCOPES.join(' ')

const metadataOf = (client: ServiceAccount): object => ({
  client_id: client.id,
  ...provenBy(client),
  grant_types: [
    ...(client.keyless ? [] : ['client_credentials']),
    ...(client.redirectUris.length > 0 ? [BY_CODE] : []),
  ],
  response_types: client.redirectUris.length > 0 ? ['code'] : [],
  redirect_uris: client.redirectUris,
  id_token_signed_response_alg: 'EdDSA',
})

function provenBy({ keyless, keys, certificate }: ServiceAccount): object {
  if (keyless) return { token_endpoint_auth_method: 'none' }
  return certificate === null
    ? { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys } }
    : { token_endpoint_auth_method: 'tls_client_auth', ...namedIn(certificate) }
}

/** What was granted, in the words that the library passes around and asks for again by itself; it leaves nothing. */
const grantWords = z.strictObject({
  application: z.string(),
  authorisation: z.string(),
  account: z.string(),
  scope: z.string(),
  resource: z.string(),
})
const readGrant = (grantId: string): z.output<typeof grantWords> => grantWords.parse(JSON.parse(grantId))

const grantOf = (jti: string): object => {
  const { application, account, scope, resource } = readGrant(jti)
  return {
    kind: 'Grant',
    jti,
    clientId: application,
    accountId: account,
    openid: { scope },
    resources: { [resource]: scope },
  }
}

/** As the library keeps one. The person allowed all that it says, so its grant says the same. */
const codeOf = (jti: string, found: Authorisation, issuer: string): object => {
  const { allowed } = found
  const scope = allowed.scopes.join(' ')
  const resource = allowed.resource ?? issuer
  const { application, account, id: authorisation } = found
  return {
    kind: 'AuthorizationCode',
    jti,
    iat: Math.floor(found.createdMs / 1000),
    exp: Math.floor(found.expiresMs / 1000),
    clientId: application,
    accountId: account,
    grantId: JSON.stringify({ application, authorisation, account, scope, resource }),
    scope,
    redirectUri: allowed.redirectUri,
    codeChallenge: allowed.challenge,
    codeChallengeMethod: 'S256',
    ...(allowed.nonce !== null && { nonce: allowed.nonce }),
    authTime: allowed.authTimeS,
    ...(allowed.amr.length > 0 && { amr: allowed.amr }),
    resource,
  }
}

/** What the library says of itself that is not so here. */
function saidOf({ codes, issuer }: ProviderParts): object {
  if (codes === null)
    return { authorization_endpoint: undefined, code_challenge_methods_supported: undefined }
  return {
    response_modes_supported: ['query'],
    subject_types_supported: ['pairwise'],
    claims_supported: CLAIMS,
    userinfo_endpoint: `${issuer.replace(/\/+$/, '')}/oidc/userinfo`,
    request_parameter_supported: false,
    prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
  }
}

const CLAIMS = ['iss', 'sub', 'auth_time', 'amr', 'name', 'preferred_username', 'email', 'groups']

/** Where people are signed in to applications. */
const SIGNS_IN = {
  responseTypes: ['code'],
  scopes: [...PERSON_SCOPES],
  claims: {
    openid: ['sub', 'auth_time', 'amr'],
    profile: ['name', 'preferred_username'],
    email: ['email'],
    groups: ['groups'],
  },
}

/** Everything that is on unless it is said. */
const OFF = {
  devInteractions: { enabled: false },
  dPoP: { enabled: false },
  pushedAuthorizationRequests: { enabled: false },
  rpInitiatedLogout: { enabled: false },
  userinfo: { enabled: false },
}

const METHODS = ['private_key_jwt']

const REST = {
  enabledJWA: {
    clientAuthSigningAlgValues: ALGORITHMS,
    idTokenSigningAlgValues: ['EdDSA'],
  },
  clientDefaults: { id_token_signed_response_alg: 'EdDSA', token_endpoint_auth_method: 'private_key_jwt' },
  responseTypes: [],
  scopes: [],
  clientBasedCORS: () => false,
  clockTolerance: 5,
  /** Nothing is fetched: keys are given, not pointed at. */
  fetch: () => Promise.reject(new Error('the issuer calls nobody')),
  renderError(context: { type: string; body: unknown }, out: object) {
    context.type = 'json'
    context.body = out
  },
  routes: {
    authorization: '/oidc/authorize',
    end_session: '/oidc/end',
    jwks: '/.well-known/jwks.json',
    token: '/oidc/token',
  },
}

const namedIn = (certificate: string): object =>
  certificate.startsWith('URI:')
    ? { tls_client_auth_san_uri: certificate.slice(4) }
    : { tls_client_auth_san_dns: certificate.slice(4) }

/** Of the connection itself. Nothing that a header says of a certificate counts. */
function shownCertificate({ socket }: Context): X509Certificate | undefined {
  return socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
}

/**
 * Whether the certificate has exactly this name. Node writes a name that holds a comma or a quote in quotes, so that none
 * of them can look like two; the names that we compare with hold neither.
 */
function isNamed(context: Context, name: string): boolean {
  return shownCertificate(context)?.subjectAltName?.split(', ').includes(name) ?? false
}
