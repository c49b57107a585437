import type { DataClass } from '@freehold/contract/data-class.ts'
import type { SkillManifest } from '@freehold/contract/skill-manifest.ts'
import type { HttpMethod } from '@freehold/contract/skill-permissions.ts'
import type { Caller } from '../identity/caller.ts'
import type { Connectors } from './connectors/connectors.ts'

/** One version of a skill: the manifest and the files beside it, as they were packed. */
export interface SkillPackage {
  readonly manifest: SkillManifest
  /** SHA-256 of the bundle, lower-case hexadecimal: what an installation is pinned to. */
  readonly digest: string
  /** By path below the skill's folder, without `./`. */
  readonly files: ReadonlyMap<string, Buffer>
}

export interface BrokerRequest {
  readonly method: HttpMethod
  /** Absolute. */
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer | null
  /**
   * A token that the platform itself got for this host and sends in place of the declared secret. Code of a skill has no
   * way to set it; at a redirect to another host it is left out.
   */
  readonly bearer?: string
}

export interface BrokerResponse {
  readonly status: number
  /** Names in lower case. What would hand a credential back is left out. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/**
 * The only way of a skill to the network, bound to one call: dials what the manifest declares, adds the secret itself,
 * checks every redirect anew, masks what goes to a managed host, and writes down what left.
 */
export interface Broker {
  /** @throws Fault `skill_denied` for what is not declared, `upstream_down` where nobody answered, `timed_out` */
  send(request: BrokerRequest, signal: AbortSignal): Promise<BrokerResponse>
}

/** What a skill kept between calls, within `permissions.storage`. */
export interface SkillStorage {
  get(key: string): Promise<string | null>
  /** Null removes. @throws Fault `too_large` over the declared bytes */
  set(key: string, value: string | null): Promise<void>
}

/** A completion through the router, within `permissions.model`. */
export interface SkillModel {
  /** @throws Fault `skill_denied` over the declared tokens, and whatever the router refuses */
  complete(prompt: string, signal: AbortSignal): Promise<string>
}

/** What one call of an operation may use. Every port is bound to the skill, its tenant and this call. */
export interface CallContext {
  /** Whose permissions count. */
  readonly caller: Caller
  /** The same for every attempt at one call: what an upstream takes as an idempotency key. */
  readonly call: string
  /** Of the text that the input was written in. */
  readonly class: DataClass
  readonly broker: Broker
  readonly storage: SkillStorage
  readonly model: SkillModel
  /** Absent where nothing but HTTP is spoken. */
  readonly connectors?: Connectors
  /** For whoever looks after the skill; at most 4 KiB a call, never shown to others. */
  readonly log: (line: string) => void
  /** Another skill's operation, under the same caller: for workflows. @throws Fault */
  readonly callSkill: (skill: string, operation: string, input: unknown, call: string) => Promise<unknown>
  readonly signal: AbortSignal
}

/** Part of a result that is words and no data. */
export interface ResultText {
  readonly origin: 'tool' | 'document' | 'web'
  readonly text: string
}

export interface OperationResult {
  /** JSON; checked against the operation's `output` by whoever called `run`. */
  readonly value: unknown
  /** Shown instead of `value` where given. */
  readonly texts?: readonly ResultText[]
}

/**
 * One opened version of a skill, of whatever kind and tier. Input was checked against the schema before, and the bounds
 * of `limits` that concern the call as a whole (wall time, calls a minute, concurrency, size) are kept by the caller.
 */
export interface SkillRunner {
  /** @throws Fault */
  run(
    operation: string,
    input: Readonly<Record<string, unknown>>,
    context: CallContext,
  ): Promise<OperationResult>
  /** Lets go of processes and connections. */
  close(): Promise<void>
}
