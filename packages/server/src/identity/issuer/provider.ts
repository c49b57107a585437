import { SCOPES } from '@freehold/contract/actions.ts'
import { createPublicKey, hash } from 'node:crypto'
import type { X509Certificate } from 'node:crypto'
import { TLSSocket } from 'node:tls'
import type { Context, Provider } from 'oidc-provider'
import { ACCESS_TOKEN_LIFE_S } from '../access-tokens.ts'
import type { ServiceAccount } from '../roster.ts'
import type { SigningKey } from '../signing-keys.ts'

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
    detail: { readonly grant: string; readonly own: boolean },
  ) => Promise<void>
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

  const clientOf = (id: string): ServiceAccount => {
    const client = parts.client(id)
    if (!client) throw new errors.InvalidClientAuth('client not found')
    return client
  }

  /** Clients come from memory; of what was sent only the assertions that were used are kept. */
  class Memory {
    readonly #kind: string
    readonly #parts: ProviderParts

    constructor(kind: string, of: ProviderParts) {
      this.#kind = kind
      this.#parts = of
    }

    async find(id: string): Promise<object | undefined> {
      const client = this.#kind === 'Client' ? this.#parts.client(id) : undefined
      return client && metadataOf(client)
    }

    async upsert(id: string, _: object, lifeS: number): Promise<void> {
      if (this.#kind !== 'ReplayDetection') throw new Error(`the issuer keeps no ${this.#kind}`)
      if (!(await this.#parts.useUp(id, lifeS)))
        throw new errors.InvalidClientAuth('client assertion tokens must only be used once')
    }
  }

  return new Provider(parts.issuer, {
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
          return {
            scope: own ? OWN_SCOPES : '',
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
        async jwt(context: Context, _: unknown, { payload }: Unsigned) {
          const client = clientOf(String(payload['client_id']))
          payload['tenant'] = client.tenant
          payload['nbf'] = payload['iat']
          const shown = client.certificate === null ? undefined : shownCertificate(context)
          // Whoever it is for may insist on the same certificate (RFC 8705 section 3); here that is not looked at.
          if (shown && payload['aud'] !== parts.issuer)
            payload['cnf'] = { 'x5t#S256': hash('sha256', shown.raw, 'base64url') }
          const grant = context.oidc.params.grant_type ?? ''
          await parts.issued(client, { grant, own: payload['aud'] === parts.issuer })
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
    ...REST,
    clientAuthMethods: parts.mutualTls ? [...METHODS, 'tls_client_auth'] : METHODS,
    ttl: { ClientCredentials: ACCESS_TOKEN_LIFE_S, AccessToken: ACCESS_TOKEN_LIFE_S },
  })
}

const metadataOf = ({ id, keys, certificate }: ServiceAccount): object => ({
  client_id: id,
  ...(certificate === null
    ? { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys } }
    : { token_endpoint_auth_method: 'tls_client_auth', ...namedIn(certificate) }),
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
  id_token_signed_response_alg: 'EdDSA',
})

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
