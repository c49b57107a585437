import { useEffect, useState } from 'react'
import type { Sought } from '../finding/marks.ts'
import type { Thread } from '../run/thread.ts'

/** Has a message fetched that is looked for, and goes to it once: then the place is the reader's. */
export function useSought(thread: Thread, sought: Sought | undefined, go: (message: string) => void): void {
  const [found, setFound] = useState<Sought | null>(null)
  useEffect(() => {
    if (sought === undefined) return undefined
    let isOver = false
    void thread.show(sought.message).then(() => {
      if (!isOver) setFound(sought)
    })
    return () => {
      isOver = true
    }
  }, [thread, sought])
  useEffect(() => {
    if (found !== null) go(found.message)
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- how one goes is new at every drawing
  }, [found])
}
