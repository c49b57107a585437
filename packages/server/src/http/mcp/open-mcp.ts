import { OPERATIONS } from '@freehold/contract/operations.ts'
import type { Caller } from '../../identity/caller.ts'
import { scopesOf } from '../../identity/authorise.ts'
import * as audit from '../../audit/audit.ts'
import { knowledgeTools } from '../../assistant/loop/knowledge-tools.ts'
import { effectOf } from '../../assistant/loop/guard.ts'
import type { Identity } from '../../identity/identity.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import type { Tokens } from '../../identity/tokens.ts'
import { causeOf } from '../../kernel/cause.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import type { Knowledge } from '../../knowledge/knowledge.ts'
import type { SkillPackage } from '../../skills/runner.ts'
import type { Tool } from '../../skills/tool.ts'
import type { OpenStore } from '../../store/open.ts'
import { askingOf } from '../asking-of.ts'
import type { Serve } from '../server.ts'
import type { McpPlaceOptions } from './mcp-place.ts'
import { createMcpPlace } from './mcp-place.ts'
import type { Serving } from './serving.ts'

export interface McpRooms extends Omit<McpPlaceOptions, 'serving' | 'admit' | 'issuer'> {
  readonly identity: Pick<Identity, 'identifyAtMcp'>
  readonly opened: Pick<OpenStore, 'store' | 'cluster' | 'deriveFromRoot'>
  readonly gateway: Pick<Gateway, 'admit'>
  readonly tokens: Pick<Tokens, 'issuer'>
  readonly knowledge: Knowledge
  readonly log: Log
  readonly metrics: Metrics
  readonly version: string
  /** Skills that this caller may use, as tools; none when absent. */
  readonly skillTools?: (caller: Caller) => Promise<readonly Tool[]>
  /** Skills that this caller may see; none when absent. */
  readonly catalogue?: (caller: Caller) => Promise<readonly SkillPackage[]>
}

export interface OpenMcp {
  readonly serve: Serve
  /** To be called when skills were installed, changed or removed. */
  changed(): void
  close(): Promise<void>
}

/** The server at `/mcp`, with the tools of the house and the skills of whoever asks. */
export function openMcp(rooms: McpRooms): OpenMcp {
  const { opened, knowledge, log, metrics, skillTools, catalogue } = rooms
  const calls = metrics.counter('freehold_mcp_tool_calls_total')
  const sessions = metrics.gauge('freehold_mcp_sessions').bind({})
  const own = knowledgeTools(knowledge)
  const toolsFor = async (caller: Caller): Promise<readonly Tool[]> => [
    ...(scopesOf(caller).has('knowledge') ? own : []),
    ...((await skillTools?.(caller)) ?? []),
  ]
  let serving: Promise<Serving> | null = null
  const load = async (): Promise<Serving> => {
    const [{ createServing }, { createToolOffer }, { createSkillOffer }] = await Promise.all([
      import('./serving.ts'),
      import('./tool-offer.ts'),
      import('./skill-offer.ts'),
    ])
    return createServing({
      version: rooms.version,
      // Without a database of its own there may be other processes.
      hasSessions: opened.cluster !== null,
      mostBytes: OPERATIONS['mcp.call'].limits.bodyBytes,
      sessionsChanged: (count) => sessions.set(count),
      onError: (error) => log.debug('mcp.error', causeOf(error)),
      offers: (visitOf) => [
        createToolOffer(
          {
            toolsFor: ({ caller }) => toolsFor(caller),
            async record({ caller, request }, tool, confirmed) {
              await opened.store.withTenant(caller, (tx) =>
                audit.append(tx, {
                  action: 'mcp.tool_called',
                  actor: caller.principal.id,
                  subject: tool.name,
                  request,
                  detail: { effect: effectOf(tool), confirmed },
                }),
              )
            },
            counted: (outcome) => calls.bind({ outcome }).inc(),
            report: (error, tool) => log.error('tool.bug', { tool, ...causeOf(error) }),
            secret: opened.deriveFromRoot('mcp-approval', opened.store.home),
          },
          visitOf,
        ),
        createSkillOffer(
          {
            catalogue: async ({ caller }) => (await catalogue?.(caller)) ?? [],
            hidden: (skill, error) => log.warn('mcp.skill_hidden', { skill, ...causeOf(error) }),
          },
          visitOf,
        ),
      ],
    })
  }
  return {
    serve: createMcpPlace({
      ...rooms,
      admit: rooms.gateway.admit,
      identify: (request, door) =>
        door === 'control' ? rooms.identify(request, door) : rooms.identity.identifyAtMcp(askingOf(request)),
      issuer: () => rooms.tokens.issuer(),
      serving: () => (serving ??= load()),
    }),
    changed: () => void serving?.then((one) => one.changed()),
    async close() {
      await (await serving)?.close()
    },
  }
}
