import { mcpResource } from '../../identity/access-tokens.ts'

/** Where it stands (RFC 9728 section 3.1): the path of the resource comes after the well-known one. */
export const METADATA_PATH = '/.well-known/oauth-protected-resource/mcp'

/** What tells clients of /mcp where they get an access token (RFC 9728 section 2). */
export const resourceMetadata = (issuer: string) => ({
  resource: mcpResource(issuer),
  resource_name: 'Freehold',
  authorization_servers: [issuer],
  // With it a person can be asked (OpenID Connect Core section 3.1.2.1).
  scopes_supported: ['openid'],
  bearer_methods_supported: ['header'],
})

/** By this clients find the metadata (RFC 9728 section 5.1). `error` only where a credential was sent (RFC 6750 section 3.1). */
export const challenge = (issuer: string, wasSent: boolean): string =>
  `Bearer resource_metadata="${issuer}${METADATA_PATH}"${wasSent ? ', error="invalid_token"' : ''}`
