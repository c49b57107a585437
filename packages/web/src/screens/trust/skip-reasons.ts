import { defineWords, say } from '../../language/words.ts'
import { typeName } from './type-names.ts'

const words = defineWords('skip-reasons', {
  leaves: {
    en: 'Content of this class never leaves, masked or not.',
    zh: '此级别的内容无论是否脱敏都不离开。',
  },
  offered: { en: 'It does not offer this model.', zh: '它不提供这个模型。' },
  drained: { en: 'It is out of service for maintenance.', zh: '它正在维护，暂停服务。' },
  conversations: {
    en: 'The built-in engine answers conversations only.',
    zh: '内置引擎只回答对话。',
  },
  service: { en: 'It is a service, not a model.', zh: '它是服务，不是模型。' },
  dialect: { en: 'It speaks the API of {name} only.', zh: '它只支持 {name} 的 API。' },
  value: {
    en: 'It holds a value of type “{type}”, which its profile keeps back.',
    zh: '其中有“{type}”类型的值，脱敏配置不允许它离开。',
  },
  unread: {
    en: 'It holds something that cannot be read, and so not be masked.',
    zh: '其中有无法读取、因而无法脱敏的内容。',
  },
  private: { en: 'It is to be kept private.', zh: '它要求保持私密。' },
  reach: { en: 'Your organisation may not reach it.', zh: '您的组织不允许使用它。' },
  policy: { en: 'The policy “{name}” forbids it.', zh: '策略“{name}”禁止。' },
  price: {
    en: 'There is a limit of money, and it has no price.',
    zh: '设有金额限额，而它没有价格。',
  },
})

type Key = keyof typeof words.texts

const SAID: readonly (readonly [RegExp, Key])[] = [
  [/^content of class \w+ never leaves/, 'leaves'],
  [/^it does not offer this model/, 'offered'],
  [/^it is being drained/, 'drained'],
  [/^the built-in engine answers conversations only/, 'conversations'],
  [/^it is a service/, 'service'],
  [/^it speaks the (?<name>\w+) dialect only/, 'dialect'],
  [/^This request holds a value of type (?<type>\w+)/, 'value'],
  [/^This request is \w+, and content of that class never leaves/, 'leaves'],
  [/^This request is \w+ and holds .*which cannot be read/, 'unread'],
  [/^This is to be kept private/, 'private'],
  [/^Your tenant may not reach/, 'reach'],
  [/^The policy "(?<name>.*?)" of your organisation/, 'policy'],
  [/^This caller has a limit of money/, 'price'],
]

/** Why a target is passed over, in the language of the screen; what is not known is said as the server says it. */
export function skipReason(reason: string): string {
  for (const [pattern, key] of SAID) {
    const found = pattern.exec(reason)
    if (found === null) continue
    const { type, name } = found.groups ?? {}
    return say(words, key, {
      ...(type !== undefined && { type: typeName(type) }),
      ...(name !== undefined && { name }),
    })
  }
  return reason
}
