import type { IncomingHttpHeaders } from 'node:http'
import type { Caller } from '../identity/caller.ts'
import { Fault } from '../kernel/fault.ts'
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

/** How a request says that it is to stay at home. */
export const KEEP_HEADER = 'x-freehold-keep'

/**
 * The caller, who goes along with everything that is done in its name, and who asks for this to stay at home where the
 * header says so. @throws Fault `invalid` for any other word: whoever mistyped it did not mean that it may leave
 */
export function keeping(caller: Caller, headers: IncomingHttpHeaders): Caller {
  const said = headers[KEEP_HEADER]
  if (said === undefined) return caller
  if (said === 'private') return { ...caller, keepsPrivate: true }
  throw new Fault('invalid', `${KEEP_HEADER} must be private, or be left out.`, { param: KEEP_HEADER })
}

/** Whether it would leave although the caller asked for it to stay. */
export const wasToStay = ({ keepsPrivate }: Pick<Caller, 'keepsPrivate'>, { zone }: Pick<Attempt, 'zone'>) =>
  keepsPrivate === true && zone === 'managed'

/** What a caller is told who asked for it to stay where no rule allows that. */
export const TO_STAY =
  'This is to be kept private, and every target for it is a managed one. Choose a model that is answered at home, or let it leave.'
