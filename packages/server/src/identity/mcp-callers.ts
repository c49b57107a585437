import type { Scope } from '@freehold/contract/actions.ts'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import type { Store, TenantId } from '../store/store.ts'
import type { AccessToken, AccessTokens } from './access-tokens.ts'
import type { Caller } from './caller.ts'
import { readAuthorisation } from './issuer/authorisation-rows.ts'
import { subjectOf } from './issuer/person-claims.ts'
import type { KnownCallers } from './known-callers.ts'
import { callerOfAccount } from './rights.ts'
import type { Roster } from './roster.ts'
import { requireOpen } from './tenants/admission.ts'
import type { TenantDirectory } from './tenants/directory.ts'

interface McpCallersParts {
  readonly store: Store
  readonly clock: Clock
  readonly snapshot: { readonly roster: Roster; readonly directory: TenantDirectory }
  readonly callers: KnownCallers
  readonly tokens: Pick<AccessTokens, 'read'>
  /** RFC 9728: what the tokens are for. */
  readonly resource: () => string
  /** How long after the end of a token what it opened may go on. */
  readonly graceMs: number
}

/** Whom a token is about, as the database said when it was shown last. */
interface Bearer {
  readonly tenant: TenantId
  readonly account: string
  readonly session: string
}

/** What a program may do for a person who let it act: use tools and models, and look after nothing. */
const MCP_SCOPES: ReadonlySet<Scope> = new Set(['knowledge', 'skills', 'model'])
const MOST_KNOWN = 2000

/**
 * Who comes to /mcp with an access token for it (RFC 8707): a service account, or a person who let an application act in
 * their name. Each use asks the database whether that is so still; the memory is for requests that are under way.
 */
export class McpCallers {
  readonly #parts: McpCallersParts
  readonly #known = new Map<string, Bearer>()

  constructor(parts: McpCallersParts) {
    this.#parts = parts
  }

  /** @throws Fault `unidentified`, and what keeps a tenant shut */
  async enter(text: string, address: string | undefined): Promise<Caller> {
    const { tokens, resource } = this.#parts
    const token = tokens.read(text, 0, resource())
    if (token.subject !== token.client) this.#keep(text, await this.#bearerOf(token))
    return this.#callerOf(text, token, address)
  }

  /** From memory: of whoever came in here before. @throws Fault `unidentified` */
  recall(text: string, address: string | undefined): Caller {
    const { tokens, resource, graceMs } = this.#parts
    return this.#callerOf(text, tokens.read(text, graceMs, resource()), address)
  }

  #callerOf(text: string, token: AccessToken, address: string | undefined): Caller {
    const { snapshot, callers, clock } = this.#parts
    const { roster, directory } = snapshot
    if (token.subject === token.client) {
      const service = roster.tokenClient(token.client)
      if (service?.tenant !== token.tenant) throw nobody()
      requireOpen(directory, service.tenant, address)
      return callers.ofService({ roster, directory }, service, token.scopes)
    }
    const bearer = this.#known.get(text)
    const application = roster.application(token.client)
    if (bearer === undefined || application?.tenant !== bearer.tenant) throw nobody()
    const { tenant, account: id, session: sessionId } = bearer
    const bounds = requireOpen(directory, tenant, address).bounds
    const account = roster.account(tenant, id)
    const session = roster.session(tenant, sessionId)
    if (!account || !session || session.expiresMs <= clock.now() || session.breakGlass) throw nobody()
    const own = callers.boundsOf({ roster, directory }, account)
    return { ...callerOfAccount(account, own), scopes: MCP_SCOPES, ...(bounds && { bounds }) }
  }

  async #bearerOf({ client, id, subject }: AccessToken): Promise<Bearer> {
    const { store, clock, snapshot, resource } = this.#parts
    const tenant = snapshot.roster.application(client)?.tenant
    if (tenant === undefined) throw nobody()
    return store.withTenant({ tenant }, async (tx) => {
      const found = await readAuthorisation(tx, id, { nowMs: clock.now() })
      // What the person allowed counts, and not what a token says.
      const isAllowed =
        found?.application === client &&
        found.allowed.resource === resource() &&
        subjectOf(tx, client, found.account) === subject
      if (!isAllowed) throw nobody()
      return { tenant, account: found.account, session: found.session }
    })
  }

  #keep(text: string, bearer: Bearer): void {
    const [oldest] = this.#known.keys()
    if (this.#known.size >= MOST_KNOWN && oldest !== undefined) this.#known.delete(oldest)
    this.#known.set(text, bearer)
  }
}

const nobody = (): Fault =>
  new Fault('unidentified', 'This access token is of nobody who lets its application act in their name.')
