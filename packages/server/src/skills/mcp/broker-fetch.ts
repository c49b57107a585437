import type { FetchLike } from '@modelcontextprotocol/client'
import { HTTP_METHODS } from '@freehold/contract/skill-permissions.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Broker } from '../runner.ts'

/** `fetch` for the SDK, over the broker of one call: it goes where the skill may go, and nowhere else. */
export interface BrokerFetch {
  readonly fetch: FetchLike
  /** What the broker refused, or could not do, last: the SDK may put it in words of its own. */
  readonly fault: () => Fault | null
}

const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304])

export function brokerFetch(broker: Broker, signal: AbortSignal): BrokerFetch {
  let last: Fault | null = null
  return {
    fault: () => last,
    async fetch(input, init) {
      const request = new Request(input, init)
      const method = HTTP_METHODS.find((known) => known === request.method)
      if (method === undefined) throw new Fault('skill_denied', 'The method is not one that skills may use.')
      // The stream of a session that nobody reads; answers come in the answers to requests.
      if (method === 'GET' && wantsEvents(request.headers)) return new Response(null, { status: 405 })
      const headers = Object.fromEntries(request.headers)
      const bearer = /^bearer (\S+)$/i.exec(headers['authorization'] ?? '')?.[1]
      delete headers['authorization']
      const body = method === 'POST' ? Buffer.from(await request.arrayBuffer()) : null
      try {
        const answer = await broker.send(
          { method, url: request.url, headers, body, ...(bearer !== undefined && { bearer }) },
          AbortSignal.any([signal, request.signal]),
        )
        if (answer.headers['content-type']?.startsWith('text/event-stream')) requireAnswer(answer.body)
        const taken = WITHOUT_BODY.has(answer.status) ? null : new Uint8Array(answer.body)
        return new Response(taken, { status: answer.status, headers: answer.headers })
      } catch (error) {
        if (error instanceof Fault) last = error
        throw error
      }
    },
  }
}

/**
 * The stream is here as a whole, so that one without an answer will never have it, unless it says from where it goes on.
 * @throws Fault `skill_failed`
 */
function requireAnswer(body: Buffer): void {
  const lines = body.toString('utf8').split(/\r\n|\r|\n/)
  if (lines.some((line) => line.startsWith('id:') || (line.startsWith('data:') && isAnswer(line.slice(5)))))
    return
  throw new Fault('skill_failed', 'The MCP server ended its answer before it was complete.')
}

function isAnswer(data: string): boolean {
  try {
    const message: unknown = JSON.parse(data)
    return typeof message === 'object' && message !== null && ('result' in message || 'error' in message)
  } catch {
    return false
  }
}

/** One that goes on where a broken answer ended names it (2025-11-25, Transports, Resumability). */
const wantsEvents = (headers: Headers): boolean =>
  (headers.get('accept') ?? '').includes('text/event-stream') && !headers.has('last-event-id')
