import { once } from 'node:events'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as client from 'openid-client'
import type { Application } from '../system/sign-on-house.ts'
import { relyingParty } from '../system/sign-on-house.ts'
import type { House } from './browser.ts'

/** An application of somebody else: a link to sign in, and a page that says who did. */
export async function startApplication(house: House) {
  const begun = new Map<string, string>()
  let application: Application | null = null
  const answer = async ({ url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (application === null) throw new Error('the application is not registered yet')
    const config = await relyingParty(house.url, application)
    const here = new URL(url, origin())
    if (here.pathname === '/sign-in' || here.pathname === '/act') {
      const [verifier, state] = [client.randomPKCECodeVerifier(), client.randomState()]
      begun.set(state, verifier)
      const link = client.buildAuthorizationUrl(config, {
        redirect_uri: application.redirectUri,
        scope: 'openid profile groups',
        ...(here.pathname === '/act' && { resource: `${house.url}/mcp` }),
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
      })
      return void response.writeHead(302, { location: link.href }).end()
    }
    const state = here.searchParams.get('state') ?? ''
    const say = (text: string): void =>
      void response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end(`<!doctype html><html lang="en"><title>Wiki</title><h1>${text}</h1>`)
    if (here.searchParams.has('error')) return say(`Refused: ${here.searchParams.get('error') ?? ''}`)
    const tokens = await client.authorizationCodeGrant(config, here, {
      pkceCodeVerifier: begun.get(state) ?? '',
      expectedState: state,
    })
    // For what it acts at: that says nothing of the person.
    if (tokens.refresh_token !== undefined) return say('Connected')
    const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? '')
    say(`Hello, ${info.name ?? 'nobody'}`)
  }
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  const origin = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const redirectUri = `${origin()}/back`
  const made = await house.cli(
    'service',
    'create',
    'Team wiki',
    '--public',
    '--redirect-uri',
    redirectUri,
    '--resource',
    `${house.url}/mcp`,
    '--json',
  )
  application = { id: (JSON.parse(made) as { id: string }).id, key: null, redirectUri }
  return {
    origin: origin(),
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
