import type { OAuthClientProvider } from '@modelcontextprotocol/client'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { CallContext } from '../runner.ts'
import { brokerFetch } from './broker-fetch.ts'
import type { KnownServer, McpBounds, McpConnection } from './connection.ts'
import { connectMcp } from './connection.ts'

interface HttpServer extends Pick<CallContext, 'broker' | 'signal'> {
  readonly url: URL
  readonly bounds: McpBounds
  readonly authorisation: OAuthClientProvider | null
  readonly known: KnownServer | null
}

/** A connection over streamable HTTP, all of it through the broker. @throws Fault */
export async function connectHttp({ url, broker, signal, ...options }: HttpServer): Promise<McpConnection> {
  const { fetch, fault } = brokerFetch(broker, signal)
  const transport = new StreamableHTTPClientTransport(url, {
    fetch,
    ...(options.authorisation && { authProvider: options.authorisation }),
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
