import type { KeyboardEvent } from 'react'
import { useEffect, useRef } from 'react'
import { useWords } from '../../../language/words.ts'
import { announce } from '../../../parts/announce.tsx'
import { beforeFirst } from '../run/branch.ts'
import type { Thread } from '../run/thread.ts'
import type { ThreadState } from '../run/thread-state.ts'
import { earlierWords } from './earlier-words.ts'
import type { Turn } from './turns.ts'

/** Whoever reads nearer to the first turn that is here than this has more fetched. */
const NEAR_TURNS = 20

interface EarlierOptions {
  readonly thread: Thread
  readonly state: ThreadState
  readonly turns: readonly Turn[]
  /** The first turn that is in the page; undefined: none is yet. */
  readonly firstDrawn: number | undefined
  readonly toStart: () => void
}

/** Has what was said before fetched while somebody reads up to it, or goes to the beginning by key. */
export function useEarlier({ thread, state, turns, firstDrawn, toStart }: EarlierOptions): {
  readonly hasEarlier: boolean
  readonly onKey: (event: KeyboardEvent) => void
} {
  const w = useWords(earlierWords)
  const first = turns[0]?.message ?? null
  const hasEarlier = first !== null && beforeFirst([first]) !== null
  const { isLoading, error } = state.earlier
  const isNear = firstDrawn !== undefined && firstDrawn < NEAR_TURNS
  useEffect(() => {
    if (hasEarlier && isNear && !isLoading && error === null) void thread.loadEarlier()
  }, [thread, hasEarlier, isNear, isLoading, error])

  const heard = useRef({ count: turns.length, wasLoading: false })
  useEffect(() => {
    const { count, wasLoading } = heard.current
    const more = turns.length - count
    if (isLoading && !wasLoading) announce(w('loading'))
    else if (!isLoading && wasLoading && more > 0) announce(w('loaded', { count: more }))
    if (isLoading === wasLoading) return
    heard.current = { count: turns.length, wasLoading: isLoading }
    // How many came is looked at when they have come.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [isLoading])

  const onKey = (event: KeyboardEvent): void => {
    // In a field it goes to the beginning of the line.
    if (event.key !== 'Home' || !hasEarlier || event.target !== event.currentTarget) return
    event.preventDefault()
    void thread.loadBeginning().then(() => requestAnimationFrame(toStart))
  }
  return { hasEarlier, onKey }
}
