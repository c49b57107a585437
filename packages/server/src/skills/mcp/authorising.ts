import type { FetchLike } from '@modelcontextprotocol/client'
import {
  auth,
  extractWWWAuthenticateParams,
  IssuerMismatchError,
  OAuthError,
} from '@modelcontextprotocol/client'
import { Fault } from '../../kernel/fault.ts'
import type { Authorisation } from './authorisation.ts'

/**
 * Begins to authorise this platform at a server: finds its authorisation server (RFC 9728, RFC 8414), says who it is
 * (metadata document, RFC 7591, or as registered), and returns where the administrator's browser is to go; null where a
 * refresh was enough.
 * @throws Fault `skill_failed`, `upstream_timeout`
 */
export async function beginAuthorisation(authorisation: Authorisation, serverUrl: URL): Promise<URL | null> {
  return inWords(async () => {
    const { resourceMetadataUrl, scope } = extractWWWAuthenticateParams(
      await asked(serverUrl, authorisation.fetch),
    )
    const outcome = await auth(authorisation, {
      serverUrl,
      fetchFn: authorisation.fetch,
      ...(resourceMetadataUrl && { resourceMetadataUrl }),
      ...(scope !== undefined && { scope }),
    })
    return outcome === 'REDIRECT' ? authorisation.location : null
  })
}

/**
 * Exchanges the code that came back with the browser; where from is checked (RFC 9207). That its state is the one that
 * was sent has been checked before.
 * @throws Fault `skill_failed`, `upstream_timeout`
 */
export async function finishAuthorisation(
  authorisation: Authorisation,
  serverUrl: URL,
  answer: URLSearchParams,
): Promise<void> {
  const code = answer.get('code')
  const iss = answer.get('iss')
  // What an authorisation server says in error_description may be anybody's words.
  if (code === null) throw failed(`said no (${word(answer.get('error'))})`)
  await inWords(() =>
    auth(authorisation, {
      serverUrl,
      fetchFn: authorisation.fetch,
      authorizationCode: code,
      ...(iss !== null && { iss }),
    }),
  )
}

/** What the server says to whoever shows nothing: the challenge tells where to begin. */
function asked(serverUrl: URL, fetch: FetchLike): Promise<Response> {
  return fetch(serverUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: {
        protocolVersion: '2025-11-25',
        capabilities: {},
        clientInfo: { name: 'freehold', version: '1' },
      },
    }),
  })
}

async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Fault) throw error
    if (error instanceof IssuerMismatchError) throw failed('is not the one that was asked', error)
    if (error instanceof OAuthError) throw failed(`refused (${word(error.code)})`, error)
    throw failed('could not be understood', error)
  }
}

const word = (text: string | null): string => (/^[\w.-]{1,64}$/.test(text ?? '') ? (text ?? '') : 'unknown')

const failed = (what: string, cause?: unknown): Fault =>
  new Fault('skill_failed', `The authorisation server of the MCP server ${what}.`, { cause })
