import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { IconButton } from '../../../parts/button.tsx'
import { cx } from '../../../parts/class-names.ts'
import type { Sought } from '../finding/marks.ts'
import { useMarks } from '../finding/marks.ts'
import { siblingsOf } from '../run/branch.ts'
import type { Thread } from '../run/thread.ts'
import type { ThreadState } from '../run/thread-state.ts'
import { isBusy } from '../run/thread-state.ts'
import { AnswerTurn } from './answer-turn.tsx'
import { EarlierNotice } from './earlier-notice.tsx'
import { QuestionTurn } from './question-turn.tsx'
import { Unanswered } from './run-notice.tsx'
import { threadWords } from './thread-words.ts'
import type { Turn } from './turns.ts'
import { turnsOf } from './turns.ts'
import { useEarlier } from './use-earlier.ts'
import { useSought } from './use-sought.ts'

/** Whoever is nearer to the end than this reads along. */
const NEAR_PX = 60
/** A page goes on moving for a while after the hand has let go. */
const GESTURE_MS = 800

interface ThreadViewProps {
  readonly thread: Thread
  readonly state: ThreadState
  /** A message to go to; the end to begin with where there is none. */
  readonly sought?: Sought | undefined
}

/** The turns of a conversation; only those near what is seen are in the page. */
export function ThreadView({ thread, state, sought }: ThreadViewProps): ReactNode {
  const w = useWords(threadWords)
  const scroll = useRef<HTMLDivElement>(null)
  const inner = useRef<HTMLDivElement>(null)
  const [isAtEnd, setAtEnd] = useState(true)
  const follows = useRef(sought === undefined)
  const hand = useRef({ isDown: false, atMs: -Infinity })
  const { tree, conversation, live, sending, chosen } = state
  const leaf = conversation?.leaf ?? null
  // What a run told comes with a message that is drawn anew.
  const turns = useMemo(
    () => turnsOf({ tree, leaf, live, sending }, (answer) => thread.toldOf(answer)),
    [thread, tree, leaf, live, sending],
  )
  const virtual = useVirtualizer({
    count: turns.length,
    getScrollElement: () => scroll.current,
    estimateSize: (at) => estimate(turns[at]),
    getItemKey: (at) => turns[at]?.id ?? at,
    overscan: 4,
    paddingStart: 24,
    paddingEnd: 24,
    // What is read stays where it is when something comes above it.
    anchorTo: 'end',
    initialOffset: Number.MAX_SAFE_INTEGER,
  })

  const toEnd = useCallback((): void => {
    follows.current = true
    const area = scroll.current
    if (area !== null) area.scrollTop = area.scrollHeight
  }, [])
  const moved = (): void => {
    hand.current.atMs = performance.now()
  }
  const look = (): void => {
    const area = scroll.current
    if (area === null) return
    const isNear = area.scrollHeight - area.scrollTop - area.clientHeight < NEAR_PX
    // What is measured moves the page as well; only a person who scrolls wants to read elsewhere.
    const isMoved = hand.current.isDown || performance.now() - hand.current.atMs < GESTURE_MS
    if (isNear || isMoved) follows.current = isNear
    else if (follows.current) toEnd()
    setAtEnd(isNear || follows.current)
  }

  useLayoutEffect(() => {
    if (chosen !== null) follows.current = false
  }, [chosen])
  // Whatever grows while somebody reads along is followed before it is painted.
  useLayoutEffect(() => {
    const content = inner.current
    if (content === null) return undefined
    const observer = new ResizeObserver(() => {
      if (follows.current) toEnd()
    })
    observer.observe(content)
    return () => observer.disconnect()
  }, [toEnd])
  // Whoever says something wants to see what comes of it.
  const last = turns.at(-1)?.id
  const isOwn = turns.at(-1)?.kind === 'question' || live !== null
  useLayoutEffect(() => {
    if (isOwn) toEnd()
  }, [last, isOwn, toEnd])
  useSought(thread, sought, (found) => {
    const at = turns.findIndex(({ id }) => id === found)
    if (at === -1) return
    follows.current = false
    virtual.scrollToIndex(at, { align: 'start' })
  })

  useMarks(inner, scroll, sought)

  const items = virtual.getVirtualItems()
  const { hasEarlier, onKey } = useEarlier({
    thread,
    state,
    turns,
    firstDrawn: items[0]?.index,
    toStart: () => {
      follows.current = false
      virtual.scrollToOffset(0)
    },
  })
  const busy = isBusy(state)
  return (
    <div className="relative min-h-0 grow">
      <div
        ref={scroll}
        onScroll={look}
        onWheel={moved}
        onTouchMove={moved}
        onKeyDown={(event) => {
          moved()
          onKey(event)
        }}
        onPointerDown={() => {
          hand.current.isDown = true
        }}
        onPointerUp={() => {
          hand.current.isDown = false
          moved()
        }}
        onPointerCancel={() => {
          hand.current.isDown = false
        }}
        role="region"
        aria-label={w('thread')}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, by keyboard too
        tabIndex={0}
        className="h-full overflow-y-auto [overflow-anchor:none]"
      >
        <div
          ref={inner}
          role="feed"
          aria-busy={busy || state.earlier.isLoading}
          className="relative"
          style={{ height: virtual.getTotalSize() }}
        >
          <div
            className="absolute inset-x-0 top-0"
            style={{ transform: `translateY(${items[0]?.start ?? 0}px)` }}
          >
            {items.map(({ key, index }) => {
              const turn = turns[index]
              if (turn === undefined) return null
              return (
                <article
                  key={key}
                  data-index={index}
                  data-message={turn.id}
                  ref={virtual.measureElement}
                  aria-label={w(turn.kind === 'question' ? 'you' : 'answer')}
                  aria-posinset={index + 1}
                  aria-setsize={hasEarlier ? -1 : turns.length}
                  tabIndex={-1}
                  className={cx('mx-auto max-w-[48rem] px-4 outline-none wide:px-8', index > 0 && 'pt-7')}
                >
                  <TurnView
                    thread={thread}
                    state={state}
                    turn={turn}
                    isBusy={busy}
                    isLast={index === turns.length - 1}
                  />
                </article>
              )
            })}
          </div>
        </div>
      </div>
      <EarlierNotice earlier={state.earlier} onRetry={() => void thread.loadEarlier()} />
      {!isAtEnd && (
        <div className="absolute inset-x-0 bottom-3 flex justify-center">
          <IconButton label={w('toEnd')} look="plain" onClick={toEnd} className="rounded-full! shadow-raised">
            <ArrowDown aria-hidden className="size-5" />
          </IconButton>
        </div>
      )}
    </div>
  )
}

/** About how high a turn will be, until it is drawn. */
const estimate = (turn: Turn | undefined): number => 90 + Math.ceil((turn?.text.length ?? 0) / 80) * 26

interface TurnProps {
  readonly thread: Thread
  readonly state: ThreadState
  readonly turn: Turn
  readonly isBusy: boolean
  readonly isLast: boolean
}

function TurnView({ thread, state, turn, isBusy: busy, isLast }: TurnProps): ReactNode {
  const { message } = turn
  const { ids, at } = message === null ? { ids: [], at: 0 } : siblingsOf(state.tree, message)
  const place = `${at}/${ids.length}`
  if (turn.kind === 'answer') return <AnswerTurn thread={thread} turn={turn} isBusy={busy} place={place} />
  return (
    <div className="space-y-4">
      <QuestionTurn thread={thread} turn={turn} isBusy={busy} place={place} />
      {isLast && !busy && message !== null && state.isHere && (
        <Unanswered thread={thread} message={message.id} />
      )}
    </div>
  )
}
