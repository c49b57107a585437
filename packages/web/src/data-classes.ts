import type { DataClass } from '@freehold/sdk'
import { defineWords } from './language/words.ts'

/** How confidential something can be, from the least on. */
export const DATA_CLASSES = [
  'public',
  'internal',
  'confidential',
  'restricted',
] as const satisfies readonly DataClass[]

export const classWords = defineWords('class', {
  public: { en: 'Public', zh: '公开' },
  internal: { en: 'Internal', zh: '内部' },
  confidential: { en: 'Confidential', zh: '机密' },
  restricted: { en: 'Restricted', zh: '限制' },
})

export const isDataClass = (name: string): name is DataClass => name in classWords.texts
