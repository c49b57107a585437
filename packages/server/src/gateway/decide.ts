import type { Caller } from '../identity/caller.ts'
import type { Classified } from './classify.ts'

/** Where a request goes. The program itself is the only place there is while no target is configured. */
export interface Route {
  readonly zone: 'local'
  readonly target: 'local'
  readonly caller: Caller
  readonly class: Classified['class']
}

/** With neither targets nor rules every model name is answered here, in every class up to the ceiling. */
export function decide(caller: Caller, classified: Classified): Route {
  return { zone: 'local', target: 'local', caller, class: classified.class }
}
