import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { cx } from '../parts/class-names.ts'

export interface ColumnLink {
  readonly to: string
  readonly title: string
  /** Right of the title: a count, a state. */
  readonly note?: ReactNode
}

export interface ColumnGroup {
  readonly title?: string
  readonly links: readonly ColumnLink[]
}

interface ColumnLinksProps {
  readonly label: string
  readonly groups: readonly ColumnGroup[]
  /** Below the last of them: how a long list goes on. */
  readonly children?: ReactNode
}

/** The parts of an area as links in its column. */
export function ColumnLinks({ label, groups, children }: ColumnLinksProps): ReactNode {
  return (
    <nav aria-label={label} className="h-full space-y-4 overflow-y-auto p-3">
      {groups
        .filter(({ links }) => links.length > 0)
        .map((group) => (
          <div key={group.title ?? group.links[0]?.to}>
            {group.title !== undefined && <p className="px-2.5 pb-1 text-tiny text-soft">{group.title}</p>}
            <ul className="grid gap-px">
              {group.links.map(({ to, title, note }) => (
                <li key={to}>
                  <Link
                    to={to}
                    activeOptions={{ exact: true }}
                    className="flex min-h-8 items-center gap-2 rounded-medium px-2.5 text-small hover:bg-tint"
                    activeProps={{ className: cx('bg-tint font-medium text-accent'), 'aria-current': 'page' }}
                  >
                    <span className="min-w-0 grow truncate">{title}</span>
                    {note}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        ))}
      {children}
    </nav>
  )
}
