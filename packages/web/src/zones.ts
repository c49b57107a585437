import { defineWords } from './language/words.ts'

/** Where something can be processed. */
export const zoneWords = defineWords('zone', {
  local: { en: 'On this machine', zh: '本机' },
  private: { en: 'Private zone', zh: '私有区' },
  managed: { en: 'Managed service', zh: '托管服务' },
})
