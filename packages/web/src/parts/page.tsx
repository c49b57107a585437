import { ArrowLeft } from 'lucide-react'
import type { ReactNode } from 'react'
import { useEffect, useId } from 'react'
import { TextLink } from './button.tsx'
import { cx } from './class-names.ts'

interface PageProps {
  readonly title: string
  /** One or two sentences: what this screen is for. */
  readonly lead?: ReactNode
  /** Above the title: the way back to the list that this is one of. */
  readonly back?: { readonly to: string; readonly title: string }
  /** Right of the title. */
  readonly actions?: ReactNode
  /** Tables may need all the width there is. */
  readonly isWide?: boolean
  /** What it shows has the rest of the height and scrolls in itself. */
  readonly isFilled?: boolean
  readonly children: ReactNode
}

/** One screen: its title in the window and at its top, and its content in a column that can be read. */
export function Page({ title, lead, back, actions, isWide, isFilled, children }: PageProps): ReactNode {
  useTitle(title)
  return (
    <div className="h-full overflow-y-auto">
      <div
        className={cx(
          'mx-auto px-4 py-6 wide:px-8',
          isWide ? 'max-w-6xl' : 'max-w-3xl',
          isFilled ? 'flex h-full min-h-96 flex-col gap-4' : 'space-y-6',
        )}
      >
        <header className="flex flex-wrap items-start gap-x-4 gap-y-2">
          <div className="min-w-0 grow basis-64">
            {back !== undefined && (
              <TextLink to={back.to} className="inline-flex items-center gap-1.5 pb-1 text-small">
                <ArrowLeft aria-hidden className="size-4" />
                {back.title}
              </TextLink>
            )}
            <h1 className="text-hero">{title}</h1>
            {lead !== undefined && <div className="mt-1 max-w-prose text-soft">{lead}</div>}
          </div>
          {actions !== undefined && <div className="flex flex-wrap gap-2 pt-1">{actions}</div>}
        </header>
        {children}
      </div>
    </div>
  )
}

/** The title of the window while this is shown. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'Freehold' : `${title} · Freehold`
  }, [title])
}

interface SectionProps {
  readonly title: ReactNode
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  readonly id?: string
  readonly children: ReactNode
}

/** A part of a screen that is found by the name of its heading, which may take the focus. */
export function Section({ title, lead, actions, id, children }: SectionProps): ReactNode {
  const heading = useId()
  return (
    <section id={id} aria-labelledby={heading} className="space-y-3">
      <header className="flex flex-wrap items-start gap-3">
        <div className="min-w-0 grow">
          <h2 id={heading} tabIndex={-1} className="text-title outline-none">
            {title}
          </h2>
          {lead !== undefined && <div className="max-w-prose text-small text-soft">{lead}</div>}
        </div>
        {actions}
      </header>
      {children}
    </section>
  )
}

/** A sheet of paper on the desk. */
export const Sheet = ({
  children,
  className,
}: {
  readonly children: ReactNode
  readonly className?: string
}): ReactNode => (
  <div className={cx('rounded-large border border-line bg-sheet p-4', className)}>{children}</div>
)

/** Names and what they are, in two columns. */
export function Facts({
  facts,
}: {
  readonly facts: readonly (readonly [name: ReactNode, value: ReactNode])[]
}): ReactNode {
  return (
    <dl className="grid grid-cols-[minmax(6rem,auto)_1fr] gap-x-4 gap-y-1.5 text-small">
      {facts.map(([name, value], at) => (
        // oxlint-disable-next-line react/no-array-index-key -- the order is theirs and does not change
        <div key={at} className="contents">
          <dt className="text-soft">{name}</dt>
          <dd className="min-w-0">{value}</dd>
        </div>
      ))}
    </dl>
  )
}
