import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Dialect } from '@freehold/contract/routing.ts'
import type { Caller } from '../../identity/caller.ts'
import { hasMoneyLimit } from '../limits.ts'
import { hindrance } from '../routing/explain.ts'
import type { Attempt, Routing } from '../routing/routing.ts'

/** Who would ask, through which API, for content of which class. */
export interface Asking {
  readonly caller: Pick<Caller, 'budgets'>
  readonly class: DataClass
  readonly dialect: Dialect
}

/** Whether a request for this model would be sent anywhere, by the very steps that it would take. */
export const mayAsk = (routing: Routing, model: string, asking: Asking): boolean =>
  openAttempts(routing, model, asking).length > 0

/** Lists that were made, for as long as their routing is in force. */
const made = new WeakMap<Routing, Map<string, readonly string[]>>()

/** The names of the configuration that this caller may ask for; `extract-1` first, where the API reaches it. */
export function askableModels(routing: Routing, asking: Asking): readonly string[] {
  const lists = made.get(routing) ?? new Map<string, readonly string[]>()
  made.set(routing, lists)
  const key = `${asking.class} ${asking.dialect} ${hasMoneyLimit(asking.caller)}`
  const known = lists.get(key)
  if (known !== undefined) return known
  const list = routing
    .modelsFor(asking.class, asking.dialect)
    .filter((model) => mayAsk(routing, model, asking))
  lists.set(key, list)
  return list
}

function openAttempts(
  routing: Routing,
  model: string,
  { caller, class: dataClass, dialect }: Asking,
): readonly Attempt[] {
  const { attempts } = routing.decide({
    kind: 'model',
    model,
    dialect,
    local: dialect === 'openai',
    portable: true,
    class: dataClass,
  })
  return attempts.filter((attempt) => hindrance(attempt, { caller, class: dataClass, opaque: null }) === null)
}
