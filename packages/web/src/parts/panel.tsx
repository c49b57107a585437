import type { ReactNode } from 'react'
import { useId } from 'react'

interface PanelProps {
  readonly title: ReactNode
  /** What it is for, in a sentence. */
  readonly lead?: ReactNode
  /** Below the lead, such as the button that adds one. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** One subject of a settings screen: what it is at the left, what there is of it at the right. */
export function Panel({ title, lead, actions, children }: PanelProps): ReactNode {
  const heading = useId()
  return (
    <section
      aria-labelledby={heading}
      className="grid gap-x-10 gap-y-3 border-t border-line py-6 vast:grid-cols-[15rem_minmax(0,1fr)]"
    >
      <header className="space-y-1.5">
        <h2 id={heading} tabIndex={-1} className="text-lead outline-none">
          {title}
        </h2>
        {lead !== undefined && <div className="max-w-prose text-small text-soft">{lead}</div>}
        {actions !== undefined && <div className="flex flex-wrap gap-2 pt-1.5">{actions}</div>}
      </header>
      <div className="min-w-0 space-y-3">{children}</div>
    </section>
  )
}
