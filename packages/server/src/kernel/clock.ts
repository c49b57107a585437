/** Time comes in as a parameter, so that tests can turn the hands. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number
}

export const systemClock: Clock = { now: () => Date.now() }
