import { createHash, randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server'
import { z } from 'zod'
import { sendWeb, webRequest, wholeBody } from '../../packages/server/src/http/mcp/web-exchange.ts'
import { listening } from './mcp-ground.ts'

/** How the authorisation server behaves; a test changes it. */
export interface Manner {
  /** Of an access token. */
  seconds: number
  /** Refuses every refresh. */
  isStrict: boolean
  /** What it says who it is when it sends the browser back. */
  iss: string | null
  /** The description of its tool. */
  says: string
}

/** An MCP server that wants a token, and its authorisation server, on one address (RFC 9728, 8414, 7591, 7636, 9207). */
export async function authorisedServer() {
  const manner: Manner = { seconds: 3600, isStrict: false, iss: null, says: 'Says a secret.' }
  const counts = { registered: 0, exchanged: 0, refreshed: 0 }
  const tokens = new Set<string>()
  const refreshTokens = new Set<string>()
  const codes = new Map<string, string>()
  const issuerOf = ({ headers }: IncomingMessage): string => `http://${headers.host}`
  const json = (response: ServerResponse, body: object, status = 200): void =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  const handler = createMcpHandler(() => {
    const mcp = new McpServer({ name: 'closed', version: '1' })
    mcp.registerTool('secret', { description: manner.says, inputSchema: z.object({}) }, () => ({
      content: [{ type: 'text', text: 'the harbour at nine' }],
    }))
    return mcp
  })
  const fresh = (response: ServerResponse): void => {
    const [token, refresh] = [randomBytes(16).toString('hex'), randomBytes(16).toString('hex')]
    tokens.clear()
    tokens.add(token)
    refreshTokens.clear()
    refreshTokens.add(refresh)
    json(response, {
      access_token: token,
      token_type: 'Bearer',
      expires_in: manner.seconds,
      refresh_token: refresh,
      scope: 'orders',
    })
  }
  const grant = (form: URLSearchParams, response: ServerResponse): void => {
    if (form.get('grant_type') === 'refresh_token') {
      const isKnown = refreshTokens.has(form.get('refresh_token') ?? '')
      if (manner.isStrict || !isKnown) return json(response, { error: 'invalid_grant' }, 400)
      counts.refreshed += 1
      return fresh(response)
    }
    const challenge = codes.get(form.get('code') ?? '')
    const shown = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    if (challenge === undefined || shown !== challenge) return json(response, { error: 'invalid_grant' }, 400)
    codes.clear()
    counts.exchanged += 1
    return fresh(response)
  }
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const issuer = issuerOf(request)
    const url = new URL(request.url ?? '/', issuer)
    const body = await wholeBody(request, 1024 * 1024)
    if (url.pathname === '/.well-known/oauth-protected-resource/mcp')
      return json(response, { resource: `${issuer}/mcp`, authorization_servers: [issuer] })
    if (url.pathname === '/.well-known/oauth-authorization-server')
      return json(response, {
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        registration_endpoint: `${issuer}/register`,
        response_types_supported: ['code'],
        grant_types_supported: ['authorization_code', 'refresh_token'],
        code_challenge_methods_supported: ['S256'],
        token_endpoint_auth_methods_supported: ['none'],
        authorization_response_iss_parameter_supported: true,
      })
    if (url.pathname === '/register') {
      counts.registered += 1
      const asked = z.looseObject({}).parse(JSON.parse(body.toString()))
      return json(response, { ...asked, client_id: `client-${counts.registered}` }, 201)
    }
    if (url.pathname === '/authorize') {
      const code = randomBytes(8).toString('hex')
      codes.set(code, url.searchParams.get('code_challenge') ?? '')
      const back = new URL(url.searchParams.get('redirect_uri') ?? '')
      back.searchParams.set('code', code)
      back.searchParams.set('state', url.searchParams.get('state') ?? '')
      back.searchParams.set('iss', manner.iss ?? issuer)
      response.writeHead(302, { location: back.href }).end()
      return
    }
    if (url.pathname === '/token') return grant(new URLSearchParams(body.toString()), response)
    const [, token = ''] = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '') ?? []
    if (!tokens.has(token)) {
      const metadata = `${issuer}/.well-known/oauth-protected-resource/mcp`
      response.writeHead(401, { 'www-authenticate': `Bearer resource_metadata="${metadata}"` }).end()
      return
    }
    await sendWeb(
      await handler.fetch(webRequest(request, { body, signal: AbortSignal.timeout(9000) })),
      response,
    )
  }
  const server = await listening((request, response) => void serve(request, response))
  return {
    ...server,
    manner,
    counts,
    /** As if their time were over. */
    endTokens: () => tokens.clear(),
  }
}

/** What a browser does that is sent there: it allows, and comes back with what the server sent it off with. */
export async function allowed(location: URL): Promise<URLSearchParams> {
  const answer = await fetch(location, { redirect: 'manual' })
  return new URL(answer.headers.get('location') ?? '').searchParams
}
