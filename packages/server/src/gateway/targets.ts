import type { LocalModelProblem } from '@freehold/contract/local-model-problems.ts'
import { createHash, hash, X509Certificate } from 'node:crypto'
import type { Destination, Dialler, Line } from '../kernel/dialler/dialler.ts'
import { Secret } from '../kernel/secret.ts'
import type { LocalModelDefinition, TargetDefinition } from '../kernel/target-definition.ts'
import { Probe, probeSettings } from './balance/probe.ts'
import { Retries, RETRIES } from './balance/retries.ts'
import type { StateOptions } from './balance/target-state.ts'
import { TargetState } from './balance/target-state.ts'
import type { CallTimeouts } from './call/upstream-call.ts'
import type { HandedHeaders } from './handed-headers.ts'
import { handedHeaders } from './handed-headers.ts'
import { Watchdog } from './call/watchdog.ts'
import type { LocalModels } from './local-models/local-models.ts'
import type { Routing, Target } from './routing/routing.ts'

/** How a target is reached. */
export interface TargetWay {
  readonly line: Line
  /** The configured address; every path lies below it. */
  readonly url: URL
  readonly timeouts: CallTimeouts
  /** Flat; the credential that is always the same, empty where there is none or where each call has its own. */
  readonly credential: readonly string[]
  /** Null where the target takes no tokens of ours. */
  readonly audience: string | null
  /** What its tokens are bound to: the certificate that we show it (RFC 8705 section 3.1). Null without both. */
  readonly certificate: string | null
}

/** What a target needs to be called, made when its definition comes into force and never on the path of a request. */
export interface OpenTarget extends TargetWay {
  readonly handed: HandedHeaders
  /** Out of service by now, also for requests that were decided before. */
  readonly isDrained: boolean
  /** How it goes there. */
  readonly state: TargetState
  readonly retries: Retries
}

interface Kept extends OpenTarget {
  readonly key: string
  isDrained: boolean
  /** Runs while the target is in force; requests of before may outlive it. */
  readonly probe: Probe | null
}

const DEFAULTS = { connectMs: 10_000, firstByteMs: 300_000, idleMs: 120_000, totalMs: 3_600_000 }

/** The open lines of one routing. A request keeps the one that it started with. */
export interface TargetBook {
  readonly routing: Routing
  of(target: Target): OpenTarget
  /** To be called once by each request that is over. */
  release(): void
}

export interface TargetsOptions extends StateOptions {
  /** `ok`, a status or a fault code. */
  readonly onProbed: (target: string, outcome: string) => void
  /** A target turned well, or unwell. */
  readonly onTurned: (target: string, isHealthy: boolean, outcome: string) => void
  readonly random: () => number
  readonly localModels: LocalModels
}

/** Opens and closes lines as the routing changes; a line is closed when the last request that may use it is over. */
export class Targets {
  readonly #dialler: Dialler
  readonly #options: TargetsOptions
  readonly #watchdog = new Watchdog()
  #current: Edition | null = null
  readonly #editions = new Set<Edition>()

  constructor(dialler: Dialler, options: TargetsOptions) {
    this.#dialler = dialler
    this.#options = options
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
      for (const { line, probe } of opened) {
        void line.destroy()
        probe?.stop()
      }
      throw error
    }
    const last = this.#current
    this.#current = { routing, kept, users: 0 }
    this.#editions.add(this.#current)
    for (const { probe } of opened) probe?.start()
    for (const [name, { probe, key }] of before ?? []) if (kept.get(name)?.key !== key) probe?.stop()
    for (const edition of this.#editions) {
      for (const [name, one] of edition.kept) one.isDrained = routing.targets.get(name)?.drained ?? false
    }
    if (last?.users === 0) this.#retire(last)
    return routing.version !== last?.routing.version || opened.length > 0
  }

  /** The routing of now; what is done under it holds its book. */
  get routing(): Routing {
    if (this.#current === null) throw new Error('no routing is in force yet')
    return this.#current.routing
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

  /** Of those of now. */
  names(): readonly string[] {
    return [...(this.#current?.kept.keys() ?? [])]
  }

  /** How it goes at a target of now; null where there is none of this name. */
  stateOf(name: string): TargetState | null {
    return this.#current?.kept.get(name)?.state ?? null
  }

  /** Ends every line at once. */
  async close(): Promise<void> {
    const lines = new Set(
      [...this.#editions].flatMap(({ kept }) => [...kept.values()].map(({ line }) => line)),
    )
    this.#editions.clear()
    for (const { probe } of this.#current?.kept.values() ?? []) probe?.stop()
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
    const { name, definition, zone } = target
    const state = new TargetState(name, this.#options, this.#current !== null)
    const way =
      definition.zone === 'local' ? this.#localWay(definition, state) : openWay(this.#dialler, target)
    const most = definition.retries ?? RETRIES[zone]
    const retries = new Retries({ ...this.#options, most })
    const open = { ...way, state, retries, isDrained: false, handed: handedHeaders(definition) }
    return { ...open, key, probe: definition.probe ? this.#probe(target, definition.probe, open) : null }
  }

  /** A local model needs no probe: its process is ours, and we know how it goes. */
  #localWay(definition: LocalModelDefinition, state: TargetState): TargetWay {
    const { onProbed, onTurned, localModels } = this.#options
    const turn = (outcome: string, unusable: LocalModelProblem | null): void => {
      const was = state.health
      state.health = unusable === null ? 'healthy' : 'unhealthy'
      state.unusable = unusable
      onProbed(definition.name, outcome)
      if (was !== state.health && was !== 'unknown') onTurned(definition.name, unusable === null, outcome)
    }
    state.health = 'unknown'
    const line = localModels.open(definition, { well: () => turn('ok', null), unwell: turn })
    return { line, ...wayOf(definition, UNBOUNDED) }
  }

  #probe(
    target: Target,
    written: NonNullable<TargetDefinition['probe']>,
    { state, credential }: Pick<OpenTarget, 'state' | 'credential'>,
  ): Probe {
    const settings = probeSettings(written)
    const { onProbed, onTurned, random } = this.#options
    state.health = 'unknown'
    return new Probe({
      settings,
      line: this.#dialler.open({ ...destinationOf(target, settings.timeoutMs), connections: 1 }),
      credential,
      state,
      watchdog: this.#watchdog,
      onProbed: (outcome) => onProbed(target.name, outcome),
      onTurned: (isHealthy, outcome) => onTurned(target.name, isHealthy, outcome),
      random,
    })
  }
}

/** Times that a call may take at most. */
export type Bounds = CallTimeouts & { readonly connectMs: number }

/** `atMost`: shorter times than the definition may have. @throws Fault `invalid` for certificates that cannot be used */
export function openWay(dialler: Dialler, target: Target, atMost: Bounds = UNBOUNDED): TargetWay {
  return { line: dialler.open(destinationOf(target, atMost.connectMs)), ...wayOf(target.definition, atMost) }
}

function wayOf(definition: TargetDefinition, atMost: Bounds): Omit<TargetWay, 'line'> {
  const set = definition.timeouts
  return {
    url: new URL(definition.url),
    timeouts: {
      firstByteMs: Math.min(set?.firstByteMs ?? DEFAULTS.firstByteMs, atMost.firstByteMs),
      idleMs: Math.min(set?.idleMs ?? DEFAULTS.idleMs, atMost.idleMs),
      totalMs: Math.min(set?.totalMs ?? DEFAULTS.totalMs, atMost.totalMs),
    },
    ...credentialOf(definition),
  }
}

/** Where a target lies, as it is dialled. */
export function destinationOf({ name, definition, zone }: Target, connectMs: number): Destination {
  if (zone === 'local') throw new Error(`${name} is part of the program: nothing is dialled`)
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

function credentialOf(
  definition: TargetDefinition,
): Pick<OpenTarget, 'credential' | 'audience' | 'certificate'> {
  const { auth, tls } = definition
  const withoutToken = { audience: null, certificate: null }
  if (auth === undefined) return { credential: [], ...withoutToken }
  if ('jwt' in auth)
    return {
      credential: [],
      audience: auth.jwt.audience,
      certificate: tls?.cert === undefined ? null : thumbprintOf(tls.cert),
    }
  if ('header' in auth) return { credential: [auth.header.name, auth.header.value.reveal()], ...withoutToken }
  const key = auth.apiKey.reveal()
  const isAnthropic = definition.kind === 'model' && definition.dialect === 'anthropic'
  return {
    credential: isAnthropic ? ['x-api-key', key] : ['authorization', `Bearer ${key}`],
    ...withoutToken,
  }
}

/** `x5t#S256` of the first certificate, which is our own; those behind it lead to its authority. */
const thumbprintOf = (pem: string): string => hash('sha256', new X509Certificate(pem).raw, 'base64url')

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
