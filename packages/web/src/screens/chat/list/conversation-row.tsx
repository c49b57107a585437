import type { ConversationView } from '@freehold/sdk'
import { Link } from '@tanstack/react-router'
import { Clock, Hand, LoaderCircle } from 'lucide-react'
import type { MouseEvent, ReactNode } from 'react'
import { memo, useRef, useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { classWords } from '../../../data-classes.ts'
import { cx } from '../../../parts/class-names.ts'
import { conversationPath } from './addresses.ts'
import { useChanges } from './changes.ts'
import { listWords } from './list-words.ts'
import type { Asked } from './row-menu.tsx'
import { RowMenu } from './row-menu.tsx'

interface RowProps {
  readonly row: ConversationView
  readonly isCurrent: boolean
  /** The one row that Tab goes to. */
  readonly isStop: boolean
  /** Null: nothing is being selected. */
  readonly isSelected: boolean | null
  readonly onSelect: (id: string, isRange: boolean) => void
  readonly onStop: (id: string) => void
  readonly onAsk: (row: ConversationView, what: Asked) => void
}

/** One conversation of the list. F2 renames it, Delete deletes it. */
export const ConversationRow = memo(function ConversationRow(props: RowProps): ReactNode {
  const { row, isCurrent, isStop, isSelected, onSelect, onStop, onAsk } = props
  const w = useWords(listWords)
  const { change, remove } = useChanges()
  const [isRenaming, setRenaming] = useState(false)
  const link = useRef<HTMLAnchorElement>(null)
  const title = row.title ?? w('untitled')
  const tabIndex = isStop ? 0 : -1

  if (isSelected !== null) {
    const press = (event: MouseEvent): void => onSelect(row.id, event.shiftKey)
    return (
      <button
        type="button"
        role="checkbox"
        aria-checked={isSelected}
        aria-label={w('select', { title })}
        data-row={row.id}
        tabIndex={tabIndex}
        onFocus={() => onStop(row.id)}
        onClick={press}
        className={cx(
          'flex h-full w-full items-center gap-2.5 rounded-medium px-2.5 text-start text-small select-none hover:bg-tint',
          isSelected && 'bg-tint',
        )}
      >
        <span
          aria-hidden
          className={cx(
            'grid size-4 shrink-0 place-items-center rounded-small border text-tiny leading-none',
            isSelected ? 'border-accent bg-accent text-on-accent' : 'border-edge bg-sheet',
          )}
        >
          {isSelected && '✓'}
        </span>
        <span className="min-w-0 grow truncate">{title}</span>
        <Marks row={row} />
      </button>
    )
  }
  if (isRenaming) {
    const done = (next: string | null): void => {
      setRenaming(false)
      const wanted = next?.trim() ?? ''
      if (wanted !== '' && wanted !== row.title) void change(row, { title: wanted })
    }
    return (
      <input
        aria-label={w('newTitle')}
        defaultValue={row.title ?? ''}
        maxLength={200}
        autoFocus
        onFocus={(event) => event.currentTarget.select()}
        onBlur={(event) => done(event.currentTarget.value)}
        onKeyDown={(event) => {
          event.stopPropagation()
          if (event.nativeEvent.isComposing || (event.key !== 'Enter' && event.key !== 'Escape')) return
          done(event.key === 'Enter' ? event.currentTarget.value : null)
          requestAnimationFrame(() => link.current?.focus())
        }}
        className="h-full w-full rounded-medium border border-edge bg-sheet px-2 text-small"
      />
    )
  }
  return (
    <div className="group/row relative h-full">
      <Link
        ref={link}
        to={conversationPath(row.id)}
        data-row={row.id}
        tabIndex={tabIndex}
        onFocus={() => onStop(row.id)}
        onKeyDown={(event) => {
          if (event.key === 'F2') setRenaming(true)
          else if (event.key === 'Delete') remove([row])
          else return
          event.preventDefault()
        }}
        aria-current={isCurrent ? 'page' : undefined}
        title={title}
        className={cx(
          'flex h-full items-center gap-2 rounded-medium ps-2.5 pe-9 text-small group-hover/row:bg-tint pointer-coarse:pe-11',
          isCurrent && 'bg-tint font-medium text-accent',
        )}
      >
        <span className={cx('min-w-0 grow truncate', row.title === null && 'text-soft')}>{title}</span>
        <Marks row={row} />
      </Link>
      <RowMenu row={row} title={title} tabIndex={tabIndex} onRename={() => setRenaming(true)} onAsk={onAsk} />
    </div>
  )
})

/** What is not ordinary about a conversation. */
function Marks({ row }: { readonly row: ConversationView }): ReactNode {
  const w = useWords(listWords)
  const c = useWords(classWords)
  const isHigh = row.class === 'confidential' || row.class === 'restricted'
  const Running = row.run?.state === 'waiting' ? Hand : LoaderCircle
  if (!row.temporary && !isHigh && row.run === null) return null
  return (
    <span className="flex shrink-0 items-center gap-1.5">
      {row.temporary && (
        <span role="img" aria-label={w('isTemporary')} title={w('isTemporary')}>
          <Clock aria-hidden className="size-3.5 text-soft" />
        </span>
      )}
      {isHigh && (
        <span
          className={cx(
            'rounded-full px-1.5 text-tiny font-medium',
            row.class === 'restricted' ? 'bg-alarm-tint text-alarm' : 'bg-caution-tint text-caution',
          )}
        >
          {c(row.class)}
        </span>
      )}
      {row.run !== null && (
        <span role="img" aria-label={w(row.run.state === 'waiting' ? 'waiting' : 'running')}>
          <Running
            aria-hidden
            className={cx(
              'size-3.5',
              row.run.state === 'waiting' ? 'text-caution' : 'animate-spin text-accent',
            )}
          />
        </span>
      )}
    </span>
  )
}
