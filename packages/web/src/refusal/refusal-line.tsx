import { FreeholdError } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useLanguage } from '../language/words.ts'
import { refusalLine } from './refusal-words.ts'

interface RefusalLineProps {
  /** As a decision or a record names it. */
  readonly refusal: { readonly code: string; readonly message?: string }
  /** In place of the sentence for its code. */
  readonly children?: ReactNode
}

/** A refusal that is told of, not met: what would help, and the platform's own reason below it. */
export function RefusalLine({ refusal: { code, message = '' }, children }: RefusalLineProps): ReactNode {
  useLanguage()
  return (
    <>
      {/* A code that is not known gets the sentence for those. */}
      <span className="block">{children ?? refusalLine(new FreeholdError(code, message))}</span>
      {message !== '' && (
        <span lang="en" className="block text-tiny text-soft">
          {message}
        </span>
      )}
    </>
  )
}
