/** As much of it as is used; it ships no types. */
declare module 'oidc-provider' {
  import type { KeyObject } from 'node:crypto'
  import type { IncomingMessage, ServerResponse } from 'node:http'
  import type { Socket } from 'node:net'

  export interface Context {
    readonly socket: Socket
    body: object
    readonly oidc: {
      readonly route?: string
      readonly params: { readonly scope?: string; readonly grant_type?: string; readonly client_id?: string }
      readonly client?: { readonly clientId: string }
    }
  }

  export interface LibraryClient {
    grantTypeAllowed(grant: string): boolean
  }

  export class RefreshToken {
    readonly grantId: string
    getValueAndPayload(): Promise<{ readonly value: string; readonly payload?: object }>
  }

  export class Provider {
    constructor(issuer: string, configuration: object)
    readonly RefreshToken: typeof RefreshToken
    /** Takes `x-forwarded-*` at their word. */
    proxy: boolean
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): this
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>
    on(event: 'grant.error' | 'server_error', heard: (context: Context, error: Error) => void): this
    on(event: 'error', heard: (error: Error) => void): this
  }

  export class ExternalSigningKey {
    kid: string
    alg: string
    keyObject(): KeyObject
    sign(text: Buffer): Promise<Buffer>
  }

  class OIDCProviderError extends Error {
    readonly error: string
  }
  export const errors: Readonly<
    Record<
      'InvalidTarget' | 'InvalidClientAuth' | 'InvalidScope' | 'InvalidGrant',
      new (why?: string) => OIDCProviderError
    >
  >
}
