import type { ReactNode } from 'react'
import { ago, moment } from '../language/format.ts'
import { useLanguage } from '../language/words.ts'

/** How long ago; the exact time is said beside it. */
export function Moment({ at }: { readonly at: string }): ReactNode {
  useLanguage()
  return (
    <time dateTime={at} data-hint={moment(at)} className="whitespace-nowrap">
      {ago(at)}
    </time>
  )
}
