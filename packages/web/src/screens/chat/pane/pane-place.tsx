import type { ReactNode } from 'react'
import { lazy, Suspense, useEffect, useState } from 'react'
import type { Beside } from './passage.ts'
import { onFiles, onPassage } from './passage.ts'

const Pane = lazy(async () => ({ default: (await import('./pane.tsx')).Pane }))

/** Where the pane stands when somebody wants to read beside the screen; until then it is not even loaded. */
export function PanePlace(): ReactNode {
  const [shown, setShown] = useState<Beside | null>(null)
  useEffect(() => {
    const stops = [
      onPassage((citation, among) => setShown({ kind: 'passage', citation, among })),
      onFiles((conversation, one) => setShown({ kind: 'files', conversation, one })),
    ]
    return () => {
      for (const stop of stops) stop()
    }
  }, [])
  if (shown === null) return null
  return (
    <Suspense>
      <Pane shown={shown} onShow={setShown} />
    </Suspense>
  )
}
