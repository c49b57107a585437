import {
  BookText,
  Blocks,
  CornerDownLeft,
  LayoutPanelLeft,
  LoaderCircle,
  MessageSquare,
  Search,
  Zap,
} from 'lucide-react'
import { Dialog as RadixDialog } from 'radix-ui'
import type { KeyboardEvent, ReactNode } from 'react'
import { useEffect, useId, useRef, useState } from 'react'
import { ago } from '../../language/format.ts'
import { useWords } from '../../language/words.ts'
import { cx } from '../../parts/class-names.ts'
import { useWayBack } from '../../parts/way-back.ts'
import { finderWords } from './finder-words.ts'
import { Key } from './keyboard-help.tsx'
import { marked } from './ranking.ts'
import type { Result, Results } from './use-results.ts'
import { useResults } from './use-results.ts'

const ICONS = {
  conversation: MessageSquare,
  document: BookText,
  skill: Blocks,
  place: LayoutPanelLeft,
  action: Zap,
} as const

interface FinderProps {
  readonly onClose: () => void
  readonly onHelp: () => void
}

/** One field that finds everything: conversations by their words, the rest by its name. */
export function Finder({ onClose, onHelp }: FinderProps): ReactNode {
  const w = useWords(finderWords)
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState(0)
  const listId = useId()
  const wayBack = useWayBack()
  const list = useRef<HTMLDivElement>(null)
  const results = useResults(typed)
  const all = results.groups.flatMap((group) => group.results)
  const at = Math.min(chosen, all.length - 1)
  const current = all[at]
  const optionId = (result: Result): string => `${listId}-${result.id}`
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  }, [at, typed])

  const take = (result: Result | undefined): void => {
    if (result === undefined) return
    onClose()
    result.go()
  }
  const press = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return
    const last = all.length - 1
    const to = {
      ArrowDown: at === last ? 0 : at + 1,
      ArrowUp: at <= 0 ? last : at - 1,
      PageDown: Math.min(last, at + 8),
      PageUp: Math.max(0, at - 8),
    }[event.key]
    if (to !== undefined) setChosen(to)
    else if (event.key === 'Enter') take(current)
    else if (event.key === '?' && typed === '') onHelp()
    else return
    event.preventDefault()
  }

  return (
    <RadixDialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <RadixDialog.Portal>
        <RadixDialog.Overlay className="fixed inset-0 z-50 bg-veil" />
        <RadixDialog.Content
          aria-describedby={undefined}
          onOpenAutoFocus={wayBack.remember}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            wayBack.go()
          }}
          className="fixed inset-x-3 top-[max(0.75rem,10dvh)] z-50 mx-auto flex max-h-[76dvh] max-w-2xl flex-col overflow-hidden rounded-large border border-line bg-sheet text-ink shadow-raised outline-none"
        >
          <RadixDialog.Title className="unseen">{w('title')}</RadixDialog.Title>
          <div className="flex items-center gap-3 border-b border-line px-4">
            {results.isSearching ? (
              <LoaderCircle aria-hidden className="size-5 shrink-0 animate-spin text-soft" />
            ) : (
              <Search aria-hidden className="size-5 shrink-0 text-soft" />
            )}
            <input
              role="combobox"
              aria-label={w('title')}
              aria-expanded={all.length > 0}
              aria-controls={listId}
              aria-autocomplete="list"
              aria-activedescendant={current && optionId(current)}
              placeholder={w('placeholder')}
              value={typed}
              maxLength={500}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              onChange={(event) => {
                setTyped(event.currentTarget.value)
                setChosen(0)
              }}
              onKeyDown={press}
              className="h-13 min-w-0 grow bg-transparent text-lead outline-none"
            />
          </div>
          <div
            ref={list}
            id={listId}
            role="listbox"
            aria-label={w('results')}
            className="min-h-0 overflow-y-auto p-2"
          >
            {results.groups.map((group) => (
              <div key={group.id} role="group" aria-labelledby={`${listId}-${group.id}`}>
                <p id={`${listId}-${group.id}`} className="px-2.5 pt-2 pb-1 text-tiny text-soft">
                  {w(group.id)}
                </p>
                {group.results.map((result) => (
                  <Option
                    key={result.id}
                    id={optionId(result)}
                    result={result}
                    query={typed.trim()}
                    isChosen={result === current}
                    onPoint={() => setChosen(all.indexOf(result))}
                    onTake={() => take(result)}
                  />
                ))}
              </div>
            ))}
          </div>
          <Said results={results} count={all.length} query={typed.trim()} />
          <p
            aria-hidden
            className="flex gap-4 border-t border-line px-4 py-2 text-tiny text-soft max-wide:hidden"
          >
            <span className="space-x-1">
              <Key>↑</Key> <Key>↓</Key> {w('move')}
            </span>
            <span>
              <Key>↵</Key> {w('open')}
            </span>
            <span>
              <Key>Esc</Key> {w('close')}
            </span>
            <span className="grow" />
            <span>
              <Key>?</Key> {w('keyboard')}
            </span>
          </p>
        </RadixDialog.Content>
      </RadixDialog.Portal>
    </RadixDialog.Root>
  )
}

interface OptionProps {
  readonly id: string
  readonly result: Result
  readonly query: string
  readonly isChosen: boolean
  readonly onPoint: () => void
  readonly onTake: () => void
}

function Option({ id, result, query, isChosen, onPoint, onTake }: OptionProps): ReactNode {
  const w = useWords(finderWords)
  const Icon = ICONS[result.kind]
  const title = result.title === '' ? w('untitled') : result.title
  return (
    // The field keeps the focus; the keys of the list are its keys.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={isChosen}
      onPointerMove={isChosen ? undefined : onPoint}
      onClick={onTake}
      className={cx(
        'flex cursor-pointer items-center gap-3 rounded-medium px-2.5 py-1.5',
        isChosen && 'bg-tint',
      )}
    >
      <Icon aria-hidden className={cx('size-4 shrink-0', isChosen ? 'text-accent' : 'text-soft')} />
      <div className="min-w-0 grow">
        <p className="truncate">
          <Marked line={title} query={query} />
        </p>
        {result.line !== undefined && result.line !== '' && (
          <p className="truncate text-small text-soft">
            <Marked line={result.line} query={query} />
          </p>
        )}
      </div>
      {result.at !== undefined && <span className="shrink-0 text-tiny text-soft">{ago(result.at)}</span>}
      {isChosen && <CornerDownLeft aria-hidden className="size-4 shrink-0 text-soft" />}
    </div>
  )
}

const Marked = ({ line, query }: { readonly line: string; readonly query: string }): ReactNode =>
  marked(line, query).map(({ text, isHit }, at) =>
    isHit ? (
      // oxlint-disable-next-line react/no-array-index-key -- parts of one line
      <mark key={at} className="bg-transparent font-semibold text-ink">
        {text}
      </mark>
    ) : (
      text
    ),
  )

interface SaidProps {
  readonly results: Results
  readonly count: number
  readonly query: string
}

/** How many there are: seen where there are none, and heard always. */
function Said({ results, count, query }: SaidProps): ReactNode {
  const w = useWords(finderWords)
  const isNone = count === 0 && query !== '' && !results.isSearching
  return (
    <div role="status" className={cx(isNone || results.searchedOnly !== null ? 'px-4 pb-4' : 'unseen')}>
      {isNone ? (
        <div className="py-4 text-center">
          <p>{w('none', { query })}</p>
          <p className="text-small text-soft">{w('noneHelp')}</p>
        </div>
      ) : (
        <p className="unseen">{results.isSearching ? w('searching') : w('count', { count })}</p>
      )}
      {results.searchedOnly !== null && (
        <p className="text-tiny text-soft">{w('partly', { count: results.searchedOnly })}</p>
      )}
    </div>
  )
}
