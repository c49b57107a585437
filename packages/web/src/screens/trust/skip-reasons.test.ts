import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SKIPS, skip } from '@freehold/contract/skips.ts'
import { i18n } from '../../language/language.ts'
import { skipReason } from './skip-reasons.ts'

const SAID = [
  [skip('class_stays', { class: 'restricted' }), '“限制”级别的内容无论是否脱敏都不离开。'],
  [skip('model_not_offered'), '它不提供这个模型。'],
  [skip('other_dialect', { dialect: 'anthropic' }), '它只支持 anthropic 的 API。'],
  [skip('value_stays', { type: 'SECRET' }), '其中有“密钥或口令”类型的值，脱敏配置不允许它离开。'],
  [skip('policy', { policy: 'night', advice: 'Ask Mary.' }), '策略“night”禁止。Ask Mary.'],
] as const

test('why a target is passed over is said in the language of the screen', () => {
  i18n.activate('zh-CN')
  for (const [said, shown] of SAID) assert.equal(skipReason(said), shown)
})

test('what only a newer server knows is said as that server says it', () => {
  const newer = { code: 'moon', params: {}, reason: 'the moon is full' }
  // Of this version there is no such code.
  assert.equal(skipReason(newer as never), 'the moon is full')
})

test('no reason names a thing that its sentence on the screen leaves in braces', () => {
  for (const [code, sentence] of Object.entries(SKIPS)) {
    const params = Object.fromEntries([...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => [name, 'x']))
    assert.doesNotMatch(skipReason({ code: code as keyof typeof SKIPS, params, reason: '' }), /[{}]/)
  }
})
