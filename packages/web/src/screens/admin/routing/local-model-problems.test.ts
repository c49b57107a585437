import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LOCAL_MODEL_PROBLEMS, localModelProblem as told } from '@freehold/contract/local-model-problems.ts'
import type { LocalModelProblemCode } from '@freehold/contract/local-model-problems.ts'
import { PULL_STEPS } from '@freehold/contract/offer.ts'
import { i18n } from '../../../language/language.ts'
import { localModelProblem } from './local-model-problems.ts'
import { pullStep } from './pull-words.ts'

test('why a local model cannot be used, and how the fetching of one goes, is said in Chinese', () => {
  i18n.activate('zh-CN')
  const { code, params } = told('memory_short', { needed: '900', allowed: '64' })
  assert.equal(localModelProblem({ code, params }), '该模型约需 900 MiB 内存，而 memoryMb 只允许 64。')
  assert.equal(localModelProblem(undefined), null)
  assert.equal(pullStep({ step: 'said', status: 'model not found' }), '它说：model not found')
  for (const step of PULL_STEPS) assert.match(pullStep({ step, status: '1' }), /\p{Script=Han}/u, step)
  for (const [one, sentence] of Object.entries(LOCAL_MODEL_PROBLEMS)) {
    const named = Object.fromEntries([...sentence.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, '1']))
    assert.match(
      localModelProblem({ code: one as LocalModelProblemCode, params: named }) ?? '',
      /^[^{}]*\p{Script=Han}[^{}]*$/u,
      one,
    )
  }
})
