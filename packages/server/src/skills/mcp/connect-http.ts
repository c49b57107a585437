import type { FetchLike } from '@modelcontextprotocol/client'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { CallContext } from '../runner.ts'
import type { OAuthConnection } from './authorisation.ts'
import { brokerFetch } from './broker-fetch.ts'
import type { KnownServer, McpBounds, McpConnection } from './connection.ts'
import { connectMcp } from './connection.ts'

interface HttpServer extends Pick<CallContext, 'broker' | 'signal'> {
  readonly url: URL
  readonly bounds: McpBounds
  readonly authorisation: OAuthConnection | null
  readonly known: KnownServer | null
}

/** A connection over streamable HTTP, all of it through the broker. @throws Fault */
export async function connectHttp({ url, broker, signal, ...options }: HttpServer): Promise<McpConnection> {
  const { authorisation } = options
  const { fetch: brokered, fault } = brokerFetch(broker, signal)
  // What a connection has to say to its authorisation server is none of the skill's.
  const fetch: FetchLike = (input, init) => {
    const { origin, pathname } = new URL(input)
    const isServer = origin === url.origin && pathname === url.pathname
    return isServer || authorisation === null ? brokered(input, init) : authorisation.fetch(input, init)
  }
  const transport = new StreamableHTTPClientTransport(url, {
    fetch,
    ...(authorisation && { authProvider: authorisation }),
    reconnectionOptions: {
      maxRetries: 1,
      initialReconnectionDelay: 200,
      maxReconnectionDelay: 2000,
      reconnectionDelayGrowFactor: 2,
    },
  })
  const connection = await connectMcp({ ...options, transport, signal, fault })
  return {
    ...connection,
    async close() {
      // A session of 2025 is given back; whether the skill may say so is the broker's to decide.
      if (transport.sessionId !== undefined) await transport.terminateSession().catch(() => undefined)
      await connection.close()
    },
  }
}
