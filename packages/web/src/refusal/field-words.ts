import { FreeholdError } from '@freehold/sdk'
import { defineWords, hasWords, say } from '../language/words.ts'

const words = defineWords('field-problems', {
  at: { en: '{field}: {what}', zh: '{field}：{what}' },
  field_unknown: { en: 'There is no such field.', zh: '没有这个字段。' },
  field_missing: { en: 'It is missing.', zh: '缺少此项。' },
  field_empty: { en: 'It is empty.', zh: '不能为空。' },
  field_kind: { en: 'It is of another kind: {kind} is expected.', zh: '类型不对：应为 {kind}。' },
  field_choice: { en: 'It is not one of {choices}.', zh: '不是以下之一：{choices}。' },
  field_short: { en: 'It has fewer than {least} characters.', zh: '少于 {least} 个字符。' },
  field_long: { en: 'It has more than {most} characters.', zh: '超过 {most} 个字符。' },
  field_few: { en: 'It has fewer than {least} entries.', zh: '少于 {least} 项。' },
  field_many: { en: 'It has more than {most} entries.', zh: '超过 {most} 项。' },
  field_small: { en: 'It is less than {least}.', zh: '小于 {least}。' },
  field_large: { en: 'It is more than {most}.', zh: '大于 {most}。' },
  field_address: {
    en: 'It is no address that begins with http(s)://.',
    zh: '不是以 http(s):// 开头的网址。',
  },
  field_date: { en: 'It is no date with its time.', zh: '不是带时间的日期。' },
  field_id: { en: 'It is no id.', zh: '不是有效的 ID。' },
})

const isKnown = (code: string): code is Exclude<keyof typeof words.texts, 'at'> =>
  hasWords(words, code) && code !== 'at'

/** What is wrong with a field that was refused, in the language of the screen; null where only the server can say it. */
export function refusedField(error: unknown): string | null {
  if (!(error instanceof FreeholdError) || error.remark === null || !isKnown(error.remark.code)) return null
  const what = say(words, error.remark.code, error.remark.params)
  return error.param === null || error.param === 'body'
    ? what
    : say(words, 'at', { field: error.param, what })
}
