import type { SkillDetail, SkillView } from '@freehold/sdk'
import { language } from '../../language/language.ts'

/** The one of two texts that fits the language of the screen. A component that uses it follows the language by its words. */
export const own = ({ en, zh }: { readonly en: string; readonly zh: string }): string =>
  language() === 'zh-CN' ? zh : en

type Operation = Pick<SkillView['operations'][number], 'id' | 'title' | 'description' | 'zh'>

/** What an operation is called and what it does, in the language of the screen. */
export const ownOperation = ({ id, title, description, zh }: Operation) => ({
  title: own({ en: title ?? id, zh: zh?.title ?? title ?? id }),
  description: own({ en: description, zh: zh?.description ?? description }),
})

/** What a skill is called in the language of the screen. */
export const titleOf = ({ title, zh }: Pick<SkillView, 'title' | 'zh'>): string =>
  own({ en: title, zh: zh?.title ?? title })

type Setting = Pick<SkillDetail['declared'][number], 'title' | 'description' | 'zh'>

/** What a setting of a skill is called and what it is for, in the language of the screen. */
export const ownSetting = ({ title, description = '', zh }: Setting) => ({
  title: own({ en: title, zh: zh?.title ?? title }),
  description: own({ en: description, zh: zh?.description ?? description }),
})
