import type { Caller } from './caller.ts'
import { audienceIn, mcpResource, NO_TOKENS } from './access-tokens.ts'
import type { ConfiguredLimits } from './budgets.ts'
import { createIdentify, createStandIn, sentToken } from './identify.ts'
import type { IdentityParts } from './identity-parts.ts'
import { KnownCallers } from './known-callers.ts'
import type { LastUse } from './last-use.ts'
import { McpCallers } from './mcp-callers.ts'
import type { Asking } from './same-site.ts'
import type { SessionCookie } from './session-cookie.ts'
import type { Snapshot } from './snapshot.ts'

interface Known {
  readonly snapshot: Snapshot
  readonly lastUse: LastUse
  readonly cookie: SessionCookie
  readonly publicUrl: string | null
}

/** The ways in, all from one picture of who may come. */
interface Doors {
  readonly identify: (asking: Asking) => Caller
  readonly recognise: (asking: Asking) => Caller
  readonly standIn: ReturnType<typeof createStandIn>
  readonly identifyAtMcp: (asking: Asking) => Promise<Caller>
}

const UNBOUNDED: ConfiguredLimits = {}
/** A token is for coming in: what it opened goes on for so long after its end, or until its rights are taken away. */
const TOKEN_GRACE_MS = 3_600_000

export function openDoors(parts: IdentityParts, known: Known): Doors {
  const { store, clock, issuer = () => '', tokens = NO_TOKENS } = parts
  const callers = new KnownCallers(parts.limits ?? (() => UNBOUNDED))
  const door = { ...known, callers, clock, tokens, tokenGraceMs: 0 }
  const resource = (): string => mcpResource(issuer())
  const { snapshot } = known
  const mcp = new McpCallers({ store, clock, snapshot, callers, tokens, resource, graceMs: TOKEN_GRACE_MS })
  /** The token of a request that is for /mcp; null where it came with anything else. */
  const mcpToken = ({ headers }: Asking): string | null => {
    const text = sentToken(headers)
    return text !== null && audienceIn(text) === resource() ? text : null
  }
  const identify = createIdentify(door)
  const lastUse: Pick<LastUse, 'note' | 'of'> = { note() {}, of: (used) => known.lastUse.of(used) }
  const recognise = createIdentify({ ...door, lastUse, tokenGraceMs: TOKEN_GRACE_MS })
  return {
    identify,
    standIn: createStandIn(door),
    recognise(asking) {
      const text = mcpToken(asking)
      return text === null ? recognise(asking) : mcp.recall(text, asking.address)
    },
    async identifyAtMcp(asking) {
      const text = mcpToken(asking)
      return text === null ? identify(asking) : mcp.enter(text, asking.address)
    },
  }
}
