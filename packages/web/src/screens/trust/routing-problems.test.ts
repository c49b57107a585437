import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RoutingProblemCode } from '@freehold/contract/routing-problems.ts'
import { ROUTING_PROBLEMS } from '@freehold/contract/routing-problems.ts'
import type { TestRemarkCode } from '@freehold/contract/target-test-remarks.ts'
import { TEST_REMARKS, testRemark as seen } from '@freehold/contract/target-test-remarks.ts'
import { FreeholdError } from '@freehold/sdk'
import { i18n } from '../../language/language.ts'
import { testRemark } from '../start/test-remarks.ts'
import { refusedProblem, routingProblem } from './routing-problems.ts'

const named = (sentence: string): Record<string, string> =>
  Object.fromEntries([...sentence.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, '1']))

test('what is wrong with a rule is said in Chinese, at its field', () => {
  i18n.activate('zh-CN')
  const problem = { code: 'no_target', params: {}, field: 'to[0]', message: 'to[0] names no target' } as const
  assert.equal(routingProblem(problem), 'to[0]：没有这个目标。')
  const refused = new FreeholdError('invalid', 'routes[0].when.class[0]: restricted never leaves.', {
    param: 'routes[0].when.class[0]',
    remark: { code: 'class_stays', params: { class: 'restricted' } },
  })
  assert.equal(
    refusedProblem(refused),
    'routes[0].when.class[0]：“限制”级别的内容从不离开，而这条规则指向托管目标。',
  )
  assert.equal(refusedProblem(new FreeholdError('invalid', 'something else')), null)
})

test('what a test of a target saw is said in Chinese, with what the target says of it', () => {
  i18n.activate('zh-CN')
  assert.equal(testRemark(seen('nothing_listens')), '那里没有程序在监听。请检查端口，并确认目标正在运行。')
  assert.equal(testRemark(seen('address_allowed', { zone: 'managed' })), '区域为“托管服务”的目标可以连接它。')
  const { code, message } = seen('call_status', { model: 'm', status: '400' })
  assert.equal(
    testRemark({ code, message, params: { model: 'm', status: '400', said: 'no such model' } }),
    'm：状态码 400。 它说：no such model',
  )
})

test('no sentence of a screen names a thing that the server does not give', () => {
  for (const language of ['en', 'zh-CN']) {
    i18n.activate(language)
    for (const [code, sentence] of Object.entries(ROUTING_PROBLEMS)) {
      const said = { code: code as RoutingProblemCode, params: named(sentence), field: null, message: '' }
      assert.match(routingProblem(said), /^[^{}]+$/, code)
    }
    for (const [code, sentence] of Object.entries(TEST_REMARKS)) {
      const said = { code: code as TestRemarkCode, params: named(sentence), message: '' }
      assert.match(testRemark(said), /^[^{}]+$/, code)
    }
  }
})
