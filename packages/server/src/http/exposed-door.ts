import type { Caller } from '../identity/caller.ts'
import { NO_TOKENS } from '../identity/access-tokens.ts'
import { authorise } from '../identity/authorise.ts'
import { createIdentify } from '../identity/identify.ts'
import { KnownCallers } from '../identity/known-callers.ts'
import { Roster } from '../identity/roster.ts'
import type { Asking } from '../identity/same-site.ts'
import { sessionCookie } from '../identity/session-cookie.ts'
import { TenantDirectory } from '../identity/tenants/directory.ts'
import { BodyBudget } from '../gateway/body-budget.ts'
import { OpenRequests } from '../gateway/open-requests.ts'
import { systemClock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import type { ExposedDoor } from '../skills/checking/dynamic/exposed.ts'
import { askingOf } from './asking-of.ts'
import { createHostGuard } from './host-guard.ts'
import type { Handlers } from './handlers/handlers.ts'
import { createMcpPlace } from './mcp/mcp-place.ts'
import { createPlatformApi } from './platform-api.ts'
import { listen } from './server.ts'

/** Tells who a request comes from. @throws Fault */
export type Identify = (asking: Asking) => Caller

/** The platform's own way to tell who asks, in a house that knows nobody. */
export function nobodyKnown(): Identify {
  const directory = new TenantDirectory([], null)
  return createIdentify({
    snapshot: { roster: new Roster([]), directory },
    callers: new KnownCallers(() => ({})),
    lastUse: { note() {}, of: () => 0 },
    clock: systemClock,
    cookie: sessionCookie(null),
    publicUrl: null,
    tokens: NO_TOKENS,
    tokenGraceMs: 0,
  })
}

/**
 * The ways on which a skill is reached through the platform, on a port of this machine: the listener, the route table,
 * the check of who calls and what he may are those of the server. What lies behind them only says that it was reached.
 */
export async function openExposedDoor(identify: Identify): Promise<ExposedDoor> {
  const reached: string[] = []
  const onBug = (): void => undefined
  const around = {
    identify: (request: Parameters<typeof askingOf>[0]) => identify(askingOf(request)),
    authorise,
    openRequests: new OpenRequests({
      recognise: ({ headers, method }) => identify({ headers, method }),
      authorise,
      revoked: () => undefined,
      onBug,
    }),
    bodies: new BodyBudget(),
    settled: () => undefined,
    onBug,
  }
  const answered = new Fault('conflict', 'It was reached.')
  const handlers = new Proxy<Partial<Handlers>>(
    {},
    {
      get: (_, operation) => () => {
        reached.push(String(operation))
        return Promise.reject(answered)
      },
    },
  )
  const listener = await listen({
    host: '127.0.0.1',
    port: 0,
    checkHost: createHostGuard({ listenHost: '127.0.0.1', publicUrl: null }),
    onBug,
  })
  const mcp = createMcpPlace({
    ...around,
    admit: () => ({ leave() {} }),
    issuer: () => listener.url,
    serving: async () => ({
      answer: async () => {
        reached.push('mcp.call')
        throw answered
      },
      changed() {},
      async close() {},
    }),
  })
  const api = await createPlatformApi({
    ...around,
    // It answers for every operation of the table.
    handlers: handlers as Handlers,
    recordRead: async () => undefined,
    maxFileBytes: () => 1,
    requireSpace: async () => undefined,
  })
  listener.serve({ dataPath: null, places: [mcp, api], settled: () => undefined })
  return {
    url: listener.url,
    timesReached: () => reached.length,
    close: () => listener.close(0),
  }
}
