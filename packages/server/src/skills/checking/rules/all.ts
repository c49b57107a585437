import { createHash } from 'node:crypto'
import type { NearRule, Rule } from '../rule.ts'
import { PHRASES } from '../signal.ts'
import { CIRCUMSTANCES } from '../weighing/circumstances.ts'
import { EFFECTS } from '../weighing/effects.ts'
import { ENOUGH, WEIGHTS } from '../weighing/weights.ts'
import { CODE_RULES, LINE_RULES } from './code.ts'
import { COMMAND_RULES } from './commands.ts'
import { ORDER_RULES } from './orders.ts'
import { DYNAMIC_RULES, OTHER_RULES } from './other.ts'
import { PROSE_RULES } from './prose.ts'
import { STANDING_RULES } from './standing.ts'
import { TAKING_RULES } from './taking.ts'
import { VEILED_RULES } from './veiled.ts'

/** Rules over what stands near each other in one text. */
export const NEAR_RULES: Readonly<Record<string, NearRule>> = {
  ...PROSE_RULES,
  ...STANDING_RULES,
  ...VEILED_RULES,
  ...TAKING_RULES,
  ...COMMAND_RULES,
  ...LINE_RULES,
}

/** Every rule by its id, in the order of the documentation. */
export const RULES: Readonly<Record<string, Rule>> = {
  ...OTHER_RULES,
  ...PROSE_RULES,
  ...STANDING_RULES,
  ...VEILED_RULES,
  ...TAKING_RULES,
  ...ORDER_RULES,
  ...COMMAND_RULES,
  ...CODE_RULES,
  ...LINE_RULES,
  ...DYNAMIC_RULES,
}

/** What a report was made with: two reports of one digest and one table say the same. */
export const RULES_DIGEST = createHash('sha256')
  .update(
    JSON.stringify([
      RULES,
      PHRASES.map(({ name, source }) => [name, source]),
      EFFECTS,
      CIRCUMSTANCES,
      WEIGHTS,
      ENOUGH,
    ]),
  )
  .digest('hex')

/** A rule that the code names itself. */
export function ruleOf(id: string): Rule {
  const rule = RULES[id]
  if (!rule) throw new Error(`there is no rule ${id}`)
  return rule
}
