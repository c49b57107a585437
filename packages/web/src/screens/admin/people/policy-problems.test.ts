import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PolicyProblem } from '@freehold/contract/policy-problems.ts'
import { CEDAR_PROBLEMS, POLICY_PROBLEMS } from '@freehold/contract/policy-problems.ts'
import { FreeholdError } from '@freehold/sdk'
import { i18n } from '../../../language/language.ts'
import { policyProblem, refusedPolicy } from './policy-problems.ts'

test('what is wrong with a policy is said in Chinese, with what was meant, and at its place where it is refused', () => {
  i18n.activate('zh-CN')
  const params = { name: 'Action::"model.us"', better: 'Action::"model.use"' }
  const problem = {
    code: 'cedar_action',
    params,
    line: 1,
    column: 30,
    message: 'unrecognized action',
  } as const
  assert.equal(policyProblem(problem), '没有 Action::"model.us" 这个操作。是否应为 Action::"model.use"？')
  const refused = new FreeholdError('invalid', 'text: line 3, column 1: this policy permits', {
    param: 'text',
    remark: { code: 'permits', params: { line: '3', column: '1' } },
  })
  assert.match(refusedPolicy(refused) ?? '', /^第 3 行，第 1 列：这条策略是允许/)
  assert.equal(refusedPolicy(new FreeholdError('conflict', 'version')), null)
})

test('every problem of policies has a sentence in both languages, and names what the server gives', () => {
  const all = Object.entries({ ...CEDAR_PROBLEMS, ...POLICY_PROBLEMS })
  for (const language of ['en', 'zh-CN']) {
    i18n.activate(language)
    for (const [code, sentence] of all) {
      const params = Object.fromEntries(
        [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, '1']),
      )
      const said = policyProblem({ code, params, line: 1, column: 1, message: '' } as PolicyProblem)
      assert.match(said, /^[^{}]+$/, code)
    }
  }
})
