import type {
  CallToolResult,
  McpServer,
  ServerContext,
  Tool as ListedTool,
} from '@modelcontextprotocol/server'
import type { InputRequiredResult, RequestStateCodec } from '@modelcontextprotocol/server'
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  createRequestStateCodec,
  inputRequired,
  ProtocolError,
  ProtocolErrorCode,
} from '@modelcontextprotocol/server'
import { highestClass, isWithin } from '@freehold/contract/data-class.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { z } from 'zod'
import { readArguments } from '../../assistant/loop/arguments.ts'
import { effectOf, guard } from '../../assistant/loop/guard.ts'
import { within } from '../../assistant/loop/time-limit.ts'
import { Fault } from '../../kernel/fault.ts'
import { uuidV7 } from '../../kernel/ids.ts'
import type { Tool, ToolPart, ToolResult } from '../../skills/tool.ts'
import type { Visit } from './serving.ts'

/** How a call of a tool came out. */
export type CallOutcome = 'done' | 'failed' | 'invalid' | 'denied' | 'timed_out'

export interface ToolOfferOptions {
  /** What this caller may use; asked for every request. */
  readonly toolsFor: (visit: Visit) => Promise<readonly Tool[]>
  /** Puts a call on record before it is begun: no record, no call. */
  readonly record: (visit: Visit, tool: Tool, confirmed: boolean) => Promise<void>
  readonly counted: (outcome: CallOutcome) => void
  /** A tool threw what is no Fault; the caller learns no more than that it failed. */
  readonly report: (error: unknown, tool: string) => void
  /** At least 32 bytes, the same in every process: seals what a client answers to a question. */
  readonly secret: Buffer
}

/** Names of ours in `_meta`. */
const CLASS_META = 'dev.freehold/class'
const ORIGIN_META = 'dev.freehold/origin'
const SOURCE_META = 'dev.freehold/source'
const PAGE = 100
const TIMEOUT_MS = 30_000
const RESULT_CHARACTERS = 60_000
const QUESTION_SECONDS = 600
const QUESTION = 'approve'
const approval = z.object({ approve: z.boolean() })
/** Capabilities of a client that puts questions to its user. */
const canBeAsked = z.looseObject({ elicitation: z.looseObject({}) })

/** The hash is of the tool as it is and of the arguments: what was approved is what is called. */
interface Asked {
  readonly hash: string
}

export interface ToolOffer {
  offer(mcp: McpServer): void
  /** To be given to every server that offers these tools. */
  readonly verify: RequestStateCodec<Asked>['verify']
}

/** The tools of whoever asks. What is more than a read is approved by the user of the client first, call by call. */
export function createToolOffer(
  options: ToolOfferOptions,
  visitOf: (context: ServerContext) => Visit,
): ToolOffer {
  const codec = createRequestStateCodec<Asked>({
    key: new Uint8Array(options.secret),
    ttlSeconds: QUESTION_SECONDS,
    bind(context) {
      const { caller } = visitOf(context)
      return `${caller.tenant}\0${caller.principal.id}`
    },
  })
  const offer = (mcp: McpServer): void => {
    mcp.server.setRequestHandler('tools/list', async ({ params }, context) =>
      pageOf(await options.toolsFor(visitOf(context)), params?.cursor),
    )
    mcp.server.setRequestHandler('tools/call', async ({ params }, context) => {
      const visit = visitOf(context)
      const tool = (await options.toolsFor(visit)).find(({ name }) => name === params.name)
      if (tool === undefined)
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no tool ${params.name} here.`)
      const read = readArguments(tool, JSON.stringify(params.arguments ?? {}))
      if (!read.isValid) return refused(options, 'invalid', read.message)
      const needsApproval = guard(tool, read.input, true).kind === 'ask'
      if (needsApproval) {
        const question = await questionFor({ mcp, tool, codec, read, context })
        if (question !== null) {
          if (typeof question !== 'string') return question
          return refused(options, 'denied', question)
        }
      }
      await options.record(visit, tool, needsApproval)
      return called(options, { tool, visit, input: read.input, signal: context.mcpReq.signal })
    })
  }
  return { offer, verify: (state, context) => codec.verify(state, context) }
}

function pageOf(
  tools: readonly Tool[],
  cursor: string | undefined,
): { tools: ListedTool[]; nextCursor?: string } {
  const sorted = tools.toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const from = cursor === undefined ? 0 : sorted.findIndex(({ name }) => name > cursor)
  if (from < 0) return { tools: [] }
  const page = sorted.slice(from, from + PAGE)
  const last = page.at(-1)
  const isMore = from + PAGE < sorted.length
  return { tools: page.map(listed), ...(isMore && last !== undefined && { nextCursor: last.name }) }
}

function listed(tool: Tool): ListedTool {
  const effect = effectOf(tool)
  return {
    name: tool.name,
    description: tool.description,
    inputSchema: { ...tool.input, type: 'object' },
    annotations: {
      readOnlyHint: effect === 'read',
      destructiveHint: effect === 'destructive',
      idempotentHint: tool.idempotent,
      openWorldHint: tool.dials !== 'nowhere',
    },
  }
}

interface Question {
  readonly mcp: McpServer
  readonly tool: Tool
  readonly codec: RequestStateCodec<Asked>
  readonly read: { readonly shown: string; readonly hash: string }
  readonly context: ServerContext
}

/** Null once the user of the client has allowed this very call; words where there is nobody to ask, or who said no. */
async function questionFor({
  mcp,
  tool,
  codec,
  read,
  context,
}: Question): Promise<InputRequiredResult | string | null> {
  const { mcpReq } = context
  const { [CLIENT_CAPABILITIES_META_KEY]: now } = { ...mcpReq.envelope } as Readonly<Record<string, unknown>>
  if (!canBeAsked.safeParse(now ?? mcp.server.getClientCapabilities()).success)
    return `${tool.name} needs an approval, and this client cannot ask for one. Ask for it in the chat of Freehold.`
  if (mcpReq.requestState<Asked>()?.hash === read.hash && mcpReq.inputResponses?.[QUESTION] !== undefined) {
    const isApproved = acceptedContent(mcpReq.inputResponses, QUESTION, approval)?.approve === true
    return isApproved ? null : `${tool.name} was not allowed, so it was not called.`
  }
  return inputRequired({
    inputRequests: {
      [QUESTION]: inputRequired.elicit({
        message: `Call ${tool.name} (${effectOf(tool)}) with ${read.shown.slice(0, 2000)}?`,
        requestedSchema: {
          type: 'object',
          properties: { approve: { type: 'boolean', title: 'Allow this call, this once' } },
          required: ['approve'],
        },
      }),
    },
    requestState: await codec.mint({ hash: read.hash }, context),
  })
}

const word = (text: string, isError: boolean, of: DataClass = 'public'): CallToolResult => ({
  content: [{ type: 'text', text }],
  ...(isError && { isError }),
  _meta: { [CLASS_META]: of },
})

function refused(
  { counted }: ToolOfferOptions,
  outcome: CallOutcome,
  text: string,
  of?: DataClass,
): CallToolResult {
  counted(outcome)
  return word(text, true, of)
}

interface Called {
  readonly tool: Tool
  readonly visit: Visit
  readonly input: unknown
  readonly signal: AbortSignal
}

async function called(
  options: ToolOfferOptions,
  { tool, visit, input, signal: left }: Called,
): Promise<CallToolResult> {
  const { caller } = visit
  const timeoutMs = tool.timeoutMs ?? TIMEOUT_MS
  const patience = AbortSignal.timeout(timeoutMs)
  const signal = AbortSignal.any([left, visit.signal, patience])
  const call = uuidV7()
  try {
    const run = async (): Promise<ToolResult> =>
      tool.run(input, { caller, conversation: call, run: call, call, class: caller.baseClass, signal })
    const result = await within(run(), signal)
    options.counted('done')
    return received(result, caller.classCeiling, tool.resultCharacters ?? RESULT_CHARACTERS)
  } catch (error) {
    if (patience.aborted)
      return refused(options, 'timed_out', `It did not answer in time (${timeoutMs} ms at most).`)
    if (error instanceof Fault)
      return refused(options, 'failed', error.message.slice(0, 2000), error.class ?? 'public')
    if (signal.aborted) return refused(options, 'failed', 'The call was ended.')
    options.report(error, tool.name)
    return refused(options, 'failed', 'The tool failed.')
  }
}

/** No longer than allowed, nothing above the ceiling of the caller, and each part with its class and where it is from. */
function received({ parts }: ToolResult, ceiling: DataClass, characters: number): CallToolResult {
  const content: CallToolResult['content'] = []
  let highest: DataClass = 'public'
  let left = characters
  for (const part of parts) {
    if (!isWithin(part.class, ceiling)) {
      content.push({ type: 'text', text: 'A part was left out: its class is above what you may read.' })
      continue
    }
    if (left <= 0) {
      content.push({ type: 'text', text: 'The rest was left out: the result is too long.' })
      break
    }
    const text = part.text.slice(0, left).toWellFormed()
    left -= text.length
    highest = highestClass(highest, part.class)
    content.push({ type: 'text', text, _meta: metaOf(part) })
  }
  if (content.length === 0) return word('Done. It returned nothing.', false)
  return { content, _meta: { [CLASS_META]: highest } }
}

const metaOf = (part: ToolPart): Record<string, unknown> => ({
  [CLASS_META]: part.class,
  [ORIGIN_META]: `${part.origin}, ${part.origin === 'tool' ? part.integrity : 'untrusted'}`,
  ...(part.source && { [SOURCE_META]: part.source }),
})
