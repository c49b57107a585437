import type { ReactNode } from 'react'
import { LANGUAGES, speak } from '../../language/language.ts'
import { defineWords, useLanguage, useWords } from '../../language/words.ts'
import { SelectField } from '../../parts/field.tsx'
import { Panel } from '../../parts/panel.tsx'
import { chooseLook, LOOKS, useLook } from '../../shell/look.ts'

const words = defineWords('look', {
  title: { en: 'Language and look', zh: '语言与外观' },
  lead: { en: 'Kept in this browser only.', zh: '只保存在这个浏览器中。' },
  language: { en: 'Language', zh: '语言' },
  look: { en: 'Look', zh: '外观' },
  system: { en: 'As the system', zh: '跟随系统' },
  light: { en: 'Light', zh: '浅色' },
  dark: { en: 'Dark', zh: '深色' },
})

const NAMES = { en: 'English', 'zh-CN': '中文' } as const

export function LookPanel(): ReactNode {
  const w = useWords(words)
  const spoken = useLanguage()
  const look = useLook()
  return (
    <Panel title={w('title')} lead={w('lead')}>
      <div className="grid max-w-md gap-3 wide:grid-cols-2">
        <SelectField
          label={w('language')}
          value={spoken}
          onChange={(event) => {
            const next = LANGUAGES.find((one) => one === event.currentTarget.value)
            if (next !== undefined) speak(next)
          }}
        >
          {LANGUAGES.map((one) => (
            <option key={one} value={one} lang={one}>
              {NAMES[one]}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={w('look')}
          value={look}
          onChange={(event) => {
            const next = LOOKS.find((one) => one === event.currentTarget.value)
            if (next !== undefined) chooseLook(next)
          }}
        >
          {LOOKS.map((one) => (
            <option key={one} value={one}>
              {w(one)}
            </option>
          ))}
        </SelectField>
      </div>
    </Panel>
  )
}
