import { defineWords } from '../../../language/words.ts'

export const findingWords = defineWords('finding', {
  field: { en: 'Find in this conversation', zh: '在此对话中查找' },
  place: { en: '{at} of {count}', zh: '第 {at} 条，共 {count} 条' },
  placeOfMore: { en: '{at} of more than {count}', zh: '第 {at} 条，共 {count} 条以上' },
  none: { en: 'Not found', zh: '没有找到' },
  previous: { en: 'Earlier message', zh: '更早的消息' },
  next: { en: 'Later message', zh: '更晚的消息' },
  close: { en: 'Stop finding', zh: '结束查找' },
})
