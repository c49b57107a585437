import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { SearchedEverywhere } from '@freehold/sdk'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { Text } from '../../language/words.ts'
import { useLanguage, useWords } from '../../language/words.ts'
import { speak } from '../../language/language.ts'
import { server } from '../../server.ts'
import { useMay } from '../../session/session.ts'
import { useSignOut } from '../../session/sign-out.ts'
import { chooseLook } from '../../shell/look.ts'
import { conversationPath } from '../chat/list/addresses.ts'
import { openPassage } from '../chat/pane/passage.ts'
import { finderWords } from './finder-words.ts'
import { PLACES } from './places.ts'
import { best } from './ranking.ts'
import { useRequest } from './use-request.ts'

export interface Result {
  readonly id: string
  readonly kind: 'request' | 'conversation' | 'document' | 'skill' | 'place' | 'action'
  readonly title: string
  /** Below the title. */
  readonly line?: string
  readonly at?: string
  readonly go: () => void
}

export interface Group {
  readonly id: 'recent' | 'requests' | 'conversations' | 'documents' | 'skills' | 'places' | 'actions'
  readonly results: readonly Result[]
}

export interface Results {
  readonly groups: readonly Group[]
  readonly isSearching: boolean
  /** How many conversations were looked at, where that is not all of them. */
  readonly searchedOnly: number | null
}

const WAIT_MS = 180
const EACH = 6
const LINE_CHARACTERS = 200
const FRESH_MS = 60_000

/** What was typed, once nothing was typed for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), WAIT_MS)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}

/** Everything that fits what was typed, as it comes in; what was asked for before is called off. */
export function useResults(typed: string): Results {
  const query = typed.trim()
  const settled = useSettled(query)
  const may = useMay()
  const navigate = useNavigate()
  const go =
    (to: string): (() => void) =>
    () =>
      void navigate({ to })
  const isAsking = query !== ''

  const recent = useQuery({
    queryKey: ['finder', 'recent'],
    // One that is temporary stands in no list.
    queryFn: async ({ signal }) =>
      (await server.conversations.list({ limit: EACH * 2 }, { signal })).data
        .filter(({ temporary }) => !temporary)
        .slice(0, EACH),
    enabled: may('conversations'),
  })
  const found = useQuery({
    queryKey: ['finder', 'conversations', settled],
    queryFn: ({ signal }) => server.conversations.search({ query: settled, limit: EACH + 2 }, { signal }),
    enabled: may('conversations') && settled !== '',
    placeholderData: keepPreviousData,
  })
  const documents = useQuery({
    queryKey: ['finder', 'documents', settled],
    queryFn: ({ signal }) => server.knowledges.search({ query: settled, limit: EACH * 2 }, { signal }),
    enabled: may('knowledge') && settled !== '',
    placeholderData: keepPreviousData,
  })
  const skills = useQuery({
    queryKey: ['finder', 'skills'],
    queryFn: ({ signal }) => server.skills.list({ signal }),
    enabled: may('skills') && isAsking,
    staleTime: FRESH_MS,
  })
  const { places, actions } = useFixed(query)
  const requests = useRequest(query)

  const groups: readonly Group[] = isAsking
    ? [
        { id: 'requests', results: requests },
        { id: 'places', results: places },
        { id: 'actions', results: actions },
        {
          id: 'conversations',
          results: (found.data?.hits ?? []).map((hit) => ({
            id: `conversation-${hit.conversation}`,
            kind: 'conversation',
            title: hit.title ?? '',
            line: hit.snippet,
            at: hit.at,
            go: () =>
              void navigate({
                to: '/chat/$id',
                params: { id: hit.conversation },
                search: hit.message === null ? {} : { message: hit.message },
              }),
          })),
        },
        {
          id: 'documents',
          results: firstOfEach(documents.data?.hits ?? []).map((hit) => ({
            id: `document-${hit.collectionId}-${hit.documentId}`,
            kind: 'document',
            title: hit.title,
            line: hit.text.replaceAll(/\s+/g, ' ').slice(0, LINE_CHARACTERS),
            go: () => openPassage({ type: 'freehold_citation', n: 1, ...hit }),
          })),
        },
        {
          id: 'skills',
          results: best(query, skills.data?.data ?? [], {
            textOf: (skill) => [skill.title, `${skill.name} ${skill.description}`],
            most: EACH,
          }).map((skill) => ({
            id: `skill-${skill.name}`,
            kind: 'skill',
            title: skill.title,
            line: skill.description,
            go: go(`/skills/of/${encodeURIComponent(skill.name)}`),
          })),
        },
      ]
    : [
        {
          id: 'recent',
          results: (recent.data ?? []).map((row) => ({
            id: `conversation-${row.id}`,
            kind: 'conversation',
            title: row.title ?? '',
            at: row.updatedAt,
            go: go(conversationPath(row.id)),
          })),
        },
        { id: 'actions', results: actions },
        { id: 'places', results: places },
      ]
  const isPartly = isAsking && found.data?.complete === false
  return {
    groups: groups.filter(({ results }) => results.length > 0),
    isSearching:
      isAsking && (query !== settled || found.isFetching || documents.isFetching || skills.isLoading),
    searchedOnly: isPartly ? (found.data?.searched ?? null) : null,
  }
}

/** A document is offered once, by the passage that fits best. */
function firstOfEach(hits: SearchedEverywhere['hits']): SearchedEverywhere['hits'] {
  const seen = new Set<string>()
  return hits
    .filter(({ collectionId, documentId }) => {
      const key = `${collectionId} ${documentId}`
      return !seen.has(key) && seen.add(key)
    })
    .slice(0, EACH)
}

/** Screens and actions: what the app knows by itself, and answers at once. */
function useFixed(query: string): {
  readonly places: readonly Result[]
  readonly actions: readonly Result[]
} {
  const w = useWords(finderWords)
  const may = useMay()
  const spoken = useLanguage()
  const navigate = useNavigate()
  const signOut = useSignOut()
  const inWords = (text: Text): string => (spoken === 'zh-CN' ? text.zh : text.en)

  const mine = PLACES.filter(({ powers }) => powers?.some(may) ?? true)
  const places = (
    query === ''
      ? mine.filter(({ to }) => !to.slice(1).includes('/'))
      : best(query, mine, {
          textOf: ({ title, words }) => [`${inWords(title)} ${title.en} ${title.zh}`, words],
          most: EACH,
        })
  ).map(({ to, title }): Result => ({
    id: `place-${to}`,
    kind: 'place',
    title: inWords(title),
    go: () => void navigate({ to }),
  }))

  type Key = keyof typeof finderWords.texts
  const ACTIONS: readonly {
    readonly key: Key
    readonly go: () => void
    readonly others: string
    readonly power?: string
  }[] = [
    {
      key: 'newChat',
      go: () => void navigate({ to: '/chat' }),
      others: 'begin ask 开始',
      power: 'conversations',
    },
    {
      key: 'temporaryChat',
      go: () => void navigate({ to: '/chat', search: { temporary: true } }),
      others: 'private incognito 无痕',
      power: 'conversations',
    },
    { key: 'toEnglish', go: () => speak('en'), others: 'switch 语言 英文 english' },
    { key: 'toChinese', go: () => speak('zh-CN'), others: 'switch chinese 语言 中文' },
    { key: 'lightLook', go: () => chooseLook('light'), others: 'theme bright 主题 亮' },
    { key: 'darkLook', go: () => chooseLook('dark'), others: 'theme night 主题 夜间' },
    { key: 'systemLook', go: () => chooseLook('system'), others: 'theme auto 主题 自动' },
    { key: 'signOut', go: () => void signOut(), others: 'log out leave 登出 注销' },
  ]
  const offered = ACTIONS.filter(({ power }) => power === undefined || may(power))
  const fitting =
    query === ''
      ? offered.slice(0, 2)
      : best(query, offered, {
          textOf: ({ key, others }) => [
            w(key),
            `${finderWords.texts[key].en} ${finderWords.texts[key].zh} ${others}`,
          ],
          most: EACH,
        })
  const actions = fitting.map(({ key, go }): Result => ({
    id: `action-${key}`,
    kind: 'action',
    title: w(key),
    go,
  }))
  return { places, actions }
}
