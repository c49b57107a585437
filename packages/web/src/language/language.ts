import { setupI18n } from '@lingui/core'
import { compileMessage } from './message.ts'
import { keep, readKept } from '../kept.ts'

export const LANGUAGES = ['en', 'zh-CN'] as const
export type Language = (typeof LANGUAGES)[number]

const KEPT = 'freehold.language'

export const i18n = setupI18n()
i18n.setMessagesCompiler(compileMessage)

/** What was chosen here before, else the first of the browser's languages that we speak. */
function preferred(): Language {
  const kept = read()
  if (kept !== null) return kept
  for (const tag of navigator.languages) {
    if (/^zh\b/i.test(tag)) return 'zh-CN'
    if (/^en\b/i.test(tag)) return 'en'
  }
  return 'en'
}

function read(): Language | null {
  const kept = readKept(KEPT)
  return LANGUAGES.find((language) => language === kept) ?? null
}

/** Every word on the screen changes at once; the choice is kept in this browser. */
export function speak(language: Language): void {
  use(language)
  keep(KEPT, language)
}

function use(language: Language): void {
  i18n.activate(language)
  document.documentElement.lang = language
}

export const language = (): Language => (i18n.locale === 'zh-CN' ? 'zh-CN' : 'en')

/** Before the first words are drawn. */
export function startLanguage(): void {
  for (const one of LANGUAGES) i18n.load(one, {})
  use(preferred())
}
