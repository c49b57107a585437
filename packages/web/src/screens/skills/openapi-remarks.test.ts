import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenApiRemarkCode } from '@freehold/contract/openapi-remarks.ts'
import { OPENAPI_REMARKS } from '@freehold/contract/openapi-remarks.ts'
import { FreeholdError } from '@freehold/sdk'
import { i18n } from '../../language/language.ts'
import { openApiRemark, refusedDocument } from './openapi-remarks.ts'

test('what is noted of an OpenAPI document is said in both languages', () => {
  i18n.activate('zh-CN')
  const remark = { code: 'changing_left_out', params: { count: '3' } }
  assert.equal(openApiRemark(remark), '3 个操作会更改内容，因此没有采用。需要的请在上面选择。')
  assert.equal(refusedDocument(new FreeholdError('invalid', 'x', { remark })), openApiRemark(remark))
  assert.equal(openApiRemark({ code: 'of_later', params: {} }), null)
  assert.equal(openApiRemark(null), null)
  for (const language of ['en', 'zh-CN']) {
    i18n.activate(language)
    for (const code of Object.keys(OPENAPI_REMARKS) as OpenApiRemarkCode[]) {
      const named = [...OPENAPI_REMARKS[code].matchAll(/\{(\w+)\}/g)].map(
        ([, name = '']) => [name, '1'] as const,
      )
      assert.match(openApiRemark({ code, params: Object.fromEntries(named) }) ?? '', /^[^{}]+$/, code)
    }
  }
})
