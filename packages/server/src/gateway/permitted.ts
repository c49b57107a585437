import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Caller } from '../identity/caller.ts'
import type { Policy } from '../identity/policies/compiled.ts'
import { forbidden } from '../identity/policies/restraint.ts'
import type { Attempt } from './routing/routing.ts'

type Restrained = Pick<Caller, 'restraint'>

const LOCAL = { name: 'local', zone: 'local' } as const

/** The policy that keeps content of that class of this caller from where the attempt leads; null where none does. */
export function forbids({ restraint }: Restrained, attempt: Attempt, reached: DataClass): Policy | null {
  if (restraint === undefined) return null
  if (attempt.target === 'local') return restraint.target(LOCAL, 'Target', reached)
  const { target } = attempt
  return restraint.target(target, target.definition.kind === 'model' ? 'Target' : 'Service', reached)
}

/** @throws Fault `not_allowed` when a policy forbids any of them */
export function requirePermitted(caller: Restrained, attempts: readonly Attempt[], reached: DataClass): void {
  for (const attempt of attempts) {
    const policy = forbids(caller, attempt, reached)
    if (policy !== null) throw forbidden(policy, 'model')
  }
}

/** The attempts that no policy forbids. @throws Fault `not_allowed` when policies forbid all there are */
export function permitted(
  attempts: readonly Attempt[],
  caller: Restrained,
  reached: DataClass,
): readonly Attempt[] {
  if (caller.restraint === undefined) return attempts
  const list = attempts.filter((attempt) => forbids(caller, attempt, reached) === null)
  const [first] = attempts
  const policy = list.length === 0 && first ? forbids(caller, first, reached) : null
  if (policy !== null) throw forbidden(policy, 'model')
  return list
}
