import type { Brokers } from '../broker/brokers.ts'
import type { CheckedOperation } from '../kinds/checked.ts'
import { checkedOperations } from '../kinds/checked.ts'
import type { SkillPackage, SkillRunner } from '../runner.ts'

/** An operation as it is offered: nothing of it is left to be said. */
export interface OfferedOperation extends Omit<CheckedOperation, 'examples' | 'timeoutMs'> {
  readonly examples: readonly string[]
  readonly timeoutMs: number
}

/** A version that can be called. */
export interface OpenedSkill {
  readonly operations: ReadonlyMap<string, OfferedOperation>
  readonly runner: SkillRunner
  readonly brokers: Brokers
}

const known = new WeakMap<SkillPackage, ReadonlyMap<string, OfferedOperation>>()

/** The operations of a skill, made ready to be called. @throws Fault `invalid` for a schema that is none */
export function offeredOperations(skill: SkillPackage): ReadonlyMap<string, OfferedOperation> {
  const made = known.get(skill) ?? makeReady(skill)
  known.set(skill, made)
  return made
}

function makeReady(skill: SkillPackage): ReadonlyMap<string, OfferedOperation> {
  const { manifest } = skill
  const { wallMs } = manifest.limits
  return new Map(
    [...checkedOperations(skill)].map(([id, one]) => [
      id,
      {
        ...one,
        examples: [...one.examples.zh, ...one.examples.en],
        // What was done of a workflow is stored: it goes on, whatever its steps are.
        idempotent: one.idempotent || manifest.kind === 'workflow',
        timeoutMs: Math.min(one.timeoutMs ?? wallMs, wallMs),
      },
    ]),
  )
}
