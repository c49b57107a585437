import type { ReactNode } from 'react'
import { partsOf } from './fill.ts'

/** A prompt with its variables marked. */
export const PromptText = ({ text }: { readonly text: string }): ReactNode => (
  <p className="text-small whitespace-pre-wrap">
    {partsOf(text).map((part, at) =>
      part.isVariable ? (
        // oxlint-disable-next-line react/no-array-index-key -- parts of one text
        <mark key={at} className="rounded-small bg-mark px-0.5 text-ink">
          {part.text}
        </mark>
      ) : (
        part.text
      ),
    )}
  </p>
)
