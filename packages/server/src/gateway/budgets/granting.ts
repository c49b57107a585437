/** How a counter stands while nobody else can change it, and what one process asks of it. Whole numbers. */
export interface Standing {
  readonly limit: number
  /** What requests on record cost. */
  readonly spent: number
  /** The leases of all processes together. */
  readonly leased: number
  /** What the asking process holds idle; below zero where requests cost more than they had reserved. */
  readonly free: number
  /** Reservations that it cannot serve by itself, in their order. */
  readonly wants: readonly number[]
  /** What it would like to hold idle, so that it need not ask for each. */
  readonly appetite: number
  /** It gives everything idle back. */
  readonly keepsNothing: boolean
  /** No more of what is left than one part in so many is held idle. */
  readonly parts: number
}

export interface Granted {
  /** So many of the wants may come in. */
  readonly admitted: number
  /** What the lease grows by; below zero where it shrinks. */
  readonly change: number
}

/**
 * A reservation is let in whenever spending and open reservations are below the limit, however large it is: so at most
 * one goes beyond. What the process holds idle is neither spent nor reserved; what others hold idle counts as if it were.
 */
export function grant(standing: Standing): Granted {
  const { limit, spent, leased, free, wants, appetite, keepsNothing, parts } = standing
  let used = spent + leased - free
  let admitted = 0
  let sum = 0
  for (const want of wants) {
    if (used >= limit) break
    used += want
    sum += want
    admitted += 1
  }
  if (keepsNothing) return { admitted, change: sum - free }
  const needed = Math.max(0, sum - free)
  const left = limit - (spent + leased + needed)
  // What a reservation beyond the limit left behind is nobody's to hold.
  if (left < 0) return { admitted, change: needed - Math.min(Math.max(0, free - sum), -left) }
  const isServed = admitted > 0 && admitted === wants.length
  const ahead = isServed ? Math.min(appetite, Math.floor(left / parts)) : 0
  return { admitted, change: needed + ahead }
}
