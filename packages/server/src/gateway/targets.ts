import { createHash } from 'node:crypto'
import type { Destination, Dialler, Line } from '../kernel/dialler/dialler.ts'
import { Secret } from '../kernel/secret.ts'
import type { TargetDefinition } from '../kernel/target-definition.ts'
import type { CallTimeouts } from './call/upstream-call.ts'
import type { HandedHeaders } from './handed-headers.ts'
import { handedHeaders } from './handed-headers.ts'
import type { Routing, Target } from './routing/routing.ts'

/** What a target needs to be called, made when its definition comes into force and never on the path of a request. */
export interface OpenTarget {
  readonly line: Line
  /** The configured address; every path lies below it. */
  readonly url: URL
  readonly timeouts: CallTimeouts
  /** Flat; the credential that is always the same, empty where there is none or where each call has its own. */
  readonly credential: readonly string[]
  /** Null where the target takes no tokens of ours. */
  readonly audience: string | null
  readonly handed: HandedHeaders
  /** Out of service by now, also for requests that were decided before. */
  readonly isDrained: boolean
}

interface Kept extends OpenTarget {
  readonly key: string
  isDrained: boolean
}

const DEFAULTS = { connectMs: 10_000, firstByteMs: 300_000, idleMs: 120_000, totalMs: 3_600_000 }

/** The open lines of one routing. A request keeps the one that it started with. */
export interface TargetBook {
  readonly routing: Routing
  of(target: Target): OpenTarget
  /** To be called once by each request that is over. */
  release(): void
}

/** Opens and closes lines as the routing changes; a line is closed when the last request that may use it is over. */
export class Targets {
  readonly #dialler: Dialler
  #current: Edition | null = null
  readonly #editions = new Set<Edition>()

  constructor(dialler: Dialler) {
    this.#dialler = dialler
  }

  /** What is not changed keeps its connections. Returns whether anything is. @throws Fault `invalid` for certificates that cannot be used */
  use(routing: Routing): boolean {
    const before = this.#current?.kept
    const opened: Kept[] = []
    const kept = new Map<string, Kept>()
    try {
      for (const target of routing.targets.values()) {
        const key = fingerprint(target.definition)
        const same = before?.get(target.name)
        const one = same?.key === key ? same : this.#open(target, key)
        if (one !== same) opened.push(one)
        kept.set(target.name, one)
      }
    } catch (error) {
      for (const { line } of opened) void line.destroy()
      throw error
    }
    const last = this.#current
    this.#current = { routing, kept, users: 0 }
    this.#editions.add(this.#current)
    for (const edition of this.#editions) {
      for (const [name, one] of edition.kept) one.isDrained = routing.targets.get(name)?.drained ?? false
    }
    if (last?.users === 0) this.#retire(last)
    return routing.version !== last?.routing.version || opened.length > 0
  }

  /** The book of now, held until it is released. */
  hold(): TargetBook {
    const edition = this.#current
    if (edition === null) throw new Error('no routing is in force yet')
    edition.users += 1
    let isHeld = true
    return {
      routing: edition.routing,
      of(target) {
        const kept = edition.kept.get(target.name)
        if (!kept) throw new Error(`target ${target.name} is not of this routing`)
        return kept
      },
      release: () => {
        if (!isHeld) return
        isHeld = false
        edition.users -= 1
        if (edition.users === 0 && edition !== this.#current) this.#retire(edition)
      },
    }
  }

  /** Requests that are under way at a target, also along lines that were given up. */
  inFlight(name: string): number {
    const lines = new Set([...this.#editions].flatMap(({ kept }) => kept.get(name)?.line ?? []))
    let count = 0
    for (const line of lines) count += line.inUse()
    return count
  }

  /** Ends every line at once. */
  async close(): Promise<void> {
    const lines = new Set(
      [...this.#editions].flatMap(({ kept }) => [...kept.values()].map(({ line }) => line)),
    )
    this.#editions.clear()
    await Promise.all([...lines].map((line) => line.destroy()))
  }

  #retire(edition: Edition): void {
    this.#editions.delete(edition)
    const inUse = new Set<Kept>()
    for (const other of this.#editions) for (const one of other.kept.values()) inUse.add(one)
    // Closing lets calls that are under way finish; there are none, but connections are given back in order.
    for (const one of edition.kept.values()) if (!inUse.has(one)) void one.line.close()
  }

  #open(target: Target, key: string): Kept {
    return { key, ...openTarget(this.#dialler, target) }
  }
}

/** Times that a call may take at most. */
export type Bounds = CallTimeouts & { readonly connectMs: number }

/** `atMost`: shorter times than the definition may have. @throws Fault `invalid` for certificates that cannot be used */
export function openTarget(dialler: Dialler, target: Target, atMost: Bounds = UNBOUNDED): OpenTarget {
  const { definition } = target
  const set = definition.timeouts
  return {
    line: dialler.open(destinationOf(target, atMost.connectMs)),
    url: new URL(definition.url),
    timeouts: {
      firstByteMs: Math.min(set?.firstByteMs ?? DEFAULTS.firstByteMs, atMost.firstByteMs),
      idleMs: Math.min(set?.idleMs ?? DEFAULTS.idleMs, atMost.idleMs),
      totalMs: Math.min(set?.totalMs ?? DEFAULTS.totalMs, atMost.totalMs),
    },
    isDrained: false,
    handed: handedHeaders(definition),
    ...credentialOf(definition),
  }
}

/** Where a target lies, as it is dialled. */
export function destinationOf({ name, definition, zone }: Target, connectMs: number): Destination {
  return {
    name,
    url: new URL(definition.url),
    zone,
    connectMs: Math.min(definition.timeouts?.connectMs ?? DEFAULTS.connectMs, connectMs),
    ...(definition.tls && { tls: definition.tls }),
  }
}

const UNBOUNDED: Bounds = {
  connectMs: Number.POSITIVE_INFINITY,
  firstByteMs: Number.POSITIVE_INFINITY,
  idleMs: Number.POSITIVE_INFINITY,
  totalMs: Number.POSITIVE_INFINITY,
}

interface Edition {
  readonly routing: Routing
  readonly kept: ReadonlyMap<string, Kept>
  users: number
}

function credentialOf(definition: TargetDefinition): Pick<OpenTarget, 'credential' | 'audience'> {
  const { auth } = definition
  if (auth === undefined) return { credential: [], audience: null }
  if ('jwt' in auth) return { credential: [], audience: auth.jwt.audience }
  if ('header' in auth) return { credential: [auth.header.name, auth.header.value.reveal()], audience: null }
  const key = auth.apiKey.reveal()
  const isAnthropic = definition.kind === 'model' && definition.dialect === 'anthropic'
  return { credential: isAnthropic ? ['x-api-key', key] : ['authorization', `Bearer ${key}`], audience: null }
}

/** The same text for the same definition, whatever the order of its fields; a changed secret changes it too. */
function fingerprint(definition: TargetDefinition): string {
  const plain = (value: unknown): unknown => {
    if (value instanceof Secret) return { secret: String(value.reveal()) }
    if (Array.isArray(value)) return value.map(plain)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, inner]) => [name, plain(inner)]),
    )
  }
  return createHash('sha256')
    .update(JSON.stringify(plain(definition)))
    .digest('base64')
}
