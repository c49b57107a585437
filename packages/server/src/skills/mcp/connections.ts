import type { FetchLike, StoredOAuthClientInformation } from '@modelcontextprotocol/client'
import type { Clock } from '../../kernel/clock.ts'
import type { Dialler } from '../../kernel/dialler/dialler.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Store, TenantId } from '../../store/store.ts'
import { tenantId } from '../../store/tenant-id.ts'
import type { KeptAuthorisation, OAuthConnection } from './authorisation.ts'
import type { ConnectionState, KeptConnection } from './kept-connection.ts'
import { connectionOf, forgetConnection, keepConnection, takeSent } from './kept-connection.ts'

interface ConnectionsParts {
  readonly store: Store
  readonly clock: Clock
  readonly dialler: Pick<Dialler, 'open'>
  /** Where the browser comes back to. */
  readonly redirectUrl: string
  /** Where authorisation servers may read who this client is; https only. */
  readonly clientMetadataUrl: string | null
}

/** The server of a skill, as its manifest and settings have it. */
export interface SkillServer {
  readonly skill: string
  readonly url: URL
  readonly zone: 'private' | 'managed'
  /** Of a client that was registered by hand. */
  readonly registered?: StoredOAuthClientInformation
}

/** A connection as people see it. */
export interface ConnectionView {
  readonly state: ConnectionState
  readonly reason: string | null
  readonly server: string
  readonly issuer: string | null
  readonly expiresAt: Date | null
  readonly changedAt: Date
}

const ON_THE_WAY_MS = 10 * 60_000
const ANSWER_MS = 10_000
const MOST_BYTES = 256 * 1024

/** The OAuth connections of skills to MCP servers: begun by an administrator, then kept alive by refreshing. */
export class McpConnections {
  readonly #parts: ConnectionsParts

  constructor(parts: ConnectionsParts) {
    this.#parts = parts
  }

  async view(tenant: TenantId, skill: string): Promise<ConnectionView | null> {
    const found = await this.#parts.store.withTenant({ tenant }, (tx) => connectionOf(tx, skill))
    if (found === null) return null
    const { state, reason, server, kept, expiresAt, changedAt } = found
    const canRefresh = kept.tokens?.refresh_token !== undefined
    const isOver = expiresAt !== null && expiresAt.getTime() <= this.#parts.clock.now() && !canRefresh
    return {
      state: state === 'connected' && isOver ? 'expired' : state,
      reason,
      server,
      issuer: kept.issuer,
      expiresAt,
      changedAt,
    }
  }

  /**
   * Where the browser of the administrator is to go; null where the server let us in without.
   * @throws Fault `skill_failed`, `upstream_timeout`
   */
  async begin(tenant: TenantId, server: SkillServer): Promise<URL | null> {
    const { beginAuthorisation } = await import('./authorising.ts')
    const { NOTHING_KEPT } = await import('./authorisation.ts')
    const before = await this.#of(tenant, server.skill)
    // Registrations are kept; what was kept of another server is not shown to this one.
    const isSame = before?.server === server.url.href
    const clients = isSame ? before.kept.clients : {}
    const authorisation = await this.#authorisation(tenant, server, { ...NOTHING_KEPT, clients })
    const location = await beginAuthorisation(authorisation, server.url)
    await this.#keep(tenant, {
      skill: server.skill,
      server: server.url.href,
      kept: authorisation.kept,
      state: location === null ? 'connected' : 'needs_authorisation',
      reason: null,
      ...(location !== null && { sent: authorisation.sentState }),
    })
    // So that whoever comes back is known before anything of theirs is looked up.
    if (location !== null) location.searchParams.set('state', `${tenant}.${authorisation.sentState}`)
    return location
  }

  /**
   * Takes what a browser came back with. The state is good once, and for ten minutes.
   * @throws Fault `expired_request` for a way that nobody was sent on, `skill_failed`
   */
  async finish(
    answer: URLSearchParams,
    serverOf: (tenant: TenantId, skill: string) => Promise<SkillServer | null>,
  ): Promise<{ readonly tenant: TenantId; readonly skill: string }> {
    const [, owner, sent] = /^([\da-f-]{36})\.([\w-]{43})$/.exec(answer.get('state') ?? '') ?? []
    if (owner === undefined || sent === undefined) throw unknownWay()
    const tenant = tenantId(owner)
    const { store, clock } = this.#parts
    const within = { nowMs: clock.now(), withinMs: ON_THE_WAY_MS }
    const found = await store.withTenant({ tenant }, (tx) => takeSent(tx, sent, within))
    const server = found && (await serverOf(tenant, found.skill))
    if (found === null || server?.url.href !== found.server) throw unknownWay()
    const { skill } = found
    const { finishAuthorisation } = await import('./authorising.ts')
    const authorisation = await this.#authorisation(tenant, server, found.kept)
    const keep = (state: ConnectionState, reason: string | null): Promise<void> =>
      this.#keep(tenant, { skill, server: found.server, kept: authorisation.kept, state, reason })
    try {
      await finishAuthorisation(authorisation, server.url, answer)
      await keep('connected', null)
      return { tenant, skill }
    } catch (error) {
      await keep('failed', error instanceof Fault ? error.code : 'bug')
      throw error
    }
  }

  /** What the SDK shows to the server and refreshes; null where the skill has no connection. */
  async providerFor(tenant: TenantId, server: SkillServer): Promise<OAuthConnection | null> {
    const found = await this.#of(tenant, server.skill)
    if (found === null || found.server !== server.url.href) return null
    return this.#authorisation(tenant, server, found.kept)
  }

  async forget(tenant: TenantId, skill: string): Promise<boolean> {
    return this.#parts.store.withTenant({ tenant }, (tx) => forgetConnection(tx, skill))
  }

  #of(tenant: TenantId, skill: string): Promise<KeptConnection | null> {
    return this.#parts.store.withTenant({ tenant }, (tx) => connectionOf(tx, skill))
  }

  async #authorisation(tenant: TenantId, server: SkillServer, kept: KeptAuthorisation) {
    const { skill, url, registered } = server
    const { Authorisation } = await import('./authorisation.ts')
    const { clock, redirectUrl, clientMetadataUrl } = this.#parts
    return new Authorisation({
      kept,
      keep: (now) =>
        this.#keep(tenant, {
          skill,
          server: url.href,
          kept: now,
          state: stateOf(now, kept),
          reason: null,
        }),
      fetch: this.#fetchFor(server),
      nowMs: () => clock.now(),
      redirectUrl,
      ...(clientMetadataUrl !== null && { clientMetadataUrl }),
      ...(registered && { registered }),
    })
  }

  async #keep(tenant: TenantId, change: Parameters<typeof keepConnection>[1]): Promise<void> {
    const { store, clock } = this.#parts
    await store.withTenant({ tenant }, (tx) => keepConnection(tx, change, clock.now()))
  }

  /** Answers are small and rare, so no line is kept open. */
  #fetchFor({ skill, zone }: SkillServer): FetchLike {
    const { dialler } = this.#parts
    return async (input, init) => {
      const { dialledFetch } = await import('./dialled-fetch.ts')
      const bounds = { answerMs: ANSWER_MS, mostBytes: MOST_BYTES }
      const way = dialledFetch({ dialler, name: `skill ${skill}`, zone, ...bounds })
      try {
        const answer = await way.fetch(input, init)
        const body = answer.body === null ? null : await answer.arrayBuffer()
        return new Response(body, { status: answer.status, headers: answer.headers })
      } finally {
        await way.close()
      }
    }
  }
}

/** Tokens that were taken away by their issuer leave a connection that was one. */
function stateOf(now: KeptAuthorisation, before: KeptAuthorisation): ConnectionState {
  if (now.tokens !== null) return 'connected'
  return before.tokens === null ? 'needs_authorisation' : 'expired'
}

const unknownWay = (): Fault =>
  new Fault(
    'expired_request',
    'This way back belongs to nothing that was begun here, or it took too long. Begin again.',
  )
