import { z } from 'zod'
import type { Naming, Said } from './remark.ts'
import { remarkOf, sayingOf } from './remark.ts'

/** What Cedar finds wrong with a text, by code; what it says itself, in English, stands beside it. */
export const CEDAR_PROBLEMS = {
  cedar_token: '{token} is not expected here',
  cedar_ends: 'the text ends too early',
  cedar_unreadable: 'this cannot be read; is a text closed?',
  cedar_effect: '{word} is neither permit nor forbid',
  cedar_condition: '{word} is neither when nor unless',
  cedar_empty_condition: 'the condition is empty',
  cedar_variable: 'there is no variable {name}',
  cedar_scope: 'the head holds principal, action and resource, in this order',
  cedar_scope_operator: '{operator} may not stand in the head',
  cedar_template: 'templates are not taken: {slot} stands for nothing',
  cedar_entity: 'an entity is named here, such as User::"id"',
  cedar_action_entity: 'an action is named here, as Action::"name"',
  cedar_chained: 'comparisons in a row need brackets',
  cedar_number: 'the number is too large',
  cedar_function: 'there is no function {name}',
  cedar_annotation: '@{name} stands twice',
  cedar_escape: '{text} is no escape',
  cedar_pattern: 'on the right of like stands a pattern in quotes',
  cedar_action: 'there is no action {name}',
  cedar_type: 'there is no type {name}',
  cedar_attribute: '{of} has no {name}',
  cedar_context: 'the context of {of} has no {name}',
  cedar_optional: '{name} need not be there: ask with has first',
  cedar_value: '{name} is not one of {values}',
  cedar_types: '{one} and {other} cannot be compared',
  cedar_other_type: '{expected} is expected here, and this is {found}',
  cedar_empty_set: 'a set may not be empty',
  cedar_no_action: 'no action goes with what the head says',
  cedar_never: 'no request can ever meet this policy',
  cedar_scripts: '{name} has letters of several scripts, which look alike',
  cedar_other: 'Cedar does not take this',
} as const

/** What else can be wrong with policies, by code. */
export const POLICY_PROBLEMS = {
  too_many: 'there are {count} policies, and {most} may be',
  permits: 'this policy permits, which only roles do here. Give a role, or forbid "unless" instead',
  name_twice: 'this policy has the name "{name}", which another has too',
  name_form: 'this policy has an @id that is not 1 to 64 letters, digits, dots, colons and dashes',
  advice_form: 'this policy has an @advice that is not one line of at most 300 characters',
  form_unknown: 'this policy has a form that is not known here',
  document_named: 'this policy names a single document. Name its collection, or its class',
  nested: 'this policy is nested deeper than {levels} levels',
  whole_variable: 'this policy uses {name} as a whole; ask for one of its attributes',
  operator_unknown:
    'this policy uses "{operator}", which policies here do without: compare, and ask for membership',
  number_large: 'this policy holds a number that is too large',
  extension_value: 'this policy holds a record or a value of an extension',
  left_side: 'this policy must have principal, resource or context on the left of "{operator}"',
  left_context: 'this policy must not have context on the left of "{operator}"',
  no_such_name: 'there is no {name}',
  locks_out: 'it would keep every owner from reading or writing policies, and nobody could take it back',
} as const

export type CedarProblemCode = keyof typeof CEDAR_PROBLEMS
export type PolicyProblemCode = keyof typeof POLICY_PROBLEMS

/** `message` is the same in English; where Cedar says it, in Cedar's words. */
export const policyProblem = remarkOf({ ...CEDAR_PROBLEMS, ...POLICY_PROBLEMS }).extend({
  line: z.int(),
  column: z.int(),
  message: z.string(),
})
export type PolicyProblem = z.output<typeof policyProblem>

export type PolicyProblemSaid = Said<PolicyProblemCode>
export type PolicyNaming<Code extends PolicyProblemCode> = Naming<(typeof POLICY_PROBLEMS)[Code]>
export const policyProblemSaid = sayingOf(POLICY_PROBLEMS)
