import type { ReactNode } from 'react'
import { ago, moment } from '../language/format.ts'
import { useLanguage } from '../language/words.ts'
import { Hint } from './hint.tsx'

/** How long ago; the exact time is said beside it. */
export function Moment({ at }: { readonly at: string }): ReactNode {
  useLanguage()
  return (
    <Hint text={moment(at)}>
      <time dateTime={at} className="whitespace-nowrap">
        {ago(at)}
      </time>
    </Hint>
  )
}
