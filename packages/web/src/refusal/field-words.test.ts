import assert from 'node:assert/strict'
import { test } from 'node:test'
import { INPUT_PROBLEMS } from '@freehold/contract/input-problems.ts'
import { FreeholdError } from '@freehold/sdk'
import { i18n } from '../language/language.ts'
import { refusedField } from './field-words.ts'

test('a field that is refused is named, with what is wrong in the language of the screen', () => {
  i18n.activate('zh-CN')
  const refused = (param: string | null, code: string, params: Record<string, string> = {}): string | null =>
    refusedField(new FreeholdError('invalid', 'In English.', { param, remark: { code, params } }))
  assert.equal(refused('name', 'field_long', { most: '64' }), 'name：超过 64 个字符。')
  assert.equal(refused('body', 'field_missing'), '缺少此项。')
  assert.equal(refused('name', 'a_code_of_later'), null)
  assert.equal(refusedField(new FreeholdError('invalid', 'In English.')), null)
  for (const language of ['en', 'zh-CN']) {
    i18n.activate(language)
    for (const [code, sentence] of Object.entries(INPUT_PROBLEMS)) {
      const named = [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => [name, '1'] as const)
      assert.match(refused('x', code, Object.fromEntries(named)) ?? '', /^[^{}]+$/, code)
    }
  }
})
