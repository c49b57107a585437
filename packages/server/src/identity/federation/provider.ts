import { createPrivateKey } from 'node:crypto'
import type * as OpenIdClient from 'openid-client'
import { z } from 'zod'
import type { Clock } from '../../kernel/clock.ts'
import type { ConnectionSetting } from '../../kernel/config/connection-keys.ts'
import type { Dialler } from '../../kernel/dialler/dialler.ts'
import type { Claims } from './id-token.ts'
import { ALGORITHMS, readForm, readIdToken } from './id-token.ts'
import { ProviderLines } from './provider-lines.ts'
import { Untrusted } from './untrusted.ts'

/** How long what a provider says of itself is good. */
const FRESH_MS = 10 * 60_000
/** And how long a failure is: whoever presses the button again and again does not ask it each time. */
const FAILED_MS = 5000
const TIMEOUT_S = 15

/** What of OpenID Connect Discovery 1.0 section 3 is used. */
const metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  jwks_uri: z.string(),
  userinfo_endpoint: z.string().exactOptional(),
  authorization_response_iss_parameter_supported: z.boolean().exactOptional(),
  id_token_signing_alg_values_supported: z.array(z.string()).max(50).default(['RS256']),
  token_endpoint_auth_methods_supported: z.array(z.string()).max(50).default(['client_secret_basic']),
  code_challenge_methods_supported: z.array(z.string()).max(20).exactOptional(),
})
export type Metadata = z.output<typeof metadata>

const jwks = z.object({
  keys: z
    .array(z.object({ kty: z.string() }).loose())
    .min(1)
    .max(100),
})

/** What was sent along and must come back. */
export interface Checks {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

interface ProviderParts {
  readonly dialler: Pick<Dialler, 'open'>
  readonly clock: Clock
  /** Where the browser comes back to; from the configuration, never from a request. */
  readonly redirectUri: string
}

interface Known {
  /** Loaded once it is needed: most houses know no provider. */
  readonly oidc: typeof OpenIdClient
  readonly metadata: Metadata
  readonly configuration: OpenIdClient.Configuration
}

/** One OpenID provider, asked by `openid-client`: authorization code with PKCE (S256), state and nonce. */
export class Provider {
  readonly setting: ConnectionSetting
  readonly #parts: ProviderParts
  readonly #lines: ProviderLines
  #known: { readonly untilMs: number; readonly value: Promise<Known> } | null = null
  #isAway = false

  constructor(setting: ConnectionSetting, parts: ProviderParts) {
    this.setting = setting
    this.#parts = parts
    this.#lines = new ProviderLines(setting, parts.dialler)
  }

  get isAway(): boolean {
    return this.#isAway
  }

  get redirectUri(): string {
    return this.#parts.redirectUri
  }

  /** What it says of itself. @throws Untrusted, and what the network says */
  async read(): Promise<Metadata> {
    return (await this.#read()).metadata
  }

  /** Looks whether it is there, without anybody waiting for it. */
  look(): void {
    this.#read().catch(() => undefined)
  }

  /** Where the browser goes. */
  async begin({ state, nonce, verifier }: Checks): Promise<string> {
    const { oidc, configuration } = await this.#read()
    return oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: this.redirectUri,
      scope: this.setting.scopes.join(' '),
      state,
      nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).href
  }

  /** Claims for what came back. @throws Untrusted, errors of `openid-client` and of the network */
  async redeem(answer: Readonly<Record<string, string | undefined>>, checks: Checks): Promise<Claims> {
    const { oidc, configuration } = await this.#read()
    const url = new URL(this.redirectUri)
    for (const [name, value] of Object.entries(answer))
      if (value !== undefined) url.searchParams.set(name, value)
    const tokens = await oidc.authorizationCodeGrant(configuration, url, {
      expectedState: checks.state,
      expectedNonce: checks.nonce,
      pkceCodeVerifier: checks.verifier,
      idTokenExpected: true,
    })
    const { clientId, allowedAudiences, userinfo } = this.setting
    const claims = readIdToken(tokens.id_token ?? '', {
      clientId,
      allowedAudiences,
      nowMs: this.#parts.clock.now(),
      accessToken: tokens.access_token,
    })
    if (!userinfo) return claims
    const more = await oidc.fetchUserInfo(configuration, tokens.access_token, String(claims['sub']))
    // What was signed counts more than what was not.
    return { ...more, ...claims }
  }

  /** Its keys, and how far its clock is from ours. @throws Untrusted, and what the network says */
  async readKeys(): Promise<{ readonly keys: number; readonly aheadMs: number | null }> {
    const { metadata: told } = await this.#read()
    const response = await this.#lines.fetch(told.jwks_uri, { headers: { accept: 'application/json' } })
    const aheadMs = Date.parse(response.headers.get('date') ?? '') - this.#parts.clock.now()
    const found = response.status === 200 ? jwks.safeParse(await response.json()) : null
    if (!found?.success) throw new Untrusted('keys')
    return { keys: found.data.keys.length, aheadMs: Number.isNaN(aheadMs) ? null : aheadMs }
  }

  close(): Promise<void> {
    return this.#lines.close()
  }

  async #read(): Promise<Known> {
    const nowMs = this.#parts.clock.now()
    if (this.#known === null || this.#known.untilMs < nowMs) {
      const value = this.#discover()
      this.#known = { untilMs: nowMs + FRESH_MS, value }
      value.then(
        () => {
          this.#isAway = false
        },
        () => {
          this.#isAway = true
          this.#known = { untilMs: this.#parts.clock.now() + FAILED_MS, value }
        },
      )
    }
    return this.#known.value
  }

  async #discover(): Promise<Known> {
    const oidc = await import('openid-client')
    const { issuer, clientId } = this.setting
    const fetch = (address: string, options: OpenIdClient.CustomFetchOptions): Promise<Response> =>
      this.#lines.fetch(address, options)
    // Each address is judged by its origin; plain http is one of this machine itself.
    const execute = issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : []
    const found = await oidc.discovery(new URL(issuer), clientId, undefined, oidc.None(), {
      execute,
      timeout: TIMEOUT_S,
      [oidc.customFetch]: fetch,
    })
    const told = metadata.safeParse(found.serverMetadata())
    if (!told.success) throw new Untrusted('metadata')
    const server = this.#trusted(told.data)
    const configuration = new oidc.Configuration(
      server,
      clientId,
      undefined,
      authenticationOf(oidc, this.setting, server),
    )
    configuration[oidc.customFetch] = async (address, options) => {
      const response = await fetch(address, options)
      return address === server.token_endpoint ? whole(response) : response
    }
    configuration.timeout = TIMEOUT_S
    for (const extension of execute) extension(configuration)
    // Without it the token would be believed for the connection that it came on.
    oidc.enableNonRepudiationChecks(configuration)
    return { oidc, metadata: server, configuration }
  }

  /** @throws Untrusted */
  #trusted(told: Metadata): Metadata {
    if (told.issuer !== this.setting.issuer) throw new Untrusted('issuer')
    const { authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint } = told
    for (const address of [authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint])
      if (address !== undefined && !this.#lines.isOfProvider(address)) throw new Untrusted('elsewhere')
    if (this.setting.userinfo && userinfo_endpoint === undefined) throw new Untrusted('metadata')
    const methods = told.code_challenge_methods_supported
    if (methods !== undefined && !methods.includes('S256')) throw new Untrusted('pkce')
    const algorithms = told.id_token_signing_alg_values_supported.filter((one) => ALGORITHMS.includes(one))
    if (algorithms.length === 0) throw new Untrusted('algorithms')
    return { ...told, id_token_signing_alg_values_supported: algorithms }
  }
}

/** The form of the token is read before anything in it is acted upon. */
async function whole(response: Response): Promise<Response> {
  if (response.status === 200) {
    const body: unknown = await response
      .clone()
      .json()
      .catch(() => null)
    if (typeof body === 'object' && body !== null && 'id_token' in body) readForm(String(body.id_token))
  }
  return response
}

function authenticationOf(
  oidc: typeof OpenIdClient,
  { credential }: ConnectionSetting,
  { token_endpoint_auth_methods_supported: methods }: Metadata,
): OpenIdClient.ClientAuth {
  if (credential === null) return oidc.None()
  if (credential.kind === 'secret') {
    const secret = credential.secret.reveal()
    return methods.includes('client_secret_basic')
      ? oidc.ClientSecretBasic(secret)
      : oidc.ClientSecretPost(secret)
  }
  const { pem, keyId } = credential
  const key = createPrivateKey(pem.reveal())
  const signing = key.toCryptoKey(algorithmOf(key.asymmetricKeyType), false, ['sign'])
  return oidc.PrivateKeyJwt(keyId === null ? signing : { key: signing, kid: keyId })
}

function algorithmOf(type: string | undefined) {
  if (type === 'rsa') return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
  return type === 'ed25519' ? { name: 'Ed25519' } : { name: 'ECDSA', namedCurve: 'P-256' }
}
