import type { ReactNode } from 'react'
import { LANGUAGES, language, speak } from '../language/language.ts'
import { useLanguage } from '../language/words.ts'
import { Button } from '../parts/button.tsx'

interface PorchProps {
  readonly title: string
  readonly lead?: ReactNode
  readonly children?: ReactNode
}

const NAMES = { en: 'English', 'zh-CN': '中文' } as const

/** What stands before the house: everything that is shown to somebody who is not inside. */
export function Porch({ title, lead, children }: PorchProps): ReactNode {
  useLanguage()
  return (
    <main className="grid h-full place-items-center overflow-y-auto p-4">
      <div className="w-full max-w-md">
        <p className="mb-6 flex items-center justify-between">
          <span className="flex items-center gap-2.5 font-display text-lead">
            <img src="/favicon.svg" alt="" width="28" height="28" />
            Freehold
          </span>
          {LANGUAGES.filter((one) => one !== language()).map((one) => (
            <Button key={one} size="small" look="quiet" lang={one} onClick={() => speak(one)}>
              {NAMES[one]}
            </Button>
          ))}
        </p>
        <div className="rounded-large border border-line bg-sheet p-6">
          <h1 className="text-title">{title}</h1>
          {lead !== undefined && <p className="mt-1 mb-5 text-soft">{lead}</p>}
          {children}
        </div>
      </div>
    </main>
  )
}
