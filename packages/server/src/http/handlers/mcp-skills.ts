import type { McpAgreeing } from '../../skills/mcp/agreeing.ts'
import type { Handlers } from './handlers.ts'

type McpOperation = Extract<keyof Handlers, `skill_tools.${string}` | `skill_connection.${string}`>

/** What is agreed on with the MCP servers of skills. */
export function mcpSkillHandlers(agreeing: McpAgreeing): Pick<Handlers, McpOperation> {
  return {
    async 'skill_tools.review'({ caller, params }) {
      const { unchanged, changes, gone } = await agreeing.review({ caller }, params.name)
      return {
        unchanged: [...unchanged],
        changes: changes.map(({ tool, kind, before, now, fields, pin, hidden }) => ({
          tool,
          kind,
          before,
          now,
          fields: [...fields],
          pin,
          hidden: hidden.map(({ place, characters }) => ({ place, characters: [...characters] })),
        })),
        gone: [...gone],
      }
    },
    async 'skill_tools.approve'(call) {
      return { approved: [...(await agreeing.approve(call, call.params.name, call.body.pins))] }
    },
    async 'skill_connection.begin'(call) {
      return { location: await agreeing.begin(call, call.params.name) }
    },
    async 'skill_connection.read'({ caller, params }) {
      const { expiresAt, changedAt, ...view } = await agreeing.view({ caller }, params.name)
      return { ...view, expiresAt: expiresAt?.toISOString() ?? null, changedAt: changedAt.toISOString() }
    },
    async 'skill_connection.remove'(call) {
      await agreeing.remove(call, call.params.name)
      return undefined
    },
    async 'skill_connection.finish'(call) {
      const answer = new URLSearchParams()
      for (const [name, value] of Object.entries(call.query)) if (value !== undefined) answer.set(name, value)
      await agreeing.finish(answer, call.request)
      // Only ever to our own page.
      call.header('location', '/')
      return undefined
    },
  }
}
