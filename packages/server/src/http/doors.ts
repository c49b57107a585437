import type { SocketOperationId } from '@freehold/contract/socket-operations.ts'
import type { ListenAddress, ListenerName } from '../kernel/config/listen-address.ts'
import { LISTENERS } from '../kernel/config/listen-address.ts'
import { Fault } from '../kernel/fault.ts'
import { createHostGuard } from './host-guard.ts'
import type { DoorRefusal, Listener, ListenOptions, NetworkListener, Serve, Served } from './server.ts'
import { listen, listenControl } from './server.ts'
import type { Sockets } from './socket/sockets.ts'
import type { ListenerTls } from './tls.ts'
import { usableCertificate } from './tls.ts'

/** Everything that is served, in the order in which the places are asked. */
export interface Places {
  /** `/v1` and `/services`; it writes the security headers itself. */
  readonly dataPath: Serve
  /** `/livez`, `/readyz` and `/startupz` */
  readonly probes: Serve
  readonly metrics: Serve
  /** `/.well-known/jwks.json` */
  readonly wellKnown: Serve
  /** `/oidc` and what says where it is. */
  readonly issuer: Serve
  /** `/mcp` and what says how to be let in there. */
  readonly mcp: { readonly serve: Serve; close(): Promise<void> }
  readonly page: Serve
  /** Takes every path that no other place took. */
  readonly api: Serve
  /** Models where `dataPath` is served, runs where `api` is. */
  readonly sockets: Pick<Sockets, 'accepts' | 'take' | 'close'>
}

type ServedPlace = Exclude<keyof Places, 'sockets'>

const SERVED: Readonly<Record<ListenerName, readonly ServedPlace[]>> = {
  data: ['dataPath', 'probes', 'wellKnown', 'issuer', 'mcp'],
  admin: ['probes', 'wellKnown', 'issuer', 'mcp', 'page', 'api'],
  metrics: ['probes', 'metrics'],
}

/** The network listeners, one for each address, and the control socket. */
export interface Doors {
  /** As in `http://127.0.0.1:7070`; the same where purposes share a listener. */
  readonly urls: Readonly<Record<ListenerName, string>>
  /**
   * Says what is served; until then every request is told that the server is starting. `settled` hears of every
   * request that came to no place.
   */
  serve(places: Places, settled: (refusal: DoorRefusal) => void): void
  /** The operator's own way in, where everything is served: a Unix socket that only this user can open. */
  openControl(path: string): Promise<void>
  /**
   * Shows the renewed certificate to new connections; those that are open go on. Does nothing without TLS.
   * @throws Fault `cannot_start` where it cannot be used; then nothing changes
   */
  renew(tls: ListenerTls): void
  /** When the certificate ends that new connections are shown; null without TLS. */
  expiresAt(): Date | null
  /** Stops accepting, lets open responses finish for at most `timeoutMs`. */
  close(timeoutMs: number): Promise<void>
}

export interface DoorsOptions {
  /** Purposes with the same object share one listener. */
  readonly listeners: Readonly<Record<ListenerName, ListenAddress>>
  readonly tls: ListenerTls | null
  readonly publicUrl: string | null
  /** How long a client may take to send its headers; 10 s when absent. */
  readonly headersTimeoutMs?: number
  readonly onBug: (request: string, error: unknown) => void
}

/** Opens every network door, or says in words why one cannot be had. @throws Fault `address_taken`, `cannot_start` */
export async function openDoors(options: DoorsOptions): Promise<Doors> {
  const { listeners, tls, publicUrl, onBug } = options
  let certificate = tls && usableCertificate(tls)
  const isCertified = (name: string): boolean => certificate?.checkHost(name, EXACTLY) !== undefined
  const opened = new Map<ListenAddress, NetworkListener>()
  let control: Listener | null = null
  let sockets: Places['sockets'] | null = null
  let mcp: Places['mcp'] | null = null
  const close = async (timeoutMs: number): Promise<void> => {
    const all: readonly Listener[] = [...opened.values(), ...(control ? [control] : [])]
    await Promise.all([...all.map((one) => one.close(timeoutMs)), sockets?.close(timeoutMs), mcp?.close()])
  }
  const open = async (name: ListenerName): Promise<NetworkListener> => {
    const address = listeners[name]
    const checkHost = createHostGuard({ listenHost: address.host, publicUrl, isCertified })
    const door = opened.get(address) ?? (await openDoor(name, { ...options, ...address, checkHost }))
    opened.set(address, door)
    return door
  }
  try {
    const urls = {
      data: (await open('data')).url,
      admin: (await open('admin')).url,
      metrics: (await open('metrics')).url,
    }
    let everything: Served | null = null
    return {
      urls,
      serve(places, settled) {
        sockets = places.sockets
        mcp = places.mcp
        for (const [address, door] of opened) {
          const purposes = LISTENERS.filter((name) => listeners[name] === address)
          door.serve(servedFor(purposes, places, settled))
        }
        everything = servedFor(LISTENERS, places, settled)
        control?.serve(everything)
      },
      async openControl(path) {
        control = await listenControl(path, { onBug })
        if (everything) control.serve(everything)
      },
      renew(next) {
        if (certificate === null) return
        const usable = usableCertificate(next)
        for (const door of opened.values()) door.renew(next)
        certificate = usable
      },
      expiresAt: () => certificate?.validToDate ?? null,
      close,
    }
  } catch (error) {
    await close(0)
    throw error
  }
}

/** Whoever holds another name beneath a wildcard may be somebody else. */
const EXACTLY = { subject: 'never', wildcards: false } as const

/** In the order of `Places`, each once. */
function servedFor(
  purposes: readonly ListenerName[],
  places: Places,
  settled: (refusal: DoorRefusal) => void,
): Served {
  const names = new Set(purposes.flatMap((purpose) => SERVED[purpose]))
  const { dataPath, sockets, mcp, ...served } = places
  const others = { ...served, mcp: mcp.serve }
  const offered = SOCKETS.filter(([place]) => names.has(place)).map(([, id]) => id)
  return {
    dataPath: names.has('dataPath') ? dataPath : null,
    places: OTHERS.filter((name) => names.has(name)).map((name) => others[name]),
    sockets: {
      accepts: (request) => sockets.accepts(request, offered),
      take: (request, stream, on) => sockets.take(request, stream, on),
    },
    settled,
  }
}

const OTHERS = [
  'probes',
  'metrics',
  'wellKnown',
  'issuer',
  'mcp',
  'page',
  'api',
] as const satisfies readonly ServedPlace[]

const SOCKETS = [
  ['dataPath', 'responses.connect'],
  ['dataPath', 'realtime.connect'],
  ['api', 'runs.connect'],
] as const satisfies readonly (readonly [ServedPlace, SocketOperationId])[]

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another program (is Freehold running already?)',
  EACCES: 'may not be listened on by this user',
  EADDRNOTAVAIL: 'is not an address of this machine',
}

async function openDoor(name: ListenerName, options: ListenOptions & DoorsOptions): Promise<NetworkListener> {
  try {
    return await listen(options)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    const why = REASONS[code] ?? `cannot be listened on (${code})`
    const { host, port, listeners } = options
    const isShared = LISTENERS.every((other) => listeners[other] === listeners[name])
    const where = isShared ? '--listen' : `listen.${name}`
    throw new Fault('address_taken', `${host}:${port} ${why}. Choose another with ${where}.`, {
      cause: error,
    })
  }
}
