import { useCallback, useEffect, useRef, useState } from 'react'
import { onFindHere } from '../../../shell/find-here.ts'

interface Finding {
  /** How often somebody asked to find something since it was opened; 0: it is closed. */
  readonly asked: number
  readonly ask: () => void
  readonly stop: () => void
}

/** Whether something is being looked for in what is on the screen; where the focus was it comes back to. */
export function useFinding(): Finding {
  const [asked, setAsked] = useState(0)
  const before = useRef<Element | null>(null)
  const ask = useCallback((): void => {
    before.current ??= document.activeElement
    setAsked((times) => times + 1)
  }, [])
  const stop = useCallback((): void => {
    setAsked(0)
    if (before.current instanceof HTMLElement && before.current.isConnected) before.current.focus()
    before.current = null
  }, [])
  useEffect(
    () =>
      onFindHere(() => {
        // Whoever asks once more means the browser's own.
        if (document.activeElement?.closest('search')) return false
        ask()
        return true
      }),
    [ask],
  )
  return { asked, ask, stop }
}
