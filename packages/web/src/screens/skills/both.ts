import type { SkillView } from '@freehold/sdk'
import { language } from '../../language/language.ts'

/** The one of two texts that fits the language of the screen. A component that uses it follows the language by its words. */
export const own = ({ en, zh }: { readonly en: string; readonly zh: string }): string =>
  language() === 'zh-CN' ? zh : en

/** What a skill is called in the language of the screen. */
export const titleOf = ({ title, zh }: Pick<SkillView, 'title' | 'zh'>): string =>
  own({ en: title, zh: zh?.title ?? title })
