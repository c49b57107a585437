import type { ReactNode } from 'react'
import { Children } from 'react'

interface RowsProps {
  readonly label: string
  /** Said where there are none. */
  readonly none: ReactNode
  readonly children: ReactNode
}

/** A short list of things, each with what is known of it and what can be done with it. */
export function Rows({ label, none, children }: RowsProps): ReactNode {
  if (Children.toArray(children).length === 0) return <p className="text-small text-soft">{none}</p>
  return (
    <ul
      aria-label={label}
      className="divide-y divide-line overflow-hidden rounded-large border border-line bg-sheet"
    >
      {children}
    </ul>
  )
}

interface RowProps {
  readonly title: ReactNode
  /** Beside the title: a state in a chip. */
  readonly note?: ReactNode
  /** In small letters below, parted by dots. */
  readonly facts?: readonly ReactNode[]
  readonly actions?: ReactNode
}

export function Row({ title, note, facts = [], actions }: RowProps): ReactNode {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2.5">
      <div className="min-w-0 grow basis-56">
        <div className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
          <span className="min-w-0 font-medium">{title}</span>
          {note}
        </div>
        {facts.length > 0 && (
          <ul className="flex flex-wrap gap-x-1.5 text-small text-soft">
            {facts.map((fact, at) => (
              // oxlint-disable-next-line react/no-array-index-key -- the order is theirs and does not change
              <li key={at} className="not-last:after:ms-1.5 not-last:after:content-['·']">
                {fact}
              </li>
            ))}
          </ul>
        )}
      </div>
      {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
    </li>
  )
}
