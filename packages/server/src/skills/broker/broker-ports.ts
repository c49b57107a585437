import type { DataClass } from '@freehold/contract/data-class.ts'
import type { HttpMethod } from '@freehold/contract/skill-permissions.ts'
import type { Zone } from '@freehold/contract/zone.ts'
import type { OutsideCalls } from '../../gateway/desensitise/outside-calls.ts'
import type { Caller } from '../../identity/caller.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Dialler } from '../../kernel/dialler/dialler.ts'
import type { FaultCode } from '../../kernel/fault.ts'
import type { Secret } from '../../kernel/secret.ts'

/** What the broker of one installed skill needs; secrets and the log of what left are those of its tenant. */
export interface BrokerPorts {
  readonly dialler: Pick<Dialler, 'open'>
  readonly secrets: SkillSecrets
  /** For what goes to managed hosts. */
  readonly outside: OutsideCalls
  /** Short tokens of this platform (`identity.tokens`). */
  readonly tokens: PlatformTokens
  readonly egress: EgressLog
  /** Classes that never leave, as the configuration has them. */
  readonly privateOnly: () => readonly DataClass[]
  readonly clock: Clock
}

export interface SkillSecrets {
  /** Null where nobody has stored it. */
  read(name: string): Promise<Secret<string> | null>
}

export interface PlatformTokens {
  tokenFor(bearer: Pick<Caller, 'tenant' | 'principal'>, audience: string, dataClass: DataClass): string
}

/** One request that a skill is about to send, without a word of what it holds. */
export interface EgressStart {
  readonly skill: string
  readonly version: string
  /** Of the bundle. */
  readonly digest: string
  readonly operation: string
  readonly call: string
  readonly caller: Caller
  readonly class: DataClass
  readonly zone: Exclude<Zone, 'local'>
  /** `SQL` and `SMTP`: what the platform speaks for a skill besides HTTP. */
  readonly method: HttpMethod | 'SQL' | 'SMTP'
  readonly host: string
  readonly port: number
  readonly bytesOut: number
  /** Values that were replaced before it left. */
  readonly masked: number
  readonly at: number
}

/** What it came to. */
export interface EgressEnd {
  /** Null where no answer came. */
  readonly status: number | null
  readonly bytesIn: number
  readonly ms: number
  readonly failure: FaultCode | null
}

export interface EgressLog {
  /** Resolves when it is written as safely as its zone asks; nothing leaves before. */
  begin(start: EgressStart): Promise<{ over(end: EgressEnd): void }>
  /** A request that was not let out. `place`: method, host and path as far as they could be read. */
  refused(
    call: Pick<EgressStart, 'skill' | 'version' | 'operation' | 'call' | 'caller'>,
    place: string,
    code: FaultCode,
  ): void
}

/** The call of an operation that requests are sent for. */
export interface BrokeredCall {
  readonly operation: string
  readonly call: string
  readonly caller: Caller
  readonly class: DataClass
}
