import type { KeyObject } from 'node:crypto'
import { createHmac } from 'node:crypto'
import type { Route } from '../decide.ts'
import type { Sameness } from './sameness.ts'

type Decided = Pick<Route, 'caller' | 'version' | 'rule' | 'class' | 'keeping'>

/**
 * The name of an answer: equal for two requests only where everything is equal that the answer depends on, or that
 * decides who may be given it. Under a secret of the process, so that it tells nobody what was asked.
 */
export function answerKey(secret: KeyObject, route: Decided, same: Sameness): string {
  const { caller, keeping } = route
  // A named conversation means something to its own principal only.
  const isShared = keeping?.scope === 'tenant' && same.conversation === null
  const { kind, id } = caller.principal
  const said = JSON.stringify([
    caller.tenant,
    isShared ? null : [kind, id, caller.onBehalfOf ?? null],
    route.version,
    route.rule,
    route.class,
    same.operation,
    same.headers,
    same.conversation,
  ])
  // JSON holds no line end, so that no two pairs give the same bytes.
  return createHmac('sha256', secret).update(said).update('\n').update(same.body).digest('base64url')
}
