import type { Explanation } from '@freehold/sdk'
import { classWords, isDataClass } from '../../data-classes.ts'
import { defineWords, hasWords, say } from '../../language/words.ts'
import { typeName } from './type-names.ts'

type Skipped = Explanation['skipped'][number]

const words = defineWords<Skipped['code']>('skip-reasons', {
  class_stays: {
    en: 'Content of class {class} never leaves, masked or not.',
    zh: '“{class}”级别的内容无论是否脱敏都不离开。',
  },
  model_not_offered: { en: 'It does not offer this model.', zh: '它不提供这个模型。' },
  draining: { en: 'It is out of service for maintenance.', zh: '它正在维护，暂停服务。' },
  conversations_only: {
    en: 'The built-in engine answers conversations only.',
    zh: '内置引擎只回答对话。',
  },
  is_service: { en: 'It is a service, not a model.', zh: '它是服务，不是模型。' },
  other_dialect: { en: 'It speaks the API of {dialect} only.', zh: '它只支持 {dialect} 的 API。' },
  value_stays: {
    en: 'It holds a value of type “{type}”, which its profile keeps back.',
    zh: '其中有“{type}”类型的值，脱敏配置不允许它离开。',
  },
  value_not_masked: {
    en: 'It holds a value of type “{type}” where nothing can be masked.',
    zh: '其中有“{type}”类型的值，但它所在的位置无法脱敏。',
  },
  not_readable: {
    en: 'It holds something that cannot be read, and so not be masked.',
    zh: '其中有无法读取、因而无法脱敏的内容。',
  },
  not_searchable: {
    en: 'It could not be searched for personal data.',
    zh: '无法在其中查找个人数据。',
  },
  profile_gone: {
    en: 'The profile by which it would be masked is not there any more.',
    zh: '应使用的脱敏配置已不存在。',
  },
  to_stay: { en: 'It is to be kept private.', zh: '它要求保持私密。' },
  out_of_reach: { en: 'Your organisation may not reach it.', zh: '您的组织不允许使用它。' },
  policy: { en: 'The policy “{policy}” forbids it. {advice}', zh: '策略“{policy}”禁止。{advice}' },
  no_price: {
    en: 'There is a limit of money, and it has no price.',
    zh: '设有金额限额，而它没有价格。',
  },
})

/** Why a target is passed over, in the language of the screen; a code of a newer server is said as the server says it. */
export function skipReason({ code, params, reason }: Omit<Skipped, 'target'>): string {
  if (!hasWords(words, code)) return reason
  const { type, class: of } = params
  return say(words, code, {
    ...params,
    ...(type !== undefined && { type: typeName(type) }),
    ...(of !== undefined && isDataClass(of) && { class: say(classWords, of) }),
  }).trim()
}
