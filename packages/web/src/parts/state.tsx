import { LoaderCircle } from 'lucide-react'
import type { ReactNode } from 'react'
import { useEffect, useState } from 'react'
import { defineWords, useWords } from '../language/words.ts'
import { Refused } from '../refusal/refused.tsx'

const words = defineWords('state', {
  loading: { en: 'Loading …', zh: '正在加载…' },
})

/** Shown only when something takes longer than a blink, so that nothing flickers. */
export function Loading({ label }: { readonly label?: string }): ReactNode {
  const w = useWords(words)
  const [isSlow, setSlow] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 250)
    return () => clearTimeout(timer)
  }, [])
  return (
    <p role="status" className="flex min-h-12 items-center gap-2 text-small text-soft">
      {isSlow && (
        <>
          <LoaderCircle aria-hidden className="size-4 animate-spin" />
          {label ?? w('loading')}
        </>
      )}
    </p>
  )
}

interface EmptyProps {
  readonly title: ReactNode
  /** What belongs here, and how it gets here. */
  readonly children?: ReactNode
  readonly action?: ReactNode
}

export function Empty({ title, children, action }: EmptyProps): ReactNode {
  return (
    <div className="rounded-large border border-dashed border-edge/60 px-6 py-10 text-center">
      <p className="font-display text-lead">{title}</p>
      {children !== undefined && (
        <div className="mx-auto mt-1 max-w-prose text-small text-soft">{children}</div>
      )}
      {action !== undefined && <div className="mt-4 flex justify-center gap-2">{action}</div>}
    </div>
  )
}

interface Asked<T> {
  readonly data: T | undefined
  readonly error: unknown
  readonly refetch: () => unknown
}

/** What was asked for: loading, refused with a way to try again, or there. */
export function Shown<T>({
  query,
  children,
}: {
  readonly query: Asked<T>
  readonly children: (data: T) => ReactNode
}): ReactNode {
  if (query.data !== undefined) return children(query.data)
  if (query.error) return <Refused error={query.error} onRetry={() => void query.refetch()} />
  return <Loading />
}
