import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Zone } from '@freehold/contract/zone.ts'
import type { LiveBody } from './call/upstream-call.ts'

/** Tokens of one answer; `estimated` where nobody counted them. */
export interface CountedTokens {
  readonly input: number
  readonly output: number
  readonly estimated: boolean
}

/** What goes back to the client, and what of it is recorded. */
export interface Reply {
  readonly status: number
  readonly zone: Zone
  readonly target: string
  /** The model that answered, in the target's words; null for services. */
  readonly model: string | null
  readonly class: DataClass
  /** How many values were replaced before the request left. */
  readonly masked: number
  /** Flat: name, value, name, value. Length and framing are the exchange's. */
  readonly headers: readonly string[]
  readonly body: Buffer | AsyncIterable<Buffer> | LiveBody
  /** Asked when the reply has been sent, or broke: by then a stream has said what it cost. */
  readonly tokens: () => CountedTokens | null
  /** The id that a later request can continue from; asked when the reply has been sent. */
  readonly answerId: () => string | null
}
