import { WrapText } from 'lucide-react'
import type { ReactNode } from 'react'
import { startTransition, useEffect, useState } from 'react'
import { defineWords, useWords } from '../../../language/words.ts'
import { IconButton } from '../../../parts/button.tsx'
import { CopyButton } from './copy-button.tsx'
import type { Coloured } from './highlight-worker.ts'

const words = defineWords('code-block', {
  copy: { en: 'Copy the code', zh: '复制代码' },
  copied: { en: 'The code is copied.', zh: '代码已复制。' },
  wrap: { en: 'Wrap long lines', zh: '自动换行' },
  code: { en: 'Code', zh: '代码' },
  of: { en: 'Code, {language}', zh: '代码，{language}' },
})

interface CodeBlockProps {
  readonly code: string
  readonly language: string
  readonly isOpen: boolean
}

/** Code as it was written; its colours come when it is whole. */
export function CodeBlock({ code, language, isOpen }: CodeBlockProps): ReactNode {
  const w = useWords(words)
  const [isWrapped, setWrapped] = useState(false)
  const runs = useColours(code, language, isOpen)
  return (
    <div className="overflow-hidden rounded-medium border border-line bg-sunk">
      <div className="flex h-8 items-center gap-1 border-b border-line ps-3 pe-1 text-tiny text-soft">
        <span className="grow truncate font-mono">{language}</span>
        <IconButton
          size="small"
          label={w('wrap')}
          aria-pressed={isWrapped}
          onClick={() => setWrapped(!isWrapped)}
        >
          <WrapText aria-hidden className="size-3.5" />
        </IconButton>
        <CopyButton label={w('copy')} said={w('copied')} text={() => code} />
      </div>
      <pre
        role="region"
        aria-label={language === '' ? w('code') : w('of', { language })}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, by keyboard too
        tabIndex={0}
        dir="ltr"
        className={isWrapped ? 'whitespace-pre-wrap' : 'overflow-x-auto'}
      >
        <code>{runs === null ? code : <Runs runs={runs} />}</code>
      </pre>
    </div>
  )
}

/** Null until there are colours, and where nobody knows the language. */
function useColours(code: string, language: string, isOpen: boolean): Coloured | null {
  const [coloured, setColoured] = useState<{ readonly code: string; readonly runs: Coloured } | null>(null)
  useEffect(() => {
    if (isOpen || language === '') return undefined
    let isGone = false
    const colour = async (): Promise<void> => {
      const { highlight } = await import('./highlight.ts')
      const runs = await highlight(code, language)
      if (!isGone && runs !== null) startTransition(() => setColoured({ code, runs }))
    }
    // Code without colours is code.
    colour().catch(() => {})
    return () => {
      isGone = true
    }
  }, [code, language, isOpen])
  return coloured?.code === code ? coloured.runs : null
}

const Runs = ({ runs }: { readonly runs: Coloured }): ReactNode =>
  runs.map((run, at) =>
    typeof run === 'string' ? (
      run
    ) : (
      // oxlint-disable-next-line react/no-array-index-key -- they never change places
      <span key={at} className={run.className}>
        {run.text}
      </span>
    ),
  )
