import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import { Fault } from '../../kernel/fault.ts'
import type { OAuthConnection } from '../mcp/authorisation.ts'
import type { McpConnection, KnownServer } from '../mcp/connection.ts'
import type { ToolDefinition } from '../mcp/definitions.ts'
import { toolsById } from '../mcp/described-operations.ts'
import type { ApprovedTool, PinDiff } from '../mcp/pin-diff.ts'
import type { SandboxedProcess } from '../mcp/process-transport.ts'
import { ToolBook } from '../mcp/tool-book.ts'
import { openStrong } from '../strong/strong.ts'
import type { KindPorts } from './kind-ports.ts'
import type { CallContext, SkillPackage, SkillRunner } from '../runner.ts'

type McpManifest = Extract<SkillManifest, { kind: 'mcp' }>

/** What a server over stdio runs in. */
export interface BoxedServer {
  readonly files: SkillPackage['files']
  readonly command: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly limits: { readonly memoryMb: number; readonly processes: number; readonly tmpMb: number }
}

/** What was agreed on the servers of skills in the tenant that they are opened for. */
export interface McpAgreements {
  /** Tools that somebody approved here, besides those that the manifest pins. */
  readonly approved: (skill: string) => Promise<readonly ApprovedTool[]>
  /** The OAuth connection of the skill to its server; null where it has none. */
  readonly authorisation: (skill: string) => Promise<OAuthConnection | null>
}

/** What skills of kind `mcp` need besides what each call brings. */
export interface McpPorts extends McpAgreements {
  readonly nowMs: () => number
  /** Opens a box in the strong sandbox. @throws Fault `skill_denied` where there is none */
  readonly openBox: (server: BoxedServer) => Promise<SandboxedProcess>
  readonly drifted: (skill: string, diff: PinDiff) => void
}

type Reaching = Pick<CallContext, 'broker' | 'signal'>

/** A runner that can also be asked what its server says now. */
export interface McpSkillRunner extends SkillRunner {
  /** What has to be approved, and what the server says of its tools. */
  review(
    context: Reaching,
  ): Promise<{ readonly diff: PinDiff; readonly definitions: readonly ToolDefinition[] }>
}

const CONNECT_MS = 10_000
const REQUEST_MS = 30_000
const PROCESSES = 32
const TMP_MB = 16
/** Beside what an operation may answer: the words around it. */
const LINE_BYTES = 256 * 1024

const NOTHING_AGREED: McpAgreements = { approved: async () => [], authorisation: async () => null }

/** With the sandboxes of this process. */
export const openMcpSkill = (
  skill: SkillPackage,
  { sandboxes, log, mcp = NOTHING_AGREED }: KindPorts,
): McpSkillRunner =>
  openMcp(skill, {
    ...mcp,
    nowMs: () => performance.now(),
    openBox: async (server) => openStrong(await sandboxes.strong(), server),
    drifted: (name, { changes, gone }) =>
      log.warn('mcp.tools_changed', { skill: name, changes: changes.length, gone: gone.length }),
  })

/** Skills of kind `mcp`: the included tools of a server, each as it was approved. */
export function openMcp(skill: SkillPackage, ports: McpPorts): McpSkillRunner {
  const { manifest } = skill
  if (manifest.kind !== 'mcp') throw new Error(`a skill of kind ${manifest.kind} was opened as mcp`)
  const { name } = manifest.metadata
  const tools = toolsById(manifest)
  const pinned = Object.entries(manifest.mcp.pins).map(([tool, pin]) => ({ tool, pin, definition: null }))
  const book = new ToolBook({
    skill: name,
    include: manifest.mcp.tools.include,
    nowMs: ports.nowMs,
    // What was approved here counts more: it is newer, and its text is known.
    approved: async () => [...pinned, ...(await ports.approved(name))],
    drifted: (diff) => ports.drifted(name, diff),
  })
  const way =
    manifest.mcp.transport === 'http'
      ? overHttp(manifest, ports, book)
      : overStdio(skill, manifest, ports, book)
  return {
    async run(operation, input, context) {
      const tool = tools.get(operation)
      if (tool === undefined)
        throw new Fault('no_such_operation', 'This skill has no such operation.', { param: 'operation' })
      const said = manifest.operations.find(({ id }) => id === operation)
      const timeoutMs = said?.timeoutMs ?? manifest.limits.wallMs
      return way.within(context, async (connection) => {
        const definition = await book.callable(tool, () => connection.tools(context.signal))
        return connection.call(definition, input, { signal: context.signal, timeoutMs })
      })
    },
    review: (context) =>
      way.within(context, (connection) => book.review(() => connection.tools(context.signal))),
    close: () => way.close(),
  }
}

/** How a server is reached. */
interface Way {
  within<T>(context: Reaching, work: (connection: McpConnection) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** A connection for each call: callers share nothing, and the broker of the call sees all of it. */
function overHttp({ mcp, metadata }: McpManifest, ports: McpPorts, book: ToolBook): Way {
  if (mcp.transport !== 'http') throw new Error('this server is not reached over HTTP')
  const url = new URL(mcp.url)
  let known: KnownServer | null = null
  return {
    async within(context, work) {
      const { connectHttp } = await import('../mcp/connect-http.ts')
      const connection = await connectHttp({
        url,
        ...context,
        bounds: { connectMs: CONNECT_MS, requestMs: REQUEST_MS },
        authorisation: await ports.authorisation(metadata.name),
        known,
      }).catch((error: unknown) => {
        // It may speak another revision since.
        known = null
        book.forget()
        throw error
      })
      known = connection.known
      try {
        return await work(connection)
      } finally {
        await connection.close()
      }
    },
    async close() {},
  }
}

/** One program for all calls, started with the first and again when it has ended. */
function overStdio(
  skill: SkillPackage,
  { mcp, limits, permissions }: McpManifest,
  ports: McpPorts,
  book: ToolBook,
): Way {
  if (mcp.transport !== 'stdio') throw new Error('this server is not reached over stdio')
  let current: Promise<McpConnection> | null = null
  const start = async (): Promise<McpConnection> => {
    const { connectProcess } = await import('../mcp/connect-process.ts')
    const box = await ports.openBox({
      files: skill.files,
      command: commandOf(mcp.command, permissions.process),
      args: mcp.args,
      env: mcp.env,
      limits: { memoryMb: limits.memoryMb, processes: PROCESSES, tmpMb: TMP_MB },
    })
    return connectProcess(box, {
      bounds: { connectMs: CONNECT_MS, requestMs: REQUEST_MS },
      mostLineBytes: 2 * limits.outputBytes + LINE_BYTES,
      ended() {
        current = null
        book.forget()
      },
    })
  }
  return {
    async within(_, work) {
      const opened = (current ??= start())
      opened.catch(() => {
        if (current === opened) current = null
      })
      return work(await opened)
    },
    async close() {
      const opened = current
      current = null
      await opened?.then((one) => one.close()).catch(() => undefined)
    },
  }
}

/** The interpreter that is declared, or a file of the skill. @throws Fault `skill_denied` */
function commandOf(command: string, declared: McpManifest['permissions']['process']): string {
  if (declared === 'none') throw undeclared('runs a program, and permissions.process is none')
  if (command === declared) return command
  if (declared !== 'binary')
    throw undeclared(`runs something else than ${declared}, which permissions.process declares`)
  return `/skill/${command.replace(/^\.\//, '')}`
}

const undeclared = (what: string): Fault =>
  new Fault('skill_denied', `This skill ${what}.`, { param: 'permissions.process' })
