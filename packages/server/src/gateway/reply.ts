import type { Usage } from '@freehold/contract/chat.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'

/** Where a request was processed. */
export type Zone = 'local' | 'private' | 'managed'

/** What goes back to the client, and what of it is recorded. */
export interface Reply {
  readonly zone: Zone
  readonly target: string
  readonly model: string
  readonly class: DataClass
  /** How many values were replaced before the request left. */
  readonly masked: number
  readonly usage: Usage | null
  readonly contentType: string
  readonly body: Buffer | AsyncIterable<Buffer>
}
