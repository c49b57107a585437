import { createHash } from 'node:crypto'
import type { Caller } from '../../identity/caller.ts'
import { Fault } from '../../kernel/fault.ts'
import type { KnownSkill, KnownVersion } from './known-skills.ts'

/** What access lists name the caller by. */
const namesOf = ({ principal, readsAs }: Caller): readonly string[] => [
  `${principal.kind}:${principal.id}`,
  ...(readsAs ?? []),
]

/** Whether the skill is for this caller; the operator of the machine sees all. */
export const isFor = (skill: KnownSkill, caller: Caller): boolean =>
  skill.audience === null ||
  caller.principal.kind === 'operator' ||
  namesOf(caller).some((name) => skill.audience?.has(name))

/**
 * The version that is called: the one that is tried for its share of the keys, and always for those it is tried on.
 * `key` is the same for all that has to go to one version: a run, or a call by itself. Null: none may be called.
 */
export function chosenVersion(skill: KnownSkill, caller: Caller, key: string): KnownVersion | null {
  const { canary, active } = skill
  if (canary?.version.isUsable) {
    const isNamed = namesOf(caller).some((name) => canary.principals.has(name))
    if (isNamed || percentOf(`${skill.name} ${key}`) < canary.share) return canary.version
  }
  return active?.isUsable ? active : null
}

const percentOf = (key: string): number => createHash('sha256').update(key).digest().readUInt32BE(0) % 100

/** Says the same of a skill that is not there and of one that is for others. */
export const noSkill = (): Fault => new Fault('not_found', 'There is no such skill.', { param: 'name' })

/** Why none of its versions may be called. */
export function notUsable({ name, state, active }: KnownSkill): Fault {
  const why =
    state === 'quarantined'
      ? 'is quarantined'
      : state === 'disabled'
        ? 'is switched off'
        : active === null
          ? 'has no version that is called'
          : 'waits for an administrator to say yes to what it may do'
  return new Fault('skill_denied', `The skill "${name}" ${why}.`)
}
