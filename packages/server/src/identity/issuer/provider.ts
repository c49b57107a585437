import { SCOPES } from '@freehold/contract/actions.ts'
import { PERSON_SCOPES } from '@freehold/contract/authorisations.ts'
import { createPublicKey, hash } from 'node:crypto'
import type { X509Certificate } from 'node:crypto'
import { TLSSocket } from 'node:tls'
import type { Context, LibraryClient, Provider } from 'oidc-provider'
import { ACCESS_TOKEN_LIFE_S, mcpResource } from '../access-tokens.ts'
import type { ServiceAccount } from '../roster.ts'
import { SESSION_LIFE_MS } from '../sessions.ts'
import type { SigningKey } from '../signing-keys.ts'
import type { Codes } from './codes.ts'
import { BY_CODE, BY_REFRESH, codeOf, grantOf, readGrant, refreshOf } from './library-records.ts'

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
  readonly codes: Pick<
    Codes,
    'find' | 'redeem' | 'person' | 'findRefresh' | 'useRefresh' | 'refreshToken'
  > | null
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
      if (this.#kind === 'RefreshToken') return this.#refresh(id)
      if (this.#kind === 'Grant') return grantOf(id)
      const client = this.#kind === 'Client' ? this.#parts.client(id) : undefined
      return client && metadataOf(client, mcpResource(parts.issuer))
    }

    async #code(text: string): Promise<object | undefined> {
      const found = await this.#parts.codes?.find(text)
      return found ? codeOf(text, found, parts.issuer) : undefined
    }

    async #refresh(text: string): Promise<object | undefined> {
      const found = await this.#parts.codes?.findRefresh(text)
      return found ? refreshOf(text, found, parts.issuer) : undefined
    }

    /** Of two who come at once with a code one is the first, and then neither has anything. */
    async consume(text: string): Promise<void> {
      if (this.#kind === 'RefreshToken') return this.#parts.codes?.useRefresh(text)
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
          const isOfPerson = GRANTS_OF_PEOPLE.has(context.oidc.params.grant_type ?? '')
          const known: readonly string[] = own ? SCOPES : []
          if (!isOfPerson && asked.some((scope) => !known.includes(scope)))
            throw new errors.InvalidScope('requested scope is not one of this resource')
          // A token about a person is for nothing here but to learn who it is.
          const ownScopes = isOfPerson ? PERSON_WORDS : OWN_SCOPES
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
    ...(parts.codes && {
      issueRefreshToken: (_: Context, client: LibraryClient, { resource }: { readonly resource?: unknown }) =>
        resource === mcpResource(parts.issuer) && client.grantTypeAllowed(BY_REFRESH),
      rotateRefreshToken: true,
    }),
    clientAuthMethods: [
      ...METHODS,
      ...(parts.mutualTls ? ['tls_client_auth'] : []),
      ...(parts.codes ? ['none'] : []),
    ],
    ttl: {
      ClientCredentials: ACCESS_TOKEN_LIFE_S,
      AccessToken: ACCESS_TOKEN_LIFE_S,
      IdToken: ACCESS_TOKEN_LIFE_S,
      RefreshToken: SESSION_LIFE_MS / 1000,
    },
  })
  // One that the library made up would have to be stored.
  provider.RefreshToken.prototype.getValueAndPayload = async function ours() {
    const { application, authorisation } = readGrant(this.grantId)
    const value = await parts.codes?.refreshToken(application, authorisation)
    if (!value) throw new errors.InvalidGrant('what was allowed has ended')
    return { value }
  }
  provider.use(async (context: Context, next: () => Promise<void>) => {
    await next()
    if (context.oidc?.route === 'discovery') Object.assign(context.body, saidOf(parts))
  })
  return provider
}

const GRANTS_OF_PEOPLE: ReadonlySet<string> = new Set([BY_CODE, BY_REFRESH])
const PERSON_WORDS = PERSON_SCOPES.join(' ')

const metadataOf = (client: ServiceAccount, lasting: string): object => ({
  client_id: client.id,
  ...provenBy(client),
  grant_types: [
    ...(client.keyless ? [] : ['client_credentials']),
    ...(client.redirectUris.length > 0 ? [BY_CODE] : []),
    ...(client.redirectUris.length > 0 && client.resources.includes(lasting) ? [BY_REFRESH] : []),
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
