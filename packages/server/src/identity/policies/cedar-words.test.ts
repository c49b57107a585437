import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CEDAR_PROBLEMS } from '@freehold/contract/policy-problems.ts'
import { CedarEngine } from './cedar-engine.ts'
import { cedarProblem } from './cedar-words.ts'

const cedar = new CedarEngine()
const HEAD = 'forbid (principal, action, resource)'
const about = (condition: string): string => `${HEAD} when { ${condition} };`

/** A policy for which Cedar says it. */
const SAID: Readonly<Record<Exclude<keyof typeof CEDAR_PROBLEMS, 'cedar_other'>, string>> = {
  cedar_token: 'forbid principal;',
  cedar_ends: HEAD,
  cedar_unreadable: about('"abc'),
  cedar_effect: 'forbit (principal, action, resource);',
  cedar_condition: `${HEAD} while { true };`,
  cedar_empty_condition: about(''),
  cedar_variable: about('foo'),
  cedar_scope: 'forbid (principal, action);',
  cedar_scope_operator: 'forbid (principal > User::"x", action, resource);',
  cedar_template: 'forbid (principal == ?principal, action, resource);',
  cedar_entity: 'forbid (principal == "x", action, resource);',
  cedar_action_entity: 'forbid (principal, action == User::"x", resource);',
  cedar_chained: about('principal == 1 == 2'),
  cedar_number: about('99999999999999999999 > 1'),
  cedar_function: about('foo(1)'),
  cedar_annotation: `@id("a") @id("b") ${HEAD};`,
  cedar_escape: about('"a\\q" == "b"'),
  cedar_pattern: about('principal like principal'),
  cedar_action: 'forbid (principal, action == Action::"model.us", resource);',
  cedar_type: 'forbid (principal is Usr, action, resource);',
  cedar_attribute: about('principal.ceilin > 1'),
  cedar_context: 'forbid (principal, action == Action::"audit.read", resource) when { context.class };',
  cedar_optional:
    'forbid (principal, action == Action::"model.use", resource) when { context.class == DataClass::"public" };',
  cedar_value:
    'forbid (principal, action, resource is Document) when { resource.class == DataClass::"secret" };',
  cedar_types: about('principal == "x"'),
  cedar_other_type: about('principal.limited > 1'),
  cedar_empty_set: about('[] == [1]'),
  cedar_no_action: 'forbid (principal, action == Action::"session.open", resource);',
  cedar_never: about('principal is User && principal is ApiKey'),
  cedar_scripts: 'forbid (principal == User::"аdmin", action, resource);',
}

test('each kind of problem that Cedar reports has its code, and names what it is about', () => {
  for (const [code, text] of Object.entries(SAID)) {
    const { problems, warnings } = cedar.read(text)
    const found = [...problems, ...warnings].find((one) => one.code === code)
    const named = [...CEDAR_PROBLEMS[code as keyof typeof SAID].matchAll(/\{(\w+)\}/g)].map(
      ([, name]) => name,
    )
    assert.ok(found, `${code}: ${JSON.stringify([...problems, ...warnings])}`)
    for (const name of named) assert.ok(found.params[name ?? ''], `${code}: ${name}`)
  }
})

test('what Cedar takes to be meant goes along, and a sentence that is not known has a code as well', () => {
  const [problem] = cedar.read(SAID.cedar_action).problems
  assert.equal(problem?.params['better'], 'Action::"model.use"')
  assert.deepEqual(cedarProblem('something new', null), { code: 'cedar_other', params: {} })
})
