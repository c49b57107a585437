import type { CedarProblemCode } from '@freehold/contract/policy-problems.ts'
import type { Remark } from '@freehold/contract/remark.ts'

/**
 * What Cedar says, by code. It gives its errors no codes of its own, only sentences; this is the one place that reads
 * them, and a test beside it has Cedar say each.
 */
const SENTENCES: readonly (readonly [code: CedarProblemCode, said: RegExp])[] = [
  ['cedar_token', /^unexpected token `(?<token>.+)`$/],
  ['cedar_ends', /^unexpected end of input$/],
  ['cedar_unreadable', /^invalid token$/],
  ['cedar_effect', /^invalid policy effect: (?<word>.+)$/],
  ['cedar_condition', /^invalid policy condition: (?<word>.+)$/],
  ['cedar_empty_condition', /condition clause cannot be empty$/],
  ['cedar_variable', /^invalid variable: (?<name>.+)$/],
  ['cedar_scope', /^this policy is missing the `.+` variable in the scope$|^found the variable `.+` where/],
  ['cedar_scope_operator', /^invalid operator in the policy scope: (?<operator>.+)$/],
  ['cedar_template', /^expected a static policy, got a template containing the slot (?<slot>.+)$/],
  ['cedar_entity', /^expected an entity uid or matching template slot, found/],
  ['cedar_action_entity', /^expected an entity uid with type `Action`/],
  ['cedar_chained', /^multiple relational operators/],
  ['cedar_number', /^integer parse error/],
  ['cedar_function', /^`(?<name>.+)` is not a valid (?:function|method)$/],
  ['cedar_annotation', /^duplicate annotation: @(?<name>.+)$/],
  ['cedar_escape', /^the input `(?<text>.+)` is not a valid escape$/],
  ['cedar_pattern', /^right hand side of a `like` expression must be a pattern/],
  ['cedar_action', /^unrecognized action `(?<name>.+)`$/],
  ['cedar_type', /^unrecognized entity type `(?<name>.+)`$/],
  ['cedar_attribute', /^attribute `(?<name>.+)` on entity type `(?<of>.+)` not found$/],
  ['cedar_context', /^attribute `(?<name>.+)` in context for (?<of>.+) not found$/],
  ['cedar_optional', /^unable to guarantee safety of access to optional attribute `(?<name>[^`]+)`/],
  ['cedar_value', /^entity `(?<name>.+)` is of an enumerated entity type/],
  ['cedar_types', /^the types (?<one>.+) and (?<other>.+) are not compatible$/],
  ['cedar_other_type', /^unexpected type: expected (?<expected>.+) but saw (?<found>.+)$/],
  ['cedar_empty_set', /^empty set literals are forbidden/],
  ['cedar_no_action', /^unable to find an applicable action/],
  ['cedar_never', /^policy is impossible/],
  ['cedar_scripts', /^identifier `(?<name>.+)` contains mixed scripts$/],
]
const BETTER = /^did you mean `(?<better>.+)`\?$/
const VALUES = /^valid entity eids: (?<values>.+)$/

/** Without what it says of the one policy that it was given. */
export const saidByCedar = (message: string): string =>
  message.replace(/for policy `\d+`[:,] /, '').replace('failed to parse policy from string: ', '')

interface CedarRemark extends Remark {
  readonly code: CedarProblemCode
}

/** The code of a sentence, with what it names; `better`: what Cedar takes to be meant. */
export function cedarProblem(said: string, help: string | null): CedarRemark {
  const more = { ...BETTER.exec(help ?? '')?.groups, ...VALUES.exec(help ?? '')?.groups }
  for (const [code, sentence] of SENTENCES) {
    const found = sentence.exec(said)
    if (found) return { code, params: { ...found.groups, ...more } }
  }
  return { code: 'cedar_other', params: {} }
}

/** A policy that no request can meet would look like a net and hold nothing. */
export const isIdle = (message: string): boolean =>
  ['cedar_never', 'cedar_no_action'].includes(cedarProblem(saidByCedar(message), null).code)
