import { Fault } from '../../kernel/fault.ts'
import type { ToolDefinition } from './definitions.ts'
import type { ApprovedTool, PinDiff } from './pin-diff.ts'
import { pinDiff } from './pin-diff.ts'

/** How long what a server said of its tools is taken for what it would say now. */
const FRESH_MS = 60_000

interface ToolBookOptions {
  /** Its name. */
  readonly skill: string
  readonly include: readonly string[]
  readonly nowMs: () => number
  /** What was approved: read for every call, so that an approval counts at once. */
  readonly approved: () => Promise<readonly ApprovedTool[]>
  /** A tool was to be called that is not what was approved. */
  readonly drifted: (diff: PinDiff) => void
}

/** What a server says of its tools, and which of them may be called. */
export class ToolBook {
  readonly #options: ToolBookOptions
  #said: { readonly atMs: number; readonly tools: readonly ToolDefinition[] } | null = null

  constructor(options: ToolBookOptions) {
    this.#options = options
  }

  forget(): void {
    this.#said = null
  }

  /** The tool as it was approved. @throws Fault `skill_denied` where it is another one now, `skill_failed` where it is gone */
  async callable(tool: string, list: () => Promise<readonly ToolDefinition[]>): Promise<ToolDefinition> {
    const { tools } = await this.#fresh(list)
    const diff = pinDiff(this.#options.include, await this.#options.approved(), tools)
    const found = tools.find(({ name }) => name === tool)
    if (found !== undefined && diff.unchanged.includes(tool)) return found
    if (found === undefined)
      throw new Fault('skill_failed', 'The MCP server does not offer this tool any more.')
    // The next call asks again: somebody may have mended it.
    this.forget()
    this.#options.drifted(diff)
    const change = diff.changes.find((one) => one.tool === tool)
    throw new Fault(
      'skill_denied',
      `This tool of the MCP server is ${change?.kind === 'new' ? 'new' : 'not what was approved'}. Somebody has to look at it first: freehold skill tools ${this.#options.skill}`,
      { param: 'mcp.pins' },
    )
  }

  /** Compares what the server says now. */
  async review(
    list: () => Promise<readonly ToolDefinition[]>,
  ): Promise<{ readonly diff: PinDiff; readonly definitions: readonly ToolDefinition[] }> {
    this.forget()
    const { tools } = await this.#fresh(list)
    return { diff: pinDiff(this.#options.include, await this.#options.approved(), tools), definitions: tools }
  }

  async #fresh(list: () => Promise<readonly ToolDefinition[]>) {
    const nowMs = this.#options.nowMs()
    const known = this.#said
    if (known && known.atMs + FRESH_MS > nowMs) return known
    const said = { atMs: this.#options.nowMs(), tools: await list() }
    this.#said = said
    return said
  }
}
