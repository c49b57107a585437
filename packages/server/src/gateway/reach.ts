import type { Caller } from '../identity/caller.ts'
import type { Attempt } from './routing/routing.ts'

/** Whether the caller's tenant may reach where this attempt leads. The program itself is always within reach. */
export function mayReach({ bounds }: Pick<Caller, 'bounds'>, attempt: Attempt): boolean {
  const destinations = bounds?.destinations
  if (destinations === undefined || attempt.zone === 'local') return true
  const { name, definition } = attempt.target
  return destinations.includes(name) || destinations.includes(`host:${new URL(definition.url).hostname}`)
}

/** What a caller is told whose tenant may reach none of the targets. */
export const OUT_OF_REACH =
  'Your tenant may not reach the target for this request. Ask the operator of the platform.'
