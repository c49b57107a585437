import { AsyncLocalStorage } from 'node:async_hooks'

/** From where an action came, and why. */
export interface Origin {
  /** The other end of the connection; null on the operator's own socket. */
  readonly from: string | null
  readonly through: 'network' | 'control'
  /** What whoever acted said of it. */
  readonly reason: string | null
  /** The use of break-glass in whose session it comes. */
  readonly breakGlass?: string
}

/** Goes along with the request by itself: what every event must say is not left to each place that writes one. */
const origins = new AsyncLocalStorage<Origin>()

/** Everything that `fn` does, and what follows from it, is recorded with this origin. */
export const withOrigin = <T>(origin: Origin, fn: () => T): T => origins.run(origin, fn)

/** Null for what the program does by itself. */
export const originNow = (): Origin | null => origins.getStore() ?? null
