import { FreeholdError } from '@freehold/sdk'
import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useEffect } from 'react'
import { defineWords, say, useWords } from '../language/words.ts'
import { Button } from '../parts/button.tsx'
import { isSessionEnded } from '../server.ts'
import { refusals } from './refusal-words.ts'

const words = defineWords('refused', {
  again: { en: 'Try again', zh: '重试' },
  request: { en: 'Request {id}', zh: '请求 {id}' },
})

type Code = keyof typeof refusals.texts

function codeOf(error: unknown): Code {
  const code = error instanceof FreeholdError ? error.code : 'unknown'
  return code in refusals.texts ? (code as Code) : 'unknown'
}

/** What would help, in one line and in the language of the screen. */
export const refusalLine = (error: unknown): string => say(refusals, codeOf(error))

interface RefusedProps {
  readonly error: unknown
  readonly onRetry?: () => void
  /** In place of the sentence for the code of the refusal. */
  readonly children?: ReactNode
  /** Below it: ways to find out more. */
  readonly ways?: ReactNode
}

/** A refusal as a person meets it: what would help, below it the platform's own reason and the id of the request. */
export function Refused({ error, onRetry, children, ways }: RefusedProps): ReactNode {
  const w = useWords(words)
  const sentence = useWords(refusals)(codeOf(error))
  useEffect(() => void isSessionEnded(error), [error])
  const reason = error instanceof Error ? error.message : ''
  const request = error instanceof FreeholdError ? error.requestId : null
  return (
    <div
      role="alert"
      className="flex gap-3 rounded-medium border border-alarm/40 bg-alarm-tint p-3 text-small"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-alarm" />
      <div className="min-w-0 grow space-y-1">
        <p>{children ?? sentence}</p>
        {reason !== '' && (
          <p lang="en" className="text-soft">
            {reason}
          </p>
        )}
        {request !== null && <p className="font-mono text-tiny text-soft">{w('request', { id: request })}</p>}
        {ways}
        {onRetry && (
          <Button size="small" onClick={onRetry}>
            {w('again')}
          </Button>
        )}
      </div>
    </div>
  )
}
