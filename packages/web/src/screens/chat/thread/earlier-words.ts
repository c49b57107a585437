import { defineWords } from '../../../language/words.ts'

export const earlierWords = defineWords('thread-earlier', {
  loading: { en: 'Loading earlier messages …', zh: '正在加载更早的消息…' },
  loaded: {
    en: '{count, plural, one {# earlier message is here.} other {# earlier messages are here.}}',
    zh: '已加载 {count} 条更早的消息。',
  },
  failed: { en: 'Earlier messages could not be loaded.', zh: '无法加载更早的消息。' },
  retry: { en: 'Try again', zh: '重试' },
})
