import type { DiscoverResult, Transport } from '@modelcontextprotocol/client'
import {
  Client,
  ProtocolError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  UnauthorizedError,
} from '@modelcontextprotocol/client'
import { Fault } from '../../kernel/fault.ts'
import type { OperationResult } from '../runner.ts'
import type { ToolDefinition } from './definitions.ts'
import { readDefinitions } from './definitions.ts'
import { shown } from './hidden-text.ts'
import { resultOf } from './results.ts'

export interface McpBounds {
  /** Until a server has said what it speaks. */
  readonly connectMs: number
  /** Of one request. */
  readonly requestMs: number
}

/** What a server said of itself, so that the next connection need not ask again. */
export type KnownServer =
  | { readonly kind: 'modern'; readonly discover: DiscoverResult }
  | { readonly kind: 'legacy' }

export interface ConnectOptions {
  readonly transport: Transport
  readonly bounds: McpBounds
  readonly signal: AbortSignal
  readonly known?: KnownServer | null
  /** A better word than the SDK has for what went wrong. */
  readonly fault?: () => Fault | null
}

const CLIENT = { name: 'freehold', title: 'Freehold', version: '1' }
const MOST_PAGES = 32
const MOST_MESSAGE = 500

/** A connection to an MCP server of any revision from 2025-06-18 on. It offers the server nothing: no roots, no sampling, no questions. */
export interface McpConnection {
  /** As `2026-07-28`. */
  readonly version: string
  readonly known: KnownServer
  /** @throws Fault `skill_failed` */
  tools(signal: AbortSignal): Promise<readonly ToolDefinition[]>
  /** @throws Fault `skill_failed`, with what the server says; `upstream_timeout` */
  call(
    tool: ToolDefinition,
    input: Readonly<Record<string, unknown>>,
    within: { readonly signal: AbortSignal; readonly timeoutMs: number },
  ): Promise<OperationResult>
  close(): Promise<void>
}

/** @throws Fault `skill_failed`, `upstream_timeout`, and what the broker refuses */
export async function connectMcp(options: ConnectOptions): Promise<McpConnection> {
  const { transport, bounds, signal, known = null } = options
  const client = new Client(CLIENT, {
    capabilities: {},
    versionNegotiation: { mode: 'auto', probe: { timeoutMs: bounds.connectMs } },
    listMaxPages: MOST_PAGES,
    // Everything that a server sends by itself is of no interest, and what it asks is refused.
    inputRequired: { autoFulfill: false },
  })
  // What is no answer to a request of ours is passed over.
  client.onerror = () => {}
  const words = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw faultOf(error, options)
    }
  }
  try {
    await words(() =>
      client.connect(transport, {
        signal,
        timeout: bounds.connectMs,
        ...(known && { prior: known }),
      }),
    )
  } catch (error) {
    await client.close().catch(() => undefined)
    throw error
  }
  const discover = client.getDiscoverResult()
  return {
    version: client.getNegotiatedProtocolVersion() ?? 'unknown',
    known: discover === undefined ? { kind: 'legacy' } : { kind: 'modern', discover },
    tools: (until) =>
      words(async () => {
        const { tools } = await client.listTools(undefined, {
          signal: until,
          timeout: bounds.requestMs,
          maxTotalTimeout: bounds.requestMs,
          cacheMode: 'refresh',
        })
        return readDefinitions(tools)
      }),
    call: (tool, input, { signal: until, timeoutMs }) =>
      words(async () => {
        const { name, inputSchema, outputSchema } = tool
        const result = await client.callTool(
          { name, arguments: { ...input } },
          {
            signal: until,
            timeout: timeoutMs,
            maxTotalTimeout: timeoutMs,
            toolDefinition: {
              name,
              inputSchema: { ...inputSchema, type: 'object' },
              ...(outputSchema && { outputSchema: { ...outputSchema, type: 'object' } }),
            },
          },
        )
        return resultOf(result)
      }),
    close: () => client.close(),
  }
}

/** Whatever went wrong in words of ours. What a server says is told as such, cut short and with nothing hidden in it. */
function faultOf(error: unknown, { fault, signal }: ConnectOptions): unknown {
  if (error instanceof Fault) return error
  const better = fault?.() ?? null
  if (better) return better
  if (signal.aborted) return signal.reason
  const failed = (what: string): Fault =>
    new Fault('skill_failed', `The MCP server ${what}.`, { cause: error })
  if (error instanceof UnauthorizedError) return needsAuthorisation(error)
  if (error instanceof SdkHttpError)
    return error.status === 401 || error.status === 403
      ? needsAuthorisation(error)
      : failed(`answered with status ${error.status}`)
  if (error instanceof SdkError) {
    if (error.code === SdkErrorCode.RequestTimeout)
      return new Fault('upstream_timeout', 'The MCP server did not answer in time.', { cause: error })
    return failed(SDK_WORDS[error.code] ?? `could not be spoken with (${error.code.toLowerCase()})`)
  }
  if (error instanceof ProtocolError)
    return failed(`refused (${error.code}): ${shown(error.message).slice(0, MOST_MESSAGE)}`)
  return error instanceof Error && error.name === 'AbortError' ? error : failed('could not be understood')
}

const SDK_WORDS: Readonly<Partial<Record<SdkErrorCode, string>>> = {
  [SdkErrorCode.ListPaginationExceeded]: `has a list of tools of more than ${MOST_PAGES} pages`,
  [SdkErrorCode.InputRequiredRoundsExceeded]: 'asks for something, and nobody is there to be asked',
  [SdkErrorCode.ConnectionClosed]: 'closed the connection',
}

const needsAuthorisation = (cause: unknown): Fault =>
  new Fault(
    'skill_failed',
    'The MCP server asks for an authorisation: needs_authorisation. Ask your administrator.',
    {
      cause,
    },
  )
