import type { callerView } from '@freehold/contract/identity.ts'
import type { z } from 'zod'
import { powersOf } from './authorise.ts'
import type { Caller } from './caller.ts'

/** What a caller may be told of itself: a whitelist. */
export function presentCaller(caller: Caller): z.output<typeof callerView> {
  return {
    principal: caller.principal.id,
    kind: caller.principal.kind,
    name: caller.principal.name,
    roles: [...caller.roles],
    groups: [...caller.groups],
    powers: [...powersOf(caller)],
    baseClass: caller.baseClass,
    classCeiling: caller.classCeiling,
  }
}
