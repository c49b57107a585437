import { useEffect, useState } from 'react'
import type { Thread } from '../run/thread.ts'

/** Has a message fetched that is looked for, and goes to it once: then the place is the reader's. */
export function useSought(thread: Thread, message: string | undefined, go: (message: string) => void): void {
  const [found, setFound] = useState<string | null>(null)
  useEffect(() => {
    if (message === undefined) return undefined
    let isOver = false
    void thread.show(message).then(() => {
      if (!isOver) setFound(message)
    })
    return () => {
      isOver = true
    }
  }, [thread, message])
  useEffect(() => {
    if (found !== null) go(found)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- how one goes is new at every drawing
  }, [found])
}
