import { FreeholdError } from '@freehold/sdk'
import { TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useEffect } from 'react'
import { defineWords, useWords } from '../language/words.ts'
import { Button } from '../parts/button.tsx'
import { isSessionEnded } from '../server.ts'
import { refusedField } from './field-words.ts'
import { refusalCode, refusals } from './refusal-words.ts'

const words = defineWords('refused', {
  again: { en: 'Try again', zh: '重试' },
  request: { en: 'Request {id}', zh: '请求 {id}' },
  told: { en: 'Reason:', zh: '服务器的原话：' },
})

interface RefusedProps {
  readonly error: unknown
  readonly onRetry?: () => void
  /** In place of the sentence for the code of the refusal. */
  readonly children?: ReactNode
  /** In place of the platform's own reason: the same in the language of the screen; null: it is not known there. */
  readonly reason?: string | null
  /** Below it: ways to find out more. */
  readonly ways?: ReactNode
}

/** A refusal as a person meets it: what would help, below it the platform's own reason and the id of the request. */
export function Refused({ error, onRetry, children, reason = null, ways }: RefusedProps): ReactNode {
  const w = useWords(words)
  const sentence = useWords(refusals)(refusalCode(error))
  useEffect(() => void isSessionEnded(error), [error])
  const known = reason ?? refusedField(error)
  const told = error instanceof Error ? error.message : ''
  const request = error instanceof FreeholdError ? error.requestId : null
  return (
    <div
      role="alert"
      className="flex gap-3 rounded-medium border border-alarm/40 bg-alarm-tint p-3 text-small"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-alarm" />
      <div className="min-w-0 grow space-y-1">
        <p>{children ?? sentence}</p>
        {known === null ? (
          told !== '' && (
            <p className="text-soft">
              {w('told')} <span lang="en">{told}</span>
            </p>
          )
        ) : (
          <p className="text-soft">{known}</p>
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
