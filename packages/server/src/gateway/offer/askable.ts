import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Dialect } from '@freehold/contract/routing.ts'
import type { Caller } from '../../identity/caller.ts'
import { hasMoneyLimit } from '../limits.ts'
import { hindrance } from '../routing/explain.ts'
import type { Attempt, Routing, Target } from '../routing/routing.ts'
import type { Discovery } from './discovery.ts'
import type { Askable } from './model-shapes.ts'

/** Who would ask, through which API, for content of which class. */
export interface Asking {
  readonly caller: Pick<Caller, 'budgets' | 'restraint' | 'bounds' | 'keepsPrivate'>
  readonly class: DataClass
  readonly dialect: Dialect
}

/** What of discovery a list needs. */
export type Discovered = Pick<Discovery, 'edition' | 'isIdle' | 'modelsOf'>

/** Whether a request for this model would be sent anywhere, by the very steps that it would take. */
export const mayAsk = (routing: Routing, model: string, asking: Asking): boolean =>
  openAttempts(routing, model, asking).length > 0

interface Made {
  readonly edition: number
  readonly list: readonly Askable[]
}
/** Lists that were made, for as long as their routing is in force and nothing new was discovered. */
const made = new WeakMap<Routing, WeakMap<object, Map<string, Made>>>()
/** Whom no policy binds. */
const UNRESTRAINED = {}

/**
 * The names that this caller may ask for: those of the configuration, `extract-1` first where the API reaches it, then
 * those that targets were found to have behind a `*`.
 */
export function askableModels(routing: Routing, asking: Asking, discovery: Discovered): readonly Askable[] {
  const ofRouting = made.get(routing) ?? new WeakMap<object, Map<string, Made>>()
  made.set(routing, ofRouting)
  const whom = asking.caller.restraint ?? UNRESTRAINED
  const lists = ofRouting.get(whom) ?? new Map<string, Made>()
  ofRouting.set(whom, lists)
  const { destinations = ['*'] } = asking.caller.bounds ?? {}
  const { class: of, dialect, caller } = asking
  const key = JSON.stringify([of, dialect, hasMoneyLimit(caller), caller.keepsPrivate, destinations])
  const { edition } = discovery
  const known = lists.get(key)
  if (known?.edition === edition) return known.list
  const list: Askable[] = routing
    .modelsFor(asking.class, asking.dialect)
    .filter((model) => mayAsk(routing, model, asking))
    .map((id) => ({ id, createdS: 0 }))
  if (!discovery.isIdle) list.push(...discovered(routing, asking, { discovery, listed: list }))
  lists.set(key, { edition, list })
  return list
}

/** Only what would be asked of the target that has it: another one behind the same `*` may not know the name. */
function discovered(
  routing: Routing,
  asking: Asking,
  { discovery, listed }: { readonly discovery: Discovered; readonly listed: readonly Askable[] },
): readonly Askable[] {
  const names = new Set(listed.map(({ id }) => id))
  const found: Askable[] = []
  for (const target of routing.targets.values()) {
    for (const { id, createdS } of discovery.modelsOf(target)) {
      if (names.has(id) || !reaches(openAttempts(routing, id, asking), target, id)) continue
      names.add(id)
      found.push({ id, createdS: createdS ?? 0 })
    }
  }
  return found
}

const reaches = (attempts: readonly Attempt[], target: Target, id: string): boolean =>
  attempts.some((one) => one.target !== 'local' && one.target === target && one.model === id)

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
