import type { QueryClient } from '@tanstack/react-query'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { ConversationView } from '@freehold/sdk'
import { useMemo, useState } from 'react'
import { useHidden } from '../../../parts/delete-soon.ts'
import { server } from '../../../server.ts'
import type { Known } from './known.ts'
import { withHead, withRow, withTail } from './known.ts'

/** What the list is narrowed to, by the server. */
export interface Narrowing {
  readonly isArchived: boolean
  readonly project: string | null
  readonly tag: string | null
}

export const EVERYTHING: Narrowing = { isArchived: false, project: null, tag: null }

/** Whoever begins, changes or ends something in a conversation invalidates this. */
export const CONVERSATIONS = ['conversations'] as const

type ListKey = readonly ['conversations', 'list', Narrowing & { readonly isPinned: boolean }]

const HEAD = 100
const PAGE = 200
const ACTIVE_MS = 2500
const IDLE_MS = 30_000

const ask = ([, , { isArchived, project, tag, isPinned }]: ListKey, limit: number, after?: string) =>
  server.conversations.list({
    limit,
    archived: isArchived ? 'true' : 'false',
    pinned: isPinned ? 'true' : 'false',
    ...(project !== null && { project }),
    ...(tag !== null && { tag }),
    ...(after !== undefined && { after }),
  })

function useKnown(key: ListKey, limit: number) {
  const queries = useQueryClient()
  return useQuery({
    queryKey: key,
    queryFn: async () => withHead(queries.getQueryData<Known>(key), await ask(key, limit)),
    // Rows that did not change are the same objects already.
    structuralSharing: false,
    refetchInterval: ({ state }) =>
      state.data?.rows.some(({ run, title, leaf }) => run !== null || (title === null && leaf !== null))
        ? ACTIVE_MS
        : IDLE_MS,
  })
}

export interface Conversations {
  readonly pinned: readonly ConversationView[]
  readonly rows: readonly ConversationView[]
  readonly query: { readonly isPending: boolean; readonly error: unknown; readonly refetch: () => void }
  /** What continues the rows; null: these are all. */
  readonly next: string | null
  readonly fetchMore: () => void
}

const NO_ROWS: readonly ConversationView[] = []

/** Without what is being deleted, and without temporary ones: whoever begins one wants to leave nothing behind. */
function useShown(rows = NO_ROWS): readonly ConversationView[] {
  const hidden = useHidden()
  return useMemo(() => rows.filter(({ id, temporary }) => !temporary && !hidden.has(id)), [rows, hidden])
}

/** The conversations of the person, as far as they were asked for; brought up to date while something runs. */
export function useConversations({ isArchived, project, tag }: Narrowing): Conversations {
  const queries = useQueryClient()
  const [isFetching, setFetching] = useState(false)
  const key: ListKey = [...CONVERSATIONS, 'list', { isArchived, project, tag, isPinned: false }]
  const pinnedKey: ListKey = [...CONVERSATIONS, 'list', { isArchived, project, tag, isPinned: true }]
  const list = useKnown(key, HEAD)
  const pinned = useKnown(pinnedKey, PAGE)
  const next = list.data?.next ?? null

  const fetchMore = async (): Promise<void> => {
    if (next === null || isFetching) return
    setFetching(true)
    try {
      const page = await ask(key, PAGE, next)
      queries.setQueryData<Known>(key, (known) => known && withTail(known, page))
    } finally {
      setFetching(false)
    }
  }
  return {
    pinned: useShown(pinned.data?.rows),
    rows: useShown(list.data?.rows),
    query: {
      isPending: list.isPending || pinned.isPending,
      error: list.error ?? pinned.error,
      refetch: () => void Promise.all([list.refetch(), pinned.refetch()]),
    },
    next,
    // Asked for again when the end of the list is seen again.
    fetchMore: () => void fetchMore().catch(() => {}),
  }
}

/** Shows a conversation as it is now, in every list that was asked for. */
export function place(queries: QueryClient, row: ConversationView): void {
  for (const [key] of queries.getQueriesData<Known>({ queryKey: [...CONVERSATIONS, 'list'] })) {
    // Only lists have keys that begin so.
    const [, , { isArchived, project, tag, isPinned }] = key as unknown as ListKey
    const isIn =
      row.archived === isArchived &&
      row.pinned === isPinned &&
      (project === null || row.project === project) &&
      (tag === null || row.tags.includes(tag))
    queries.setQueryData<Known>(key, (known) => known && withRow(known, row, isIn))
  }
}

/** A person who has more conversations finds the tags of those that were spoken in last. */
const MOST_TAG_PAGES = 10

/** The tags of the person's conversations, the most used first. */
export function useTags(isArchived: boolean) {
  return useQuery({
    queryKey: [...CONVERSATIONS, 'tags', isArchived],
    staleTime: 0,
    queryFn: async () => {
      const counts = new Map<string, number>()
      let after: string | null = null
      for (let page = 0; page < MOST_TAG_PAGES; page += 1) {
        // Each page begins where the one before ended.
        // oxlint-disable-next-line no-await-in-loop
        const { data, next } = await server.conversations.tags({
          archived: isArchived ? 'true' : 'false',
          ...(after !== null && { after }),
        })
        for (const { tag, conversations } of data) counts.set(tag, (counts.get(tag) ?? 0) + conversations)
        if (next === null) break
        after = next
      }
      return [...counts].toSorted(([a, m], [b, n]) => n - m || a.localeCompare(b)).map(([tag]) => tag)
    },
  })
}
