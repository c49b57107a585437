import type { IncomingHttpHeaders } from 'node:http'
import type { Action } from '@freehold/contract/actions.ts'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { isWithin } from '@freehold/contract/data-class.ts'
import type { Caller } from '../identity/caller.ts'
import { Fault } from '../kernel/fault.ts'
import { requestId } from '../kernel/ids.ts'
import { TurnoverMap } from '../kernel/turnover-map.ts'
import type { Door } from './exchange.ts'
import { requirePermitted } from './permitted.ts'
import type { Attempt } from './routing/routing.ts'

/** How somebody came in: enough to ask again whether they still may, and to show them out. */
export interface Entrance {
  readonly door: Door
  /** In whose name the program itself asks. */
  readonly house?: Caller
  readonly headers: IncomingHttpHeaders
  readonly method: string
  /** Ends the request for this reason; hearing it again changes nothing. */
  callOff(reason: Fault): void
}

/** A request that is not over yet. */
export interface OpenRequest {
  readonly entrance: Entrance
  readonly action: Action
  /** What it reached; null until that is known. */
  class: DataClass | null
  /** Where it may lead, until it is known where it led; empty until that is decided. */
  attempts: readonly Attempt[]
  /** Who it is by the last review; null: there was none since it came in. */
  caller: Pick<Caller, 'restraint'> | null
}

export interface OpenRequestsOptions {
  /** The caller behind a request, without counting as use. @throws Fault why there is none any more */
  readonly recognise: (entrance: Entrance) => Caller
  readonly authorise: (caller: Caller, action: Action) => void
  /** One was ended. */
  readonly revoked: () => void
  readonly onBug: (request: string, error: unknown) => void
}

/**
 * Every request that is under way in this process, so that a key that is revoked, a session that ends and a right that
 * is taken away end it too. A request costs one insertion and one deletion; the pieces of its answer cost nothing.
 */
export class OpenRequests {
  readonly #options: OpenRequestsOptions
  readonly #open = new TurnoverMap<OpenRequest, true>()

  constructor(options: OpenRequestsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#open.size
  }

  /** To be left when it is over, however it ends. */
  enter(entrance: Entrance, action: Action): OpenRequest {
    const request = { entrance, action, class: null, attempts: [], caller: null }
    this.#open.set(request, true)
    return request
  }

  leave(request: OpenRequest): void {
    this.#open.delete(request)
  }

  /** Asks for each whether it would still be let in, and ends those that would not. */
  review(): void {
    for (const request of this.#open.keys()) {
      const refusal = this.#refusalOf(request)
      if (refusal === null) continue
      this.#open.delete(request)
      this.#options.revoked()
      request.entrance.callOff(revoked(refusal))
    }
  }

  /** Null where all is well, or where nobody can tell at the moment. */
  #refusalOf(request: OpenRequest): Fault | null {
    const { entrance, action, class: reached, attempts } = request
    const { recognise, authorise, onBug } = this.#options
    try {
      const caller = entrance.house ?? recognise(entrance)
      authorise(caller, action)
      request.caller = caller
      if (reached === null) return null
      requirePermitted(caller, attempts, reached)
      if (isWithin(reached, caller.classCeiling)) return null
      return new Fault('above_ceiling', `The highest class of this caller is ${caller.classCeiling} now.`)
    } catch (error) {
      if (error instanceof Fault) return error.code === 'unavailable' ? null : error
      onBug(requestId(), error)
      return null
    }
  }
}

const revoked = (cause: Fault): Fault =>
  new Fault('revoked', `This request was ended, because it would be refused now. ${cause.message}`, { cause })
