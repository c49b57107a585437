import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Asked } from '../asked.ts'
import type { Ask } from '../routing/routing.ts'

interface Wish {
  readonly model: string
  readonly declared: DataClass | null
  /** The same for all that is asked over one connection. */
  readonly connection: string
  /** Everything that the answer is made from. */
  readonly bytes: number
  readonly mostTokens: number | null
}

const MOST_FIELD = 'response.max_output_tokens'

/** A response that is asked for over a realtime connection, or the connection itself. */
export class RealtimeAsked implements Asked {
  readonly declared: DataClass | null
  readonly conversation = null
  readonly previous = null
  readonly continued = false
  readonly model: string
  readonly mostTokens: number | null
  readonly answers = 1
  readonly streams = true
  readonly mayHedge = false
  readonly bytes: number
  readonly #connection: string

  constructor({ model, declared, connection, bytes, mostTokens }: Wish) {
    this.model = model
    this.declared = declared
    this.bytes = bytes
    this.mostTokens = mostTokens
    this.#connection = connection
  }

  outputOver(most: number): string | null {
    return this.mostTokens === null || this.mostTokens > most ? MOST_FIELD : null
  }

  /** All of a connection falls on the same side of a rule with a share. */
  beginning(): string {
    return this.#connection
  }

  start(): null {
    return null
  }

  ask(dataClass: DataClass): Ask {
    const { model } = this
    return { kind: 'model', model, dialect: 'openai', local: false, portable: false, class: dataClass }
  }

  dial(): never {
    throw new Error('what is asked over a WebSocket was about to be sent over HTTP')
  }

  departing(): never {
    throw new Error('the events of a connection were about to be looked at as one request')
  }

  opaque(): null {
    return null
  }

  mayRepeat(): boolean {
    return false
  }
}
