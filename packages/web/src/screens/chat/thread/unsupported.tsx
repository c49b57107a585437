import type { AnswerChecked } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useWords } from '../../../language/words.ts'
import { threadWords } from './thread-words.ts'

interface UnsupportedProps {
  readonly text: string
  readonly checked: AnswerChecked
}

/** The sentences that nothing in the context bears out, for whoever wants to know. Said only where there were sources. */
export function Unsupported({ text, checked }: UnsupportedProps): ReactNode {
  const w = useWords(threadWords)
  const alone = checked.sentences.filter(({ support }) => support === null)
  if (!checked.hasSources || alone.length === 0) return null
  return (
    <details className="text-small text-soft">
      <summary className="w-fit text-tiny">{w('unsupported', { count: alone.length })}</summary>
      <ul className="mt-1 list-disc space-y-1 ps-5" dir="auto">
        {alone.map(({ span }) => (
          <li key={span.start}>{text.slice(span.start, span.end).trim()}</li>
        ))}
      </ul>
    </details>
  )
}
