import * as audit from '../../audit/audit.ts'
import type { Caller } from '../../identity/caller.ts'
import { SYSTEM } from '../../identity/local-operator.ts'
import { Fault } from '../../kernel/fault.ts'
import { SKILLS_CHANNEL } from '../../store/listening.ts'
import type { Store, TenantId, Tx } from '../../store/store.ts'
import type { McpSkillRunner } from '../kinds/mcp.ts'
import { noSkill, notUsable } from '../installed/choosing.ts'
import type { KnownSkills } from '../installed/known-skills.ts'
import type { OpenedSkills } from '../installed/opened-skills.ts'
import { countChange } from '../installed/skill-rows.ts'
import { leadingTo } from '../installed/opened-skills.ts'
import type { SkillPackage, SkillRunner } from '../runner.ts'
import { approveTools } from './approved-tools.ts'
import type { ConnectionView, McpConnections, SkillServer } from './connections.ts'
import type { PinDiff } from './pin-diff.ts'

interface AgreeingParts {
  readonly store: Pick<Store, 'withTenant'>
  readonly known: Pick<KnownSkills, 'of' | 'refresh'>
  readonly opened: Pick<OpenedSkills, 'of'>
  readonly connections: McpConnections
}

interface By {
  readonly caller: Caller
  readonly request: string
}

type McpEvent = 'mcp.connection_begun' | 'mcp.connected' | 'mcp.connection_removed'

/** What an administrator agrees on with the MCP server of an installed skill: its tools, and how it lets us in. */
export class McpAgreeing {
  readonly #parts: AgreeingParts

  constructor(parts: AgreeingParts) {
    this.#parts = parts
  }

  /** @throws Fault `not_found`, `skill_failed` and what the broker refuses */
  async review({ caller }: Pick<By, 'caller'>, name: string): Promise<PinDiff> {
    return (await this.#reviewed(caller, name)).diff
  }

  /** Approves what has these pins now; a pin that nothing has any more approves nothing. @throws Fault `changed_meanwhile` */
  async approve({ caller, request }: By, name: string, pins: readonly string[]): Promise<readonly string[]> {
    const { diff, definitions } = await this.#reviewed(caller, name)
    const meant = diff.changes.filter(({ pin }) => pins.includes(pin))
    const isAll = pins.every((pin) => meant.some((one) => one.pin === pin))
    if (!isAll)
      throw new Fault('changed_meanwhile', 'The tools are not what you saw. Review them again.', {
        param: 'pins',
      })
    const tools = new Set(meant.map(({ tool }) => tool))
    await this.#parts.store.withTenant(caller, async (tx) => {
      // Every process has the tools as operations.
      await countChange(tx, SKILLS_CHANNEL)
      await approveTools(
        tx,
        name,
        definitions.filter((one) => tools.has(one.name)),
      )
      await audit.append(tx, {
        action: 'mcp.tools_approved',
        actor: caller.principal.id,
        subject: name,
        request,
        detail: { pins: [...pins] },
      })
    })
    await this.#parts.known.refresh(caller.tenant)
    return [...tools]
  }

  /** Where the browser goes next; null where nobody has to go anywhere. */
  async begin(by: By, name: string): Promise<string | null> {
    const { tenant } = by.caller
    const server = await this.#server(tenant, name)
    if (server === null) throw noServer()
    await this.#record(by, 'mcp.connection_begun', name)
    return (await this.#parts.connections.begin(tenant, server))?.href ?? null
  }

  /** @throws Fault `expired_request`, `skill_failed` */
  async finish(answer: URLSearchParams, request: string): Promise<void> {
    const serverOf = (tenant: TenantId, skill: string) => this.#server(tenant, skill)
    const { tenant, skill } = await this.#parts.connections.finish(answer, serverOf)
    await this.#parts.store.withTenant({ tenant }, (tx) =>
      appended(tx, { action: 'mcp.connected', actor: SYSTEM, request, skill }),
    )
  }

  async view({ caller }: Pick<By, 'caller'>, name: string): Promise<ConnectionView> {
    const found = await this.#parts.connections.view(caller.tenant, name)
    if (found === null) throw noConnection()
    return found
  }

  async remove(by: By, name: string): Promise<void> {
    if (!(await this.#parts.connections.forget(by.caller.tenant, name))) throw noConnection()
    await this.#record(by, 'mcp.connection_removed', name)
  }

  async #record({ caller, request }: By, action: McpEvent, skill: string): Promise<void> {
    await this.#parts.store.withTenant(caller, (tx) =>
      appended(tx, { action, actor: caller.principal.id, request, skill }),
    )
  }

  async #reviewed(caller: Caller, name: string) {
    const { known, opened } = this.#parts
    const skill = (await known.of(caller.tenant)).get(name)
    if (skill === undefined) throw noSkill()
    const version = skill.canary?.version ?? skill.active
    if (version === null) throw notUsable(skill)
    const { runner, brokers } = await opened.of(caller.tenant, skill, version)
    if (!isMcp(runner)) throw noServer()
    const call = { operation: 'review', call: crypto.randomUUID(), caller, class: 'public' } as const
    return runner.review({ broker: brokers.forCall(call), signal: AbortSignal.timeout(REVIEW_MS) })
  }

  async #server(tenant: TenantId, name: string): Promise<SkillServer | null> {
    const skill = (await this.#parts.known.of(tenant)).get(name)
    const version = skill?.canary?.version ?? skill?.active
    return skill && version ? serverOf(leadingTo(version.package, skill.settings.baseUrl)) : null
  }
}

const REVIEW_MS = 30_000

/** Where the manifest leads; null for a skill that has no server over HTTP. */
export function serverOf({ manifest }: SkillPackage): SkillServer | null {
  if (manifest.kind !== 'mcp' || manifest.mcp.transport !== 'http') return null
  const url = new URL(manifest.mcp.url)
  const { zone = 'managed' } = manifest.permissions.network.find(({ host }) => host === url.hostname) ?? {}
  return { skill: manifest.metadata.name, url, zone }
}

const isMcp = (runner: SkillRunner): runner is McpSkillRunner => 'review' in runner

const appended = (
  tx: Tx,
  { skill, ...event }: { action: McpEvent; actor: string; request: string; skill: string },
): Promise<void> => audit.append(tx, { ...event, subject: skill, detail: {} })

const noServer = (): Fault =>
  new Fault('not_found', 'This skill has no MCP server that could be asked.', { param: 'name' })
const noConnection = (): Fault =>
  new Fault('not_found', 'This skill is not connected to an MCP server.', { param: 'name' })
