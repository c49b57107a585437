import { randomBytes } from 'node:crypto'
import type {
  FetchLike,
  OAuthClientInformationContext,
  OAuthClientMetadata,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client'

/** What is kept of an OAuth connection between requests; all of it sealed. */
export interface KeptAuthorisation {
  /** By the issuer that it was made for: one server's credentials are never shown to another. */
  readonly clients: Readonly<Record<string, StoredOAuthClientInformation>>
  readonly tokens: StoredOAuthTokens | null
  /** The issuer of the tokens. */
  readonly issuer: string | null
  /** When the access token ends; null where nobody said. */
  readonly expiresMs: number | null
  /** PKCE (RFC 7636), while somebody is on the way. */
  readonly verifier: string | null
  readonly discovery: OAuthDiscoveryState | null
}

export const NOTHING_KEPT: KeptAuthorisation = {
  clients: {},
  tokens: null,
  issuer: null,
  expiresMs: null,
  verifier: null,
  discovery: null,
}

export interface AuthorisationParts {
  readonly kept: KeptAuthorisation
  readonly keep: (kept: KeptAuthorisation) => Promise<void>
  /** The way to authorisation servers. */
  readonly fetch: FetchLike
  readonly nowMs: () => number
  readonly redirectUrl: string
  /** Where an authorisation server may read who this client is (Client ID Metadata Document); https only, or absent. */
  readonly clientMetadataUrl?: string
  /** Of a client that the administrator registered by hand. */
  readonly registered?: StoredOAuthClientInformation
}

/** Who this client is to an authorisation server, in a registration (RFC 7591) and in the document at its address. */
export const clientMetadata = (redirectUrl: string): OAuthClientMetadata => ({
  client_name: 'Freehold',
  redirect_uris: [redirectUrl],
  grant_types: ['authorization_code', 'refresh_token'],
  response_types: ['code'],
  token_endpoint_auth_method: 'none',
})

/** An OAuth connection that brings its own way to the authorisation server: skills have none. */
export interface OAuthConnection extends OAuthClientProvider {
  readonly fetch: FetchLike
}

/** One OAuth connection, as the SDK drives it. What it is given is kept at once: a refresh token is good for one use. */
export class Authorisation implements OAuthConnection {
  readonly fetch: FetchLike
  readonly redirectUrl: string
  readonly clientMetadata: OAuthClientMetadata
  readonly clientMetadataUrl?: string
  readonly #parts: AuthorisationParts
  #kept: KeptAuthorisation
  #state = ''
  #location: URL | null = null

  constructor(parts: AuthorisationParts) {
    this.#parts = parts
    this.#kept = parts.kept
    this.fetch = parts.fetch
    this.redirectUrl = parts.redirectUrl
    this.clientMetadata = clientMetadata(parts.redirectUrl)
    if (parts.clientMetadataUrl !== undefined) this.clientMetadataUrl = parts.clientMetadataUrl
  }

  get kept(): KeptAuthorisation {
    return this.#kept
  }

  /** Where the browser is to go; null where nobody has to go anywhere. */
  get location(): URL | null {
    return this.#location
  }

  /** What comes back with the browser, once somebody was sent on the way. */
  get sentState(): string {
    return this.#state
  }

  state(): string {
    this.#state = randomBytes(32).toString('base64url')
    return this.#state
  }

  clientInformation(context?: OAuthClientInformationContext): StoredOAuthClientInformation | undefined {
    const { registered } = this.#parts
    if (registered) return registered
    return context && this.#kept.clients[context.issuer]
  }

  async saveClientInformation(
    information: StoredOAuthClientInformation,
    context?: OAuthClientInformationContext,
  ): Promise<void> {
    if (context) await this.#keep({ clients: { ...this.#kept.clients, [context.issuer]: information } })
  }

  tokens(context?: OAuthClientInformationContext): StoredOAuthTokens | undefined {
    const { tokens, issuer } = this.#kept
    return context && context.issuer !== issuer ? undefined : (tokens ?? undefined)
  }

  async saveTokens(tokens: StoredOAuthTokens, context?: OAuthClientInformationContext): Promise<void> {
    const { expires_in: seconds } = tokens
    await this.#keep({
      tokens,
      issuer: context?.issuer ?? this.#kept.issuer,
      expiresMs: seconds === undefined ? null : this.#parts.nowMs() + seconds * 1000,
      verifier: null,
      // It binds the way back to the server that somebody was sent to; later the MCP server may name another.
      discovery: null,
    })
  }

  redirectToAuthorization(location: URL): void {
    this.#location = location
  }

  async saveCodeVerifier(verifier: string): Promise<void> {
    await this.#keep({ verifier })
  }

  codeVerifier(): string {
    if (this.#kept.verifier === null) throw new Error('nobody was sent on the way')
    return this.#kept.verifier
  }

  async saveDiscoveryState(discovery: OAuthDiscoveryState): Promise<void> {
    await this.#keep({ discovery })
  }

  discoveryState(): OAuthDiscoveryState | undefined {
    return this.#kept.discovery ?? undefined
  }

  async invalidateCredentials(scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): Promise<void> {
    const nothing = { tokens: null, expiresMs: null }
    await this.#keep({
      ...((scope === 'all' || scope === 'tokens') && nothing),
      ...((scope === 'all' || scope === 'client') && { clients: {} }),
      ...((scope === 'all' || scope === 'verifier') && { verifier: null }),
      ...((scope === 'all' || scope === 'discovery') && { discovery: null }),
    })
  }

  async #keep(change: Partial<KeptAuthorisation>): Promise<void> {
    this.#kept = { ...this.#kept, ...change }
    await this.#parts.keep(this.#kept)
  }
}
