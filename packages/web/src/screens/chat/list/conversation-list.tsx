import type { ConversationView } from '@freehold/sdk'
import { useVirtualizer } from '@tanstack/react-virtual'
import type { KeyboardEvent, ReactNode } from 'react'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { language } from '../../../language/language.ts'
import type { Say } from '../../../language/words.ts'
import { useWords } from '../../../language/words.ts'
import { ConversationRow } from './conversation-row.tsx'
import type { GroupId } from './groups.ts'
import { itemsOf } from './groups.ts'
import { listWords } from './list-words.ts'
import type { Asked } from './row-menu.tsx'
import type { Selection } from './selection.ts'
import { extended, toggled } from './selection.ts'
import type { Conversations } from './use-conversations.ts'

const HEADING = 32
/** In pixels of somebody who left the size of letters as it was. */
const ROW = { pointer: 34, finger: 44 } as const
/** Rows that are drawn beyond what is seen, on each side. */
const BEYOND = 8

function heights(): { readonly row: number; readonly heading: number } {
  const scale = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) / 16
  const row = matchMedia('(pointer: coarse)').matches ? ROW.finger : ROW.pointer
  return { row: row * scale, heading: HEADING * scale }
}

interface ListProps {
  readonly conversations: Conversations
  readonly current: string | null
  /** Null: nothing is being selected. */
  readonly selection: Selection | null
  /** This and the next are the same at every drawing, so that rows are drawn once. */
  readonly onSelection: (change: (selection: Selection) => Selection) => void
  readonly onAsk: (row: ConversationView, what: Asked) => void
}

/** All conversations in one list, of which only what is seen is in the page. Arrows go from one to the next. */
export function ConversationList(props: ListProps): ReactNode {
  const { conversations, current, selection, onSelection, onAsk } = props
  const w = useWords(listWords)
  const { pinned, rows, next: continued, fetchMore } = conversations
  const scroller = useRef<HTMLDivElement>(null)
  const [height] = useState(heights)
  const [stop, setStop] = useState<string | null>(null)
  const items = useMemo(() => itemsOf(pinned, rows, new Date()), [pinned, rows])
  const order = useMemo(
    () => items.flatMap((item) => (item.kind === 'conversation' ? [item.row.id] : [])),
    [items],
  )
  const standing = useRef(order)
  useLayoutEffect(() => {
    standing.current = order
  }, [order])
  const select = useCallback(
    (id: string, isRange: boolean): void =>
      onSelection((before) => (isRange ? extended(before, id, standing.current) : toggled(before, id))),
    [onSelection],
  )
  const isStopKnown = stop !== null && order.includes(stop)
  const stopAt = isStopKnown ? stop : current !== null && order.includes(current) ? current : order[0]

  const list = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (at) => (items[at]?.kind === 'heading' ? height.heading : height.row),
    getItemKey: (at) => {
      const item = items[at]
      return item === undefined ? at : item.kind === 'heading' ? item.group : item.row.id
    },
    overscan: BEYOND,
  })
  const drawn = list.getVirtualItems()
  const lastDrawn = drawn.at(-1)?.index ?? -1
  useEffect(() => {
    if (continued !== null && lastDrawn >= items.length - BEYOND * 2) fetchMore()
    // What fetches more is new at every drawing; when to ask is said by what is drawn.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [continued, lastDrawn, items.length])

  const wanted = useRef<string | null>(null)
  useEffect(() => {
    if (wanted.current === null) return
    const row = scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(wanted.current)}"]`)
    row?.focus({ preventScroll: true })
    if (row) wanted.current = null
  })
  /** Goes to a row that may not be in the page yet; it has the focus once it is drawn. */
  const focus = (id: string): void => {
    setStop(id)
    list.scrollToIndex(items.findIndex((item) => item.kind === 'conversation' && item.row.id === id))
    wanted.current = id
  }
  const move = (event: KeyboardEvent): void => {
    const here = event.target instanceof HTMLElement ? event.target.dataset['row'] : undefined
    const at = here === undefined ? -1 : order.indexOf(here)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: order.length - 1 }[event.key]
    const next = to === undefined || at === -1 ? undefined : order[to]
    if (next === undefined) return
    event.preventDefault()
    if (selection !== null && event.shiftKey)
      onSelection((before) =>
        extended(before.anchor === null ? toggled(before, order[at] ?? next) : before, next, order),
      )
    focus(next)
  }

  return (
    <div ref={scroller} className="h-full overflow-y-auto px-2 pb-3" onKeyDown={move}>
      <ul aria-label={w('list')} className="relative" style={{ height: list.getTotalSize() }}>
        {drawn.map(({ index, key, start, size }) => {
          const item = items[index]
          if (item === undefined) return null
          return (
            <li
              key={key}
              className="absolute inset-x-0"
              style={{ height: size, transform: `translateY(${start}px)` }}
            >
              {item.kind === 'heading' ? (
                <h2 className="flex h-full items-end px-2.5 pb-1 font-sans text-tiny text-soft">
                  {headingOf(item.group, w)}
                </h2>
              ) : (
                <ConversationRow
                  row={item.row}
                  isCurrent={item.row.id === current}
                  isStop={item.row.id === stopAt}
                  isSelected={selection === null ? null : selection.ids.has(item.row.id)}
                  onStop={setStop}
                  onAsk={onAsk}
                  onSelect={select}
                />
              )}
            </li>
          )
        })}
      </ul>
      {continued !== null && <p className="px-2.5 py-1.5 text-small text-soft">{w('loadingMore')}</p>}
    </div>
  )
}

function headingOf(group: GroupId, w: Say<keyof typeof listWords.texts>): string {
  if (!/^\d/.test(group)) return w(group as Exclude<GroupId, `${number}-${string}`>)
  const [year = '', month = ''] = group.split('-')
  return new Intl.DateTimeFormat(language(), { year: 'numeric', month: 'long' }).format(
    new Date(Number(year), Number(month) - 1, 1),
  )
}
