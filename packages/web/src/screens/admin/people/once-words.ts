import { defineWords } from '../../../language/words.ts'

/** Of one-time links, wherever one is made. */
export const onceWords = defineWords('once', {
  title: { en: 'The one-time link', zh: '一次性链接' },
  join: {
    en: 'It is shown now and never again, and is good once. Hand it over by a way that nobody else reads.',
    zh: '链接只显示这一次，只能使用一次。请通过别人读不到的途径交给对方。',
  },
  password: {
    en: 'It is shown now and never again, is good once and for 24 hours. Hand it over by a way that nobody else reads.',
    zh: '链接只显示这一次，只能使用一次，24 小时内有效。请通过别人读不到的途径交给对方。',
  },
  life: { en: 'Good for', zh: '有效期' },
  life24: { en: 'one day', zh: '一天' },
  life72: { en: 'three days', zh: '三天' },
  life720: { en: 'thirty days', zh: '三十天' },
})
