import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'
import { CLIENT } from './hostile-provider.ts'

/** Somebody else's OpenID provider, in which everybody is who they say. */
export interface OpenIdProvider {
  readonly issuer: string
  /** As it stands in the configuration under `identity.connections`; the secret is `OIDC_SECRET` of the environment. */
  readonly connection: Readonly<Record<string, unknown>>
  readonly secret: string
  readonly stop: () => Promise<void>
}

/** `home`: where the house is that its people come from; `groups`: by the name that somebody signs in with. */
export async function startOpenIdProvider(
  home: string,
  groups: ReadonlyMap<string, readonly string[]> = new Map(),
): Promise<OpenIdProvider> {
  let provider: Provider | null = null
  const server = createServer((request, response) => void provider?.callback()(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const secret = encodeURIComponent(CLIENT.secret)
  provider = new Provider(issuer, {
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: secret,
        redirect_uris: [`${home}/api/oidc/hq/callback`],
      },
    ],
    claims: { openid: ['sub'], profile: ['preferred_username', 'groups'] },
    conformIdTokenClaims: false,
    cookies: { keys: ['a key of the test'] },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id, groups: groups.get(id) ?? [] }),
    }),
  })
  const connection = {
    id: 'hq',
    name: 'Head office',
    issuer,
    clientId: CLIENT.id,
    clientSecret: '${env:OIDC_SECRET}',
  }
  const stop = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { issuer, connection, secret, stop }
}

/** A port that nobody has just now. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
