import type { ConversationView } from '@freehold/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useMatches, useNavigate } from '@tanstack/react-router'
import { Brain, ClockPlus, Ellipsis, Import, ListChecks, Search, SquarePen, TextQuote } from 'lucide-react'
import type { ReactNode } from 'react'
import { useCallback, useEffect, useState } from 'react'
import { useWords } from '../../language/words.ts'
import { buttonClass, IconButton } from '../../parts/button.tsx'
import { cx } from '../../parts/class-names.ts'
import { Menu, MenuItem } from '../../parts/menu.tsx'
import { Loading } from '../../parts/state.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { areaWords } from '../../shell/areas.ts'
import { openFinder } from '../../shell/finder.ts'
import { conversationAt } from './list/addresses.ts'
import { BulkBar } from './list/bulk-bar.tsx'
import { useProjects } from './list/changes.ts'
import { ConversationList } from './list/conversation-list.tsx'
import { listWords } from './list/list-words.ts'
import { Narrowed, NarrowingMenu } from './list/narrowing.tsx'
import { onNews } from './list/news.ts'
import { Projects } from './list/projects.tsx'
import type { Asked } from './list/row-menu.tsx'
import { ConversationDialog } from './list/row-menu.tsx'
import type { Selection } from './list/selection.ts'
import { all, NOTHING } from './list/selection.ts'
import type { Narrowing } from './list/use-conversations.ts'
import { CONVERSATIONS, EVERYTHING, useConversations } from './list/use-conversations.ts'

/** The person's conversations, and what begins one. */
export function ChatColumn(): ReactNode {
  const w = useWords(listWords)
  const a = useWords(areaWords)
  const [narrowing, setNarrowing] = useState<Narrowing>(EVERYTHING)
  const [selection, setSelection] = useState<Selection | null>(null)
  const [asked, setAsked] = useState<{
    readonly row: ConversationView
    readonly what: Asked
  } | null>(null)
  const ask = useCallback((row: ConversationView, what: Asked) => setAsked({ row, what }), [])
  const select = useCallback(
    (change: (before: Selection) => Selection) => setSelection((before) => change(before ?? NOTHING)),
    [],
  )
  const path = useMatches({ select: (matches) => matches.at(-1)?.pathname ?? '/' })
  const current = conversationAt(path)
  const conversations = useConversations(narrowing)
  const { projects } = useProjects()
  const { pinned, rows, query } = conversations
  const loaded = [...pinned, ...rows]
  useNews(current, conversations)

  const isBare = loaded.length === 0 && conversations.next === null
  return (
    <nav aria-label={a('chat')} className="flex h-full flex-col">
      <Top onChoose={() => setSelection(selection === null ? NOTHING : null)} isChoosing={selection !== null}>
        <NarrowingMenu value={narrowing} onChange={setNarrowing} projects={projects} />
      </Top>
      <Projects chosen={narrowing.project} onChoose={(project) => setNarrowing({ ...narrowing, project })} />
      <Narrowed value={narrowing} projects={projects} onClear={() => setNarrowing(EVERYTHING)} />
      <div className="min-h-0 grow">
        {query.isPending ? (
          <div className="px-4">
            <Loading />
          </div>
        ) : query.error !== null && loaded.length === 0 ? (
          <div className="p-3">
            <Refused error={query.error} onRetry={query.refetch} />
          </div>
        ) : isBare ? (
          <p className="px-4.5 py-4 text-small text-soft">
            {narrowing === EVERYTHING ? `${w('none')}. ${w('noneLead')}` : w('noneFits')}
          </p>
        ) : (
          <ConversationList
            key={`${narrowing.project} ${narrowing.tag} ${narrowing.isArchived}`}
            conversations={conversations}
            current={current}
            selection={selection}
            onAsk={ask}
            onSelection={select}
          />
        )}
      </div>
      {selection !== null && (
        <BulkBar
          chosen={loaded.filter(({ id }) => selection.ids.has(id))}
          isArchive={narrowing.isArchived}
          onAll={() =>
            setSelection(
              all(
                selection,
                loaded.map(({ id }) => id),
              ),
            )
          }
          onDone={() => setSelection(null)}
        />
      )}
      {asked !== null && (
        <ConversationDialog row={asked.row} asked={asked.what} onClose={() => setAsked(null)} />
      )}
    </nav>
  )
}

/** Something happened in a conversation, or one is open that is not in the list: it was begun a moment ago. */
function useNews(current: string | null, { pinned, rows, next, query }: ReturnType<typeof useConversations>) {
  const isMissing =
    current !== null &&
    !query.isPending &&
    next === null &&
    ![...pinned, ...rows].some(({ id }) => id === current)
  useEffect(() => {
    if (isMissing) query.refetch()
    // Asked once for each conversation that is not found.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [current, isMissing])
  const queries = useQueryClient()
  useEffect(
    () => onNews(() => void queries.invalidateQueries({ queryKey: [...CONVERSATIONS, 'list'] })),
    [queries],
  )
}

interface TopProps {
  readonly isChoosing: boolean
  readonly onChoose: () => void
  readonly children: ReactNode
}

function Top({ isChoosing, onChoose, children }: TopProps): ReactNode {
  const w = useWords(listWords)
  const navigate = useNavigate()
  return (
    <div className="space-y-1 px-3 pt-3 pb-1">
      <div className="flex gap-1.5">
        <Link to="/chat" className={cx(buttonClass('plain'), 'min-w-0 grow justify-start!')}>
          <SquarePen aria-hidden className="size-4" />
          {w('new')}
        </Link>
        <IconButton
          label={w('temporaryHint')}
          onClick={() => void navigate({ to: '/chat', search: { temporary: true } })}
        >
          <ClockPlus aria-hidden className="size-5" />
        </IconButton>
      </div>
      <div className="flex items-center">
        <button
          type="button"
          onClick={openFinder}
          className="flex min-h-8 min-w-0 grow items-center gap-2 rounded-medium px-3.5 text-small text-soft hover:bg-tint hover:text-ink"
        >
          <Search aria-hidden className="size-4 shrink-0" />
          <span className="truncate">{w('search')}</span>
        </button>
        {children}
        <IconButton size="small" label={w('choose')} aria-pressed={isChoosing} onClick={onChoose}>
          <ListChecks aria-hidden className="size-4" />
        </IconButton>
        <Menu
          trigger={
            <IconButton size="small" label={w('more')}>
              <Ellipsis aria-hidden className="size-4" />
            </IconButton>
          }
        >
          <MenuItem
            icon={<TextQuote aria-hidden className="size-4" />}
            onSelect={() => void navigate({ to: '/chat/templates' })}
          >
            {w('templates')}
          </MenuItem>
          <MenuItem
            icon={<Brain aria-hidden className="size-4" />}
            onSelect={() => void navigate({ to: '/chat/memories' })}
          >
            {w('memories')}
          </MenuItem>
          <MenuItem
            icon={<Import aria-hidden className="size-4" />}
            onSelect={() => void navigate({ to: '/chat/import' })}
          >
            {w('import')}
          </MenuItem>
        </Menu>
      </div>
    </div>
  )
}
