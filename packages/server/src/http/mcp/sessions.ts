import { randomUUID } from 'node:crypto'
import type { AuthInfo, McpServer } from '@modelcontextprotocol/server'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/server'
import type { Visit } from './serving.ts'

interface SessionsOptions {
  readonly make: () => McpServer
  /** Told how many there are now. */
  readonly changed: (count: number) => void
  readonly onError: (error: Error) => void
  readonly maxRequestBodySize: number
}

interface Session {
  readonly owner: string
  readonly mcp: McpServer
  readonly transport: WebStandardStreamableHTTPServerTransport
  usedMs: number
}

interface By {
  readonly visit: Visit
  readonly authInfo: AuthInfo
}

const IDLE_MS = 30 * 60_000
const MOST = 1000
const MOST_OF_ONE = 20

/** Sessions of clients of 2025, each its caller's alone. The one that nobody used for longest makes room. */
export class Sessions {
  readonly #options: SessionsOptions
  /** The one that was used last is last. */
  readonly #open = new Map<string, Session>()

  constructor(options: SessionsOptions) {
    this.#options = options
  }

  async open(request: Request, { visit, authInfo }: By): Promise<Response> {
    await this.#makeRoom(ownerOf(visit))
    const { make, onError, maxRequestBodySize } = this.#options
    const mcp = make()
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      maxRequestBodySize,
      onsessioninitialized: (id) => {
        this.#open.set(id, { owner: ownerOf(visit), mcp, transport, usedMs: performance.now() })
        this.#options.changed(this.#open.size)
      },
      onsessionclosed: (id) => this.#end(id),
    })
    await mcp.connect(transport)
    mcp.server.onerror = onError
    const answer = await transport.handleRequest(request, { authInfo })
    if (transport.sessionId === undefined) await mcp.close()
    return answer
  }

  async answer(request: Request, { id, visit, authInfo }: By & { readonly id: string }): Promise<Response> {
    const session = this.#open.get(id)
    if (session?.owner !== ownerOf(visit) || session.usedMs + IDLE_MS < performance.now())
      return unknownSession()
    session.usedMs = performance.now()
    this.#open.delete(id)
    this.#open.set(id, session)
    return session.transport.handleRequest(request, { authInfo })
  }

  /** Tells everyone that the lists are others now; who does not listen misses nothing but the hint. */
  changed(): void {
    for (const { mcp } of this.#open.values()) {
      void mcp.server.sendToolListChanged().catch(this.#options.onError)
      void mcp.server.sendResourceListChanged().catch(() => undefined)
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.keys().map((id) => this.#end(id)))
  }

  async #makeRoom(owner: string): Promise<void> {
    const now = performance.now()
    const [...all] = this.#open
    for (const [id, { usedMs }] of all) if (usedMs + IDLE_MS < now) await this.#end(id)
    const own = [...this.#open].filter(([, session]) => session.owner === owner)
    const [oldestOwn] = own
    const [oldest] = this.#open
    if (own.length >= MOST_OF_ONE && oldestOwn) await this.#end(oldestOwn[0])
    else if (this.#open.size >= MOST && oldest) await this.#end(oldest[0])
  }

  async #end(id: string): Promise<void> {
    const session = this.#open.get(id)
    if (!session) return
    this.#open.delete(id)
    this.#options.changed(this.#open.size)
    await session.mcp.close()
  }
}

const ownerOf = ({ caller }: Visit): string => `${caller.tenant} ${caller.principal.id}`

/** By this clients know that they have to open another (2025-11-25, Transports, Session Management). */
const unknownSession = (): Response =>
  Response.json(
    { jsonrpc: '2.0', error: { code: -32_001, message: 'Session not found' }, id: null },
    { status: 404 },
  )
