import assert from 'node:assert/strict'
import { test } from 'node:test'
import { i18n } from '../../language/language.ts'
import { skipReason } from './skip-reasons.ts'

const SAID = {
  'content of class restricted never leaves': '此级别的内容无论是否脱敏都不离开。',
  'it does not offer this model': '它不提供这个模型。',
  'it is being drained': '它正在维护，暂停服务。',
  'it speaks the anthropic dialect only': '它只支持 anthropic 的 API。',
  'This request holds a value of type SECRET, which never leaves here, so it does not leave. Take it out, or use a private target.':
    '其中有“密钥或口令”类型的值，脱敏配置不允许它离开。',
  'The policy "night" of your organisation does not allow this.': '策略“night”禁止。',
  'something newer': 'something newer',
}

test('why a target is passed over is said in the language of the screen', () => {
  i18n.activate('zh-CN')
  for (const [said, shown] of Object.entries(SAID)) assert.equal(skipReason(said), shown)
})
