import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { Pencil, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { Page } from '../../parts/page.tsx'
import { Loading } from '../../parts/state.tsx'
import { Tabs } from '../../parts/tabs.tsx'
import { notify } from '../../parts/toast.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { NotFound } from '../../shell/not-found.tsx'
import { CollectionAccess } from './collection-access.tsx'
import { COLLECTIONS, useCollection } from './collections.ts'
import { DocumentsTab } from './documents-tab.tsx'
import { knowledgeWords } from './knowledge-words.ts'
import { QuestionsTab } from './questions-tab.tsx'
import { RenameCollection } from './rename-collection.tsx'
import { SearchTab } from './search-tab.tsx'
import { SourcesTab } from './sources-tab.tsx'

const words = defineWords('collection', {
  parts: { en: 'Parts of the collection', zh: '知识集的各部分' },
  documents: { en: 'Documents', zh: '文档' },
  search: { en: 'Search', zh: '搜索' },
  sources: { en: 'Sources', zh: '来源' },
  questions: { en: 'Test questions', zh: '测试问题' },
  rename: { en: 'Rename', zh: '重命名' },
  access: { en: 'Who may read', zh: '阅读权限' },
  delete: { en: 'Delete', zh: '删除' },
  deleteTitle: { en: 'Delete {name}?', zh: '删除“{name}”？' },
  deleteHelp: {
    en: '{count, plural, =0 {It is empty.} one {Its document goes with it.} other {All of its # documents go with it.}} Answers that quoted them keep their words, but the passages can no longer be opened. This cannot be undone.',
    zh: '{count, plural, =0 {其中没有文档。} other {其中的 # 份文档会一并删除。}}引用过它们的回答会保留文字，但无法再打开原文。此操作无法撤销。',
  },
  deleted: { en: '{name} was deleted.', zh: '“{name}”已删除。' },
})

/** One collection: what is in it, how it is filled, and who may read it. */
export function CollectionScreen(): ReactNode {
  const { collection: id } = useParams({ from: '/knowledge/$collection' })
  const { tab = 'documents', q } = useSearch({ from: '/knowledge/$collection' })
  const k = useWords(knowledgeWords)
  const w = useWords(words)
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { collection, isPending, query } = useCollection(id)
  const [isDeleting, setDeleting] = useState(false)
  const [isRenaming, setRenaming] = useState(false)
  if (collection === undefined)
    return isPending ? (
      <div className="p-6">
        <Loading />
      </div>
    ) : query.error ? (
      <div className="p-6">
        <Refused error={query.error} onRetry={() => void query.refetch()} />
      </div>
    ) : (
      <NotFound />
    )
  const { name, documents } = collection
  return (
    <Page
      title={name}
      lead={k('documents', { count: documents })}
      isWide
      actions={
        <>
          <Button
            size="small"
            icon={<Pencil aria-hidden className="size-4" />}
            onClick={() => setRenaming(true)}
          >
            {w('rename')}
          </Button>
          <Button
            look="danger"
            size="small"
            icon={<Trash2 aria-hidden className="size-4" />}
            onClick={() => setDeleting(true)}
          >
            {w('delete')}
          </Button>
        </>
      }
    >
      <Tabs
        label={w('parts')}
        value={tab}
        onChange={(next) =>
          void navigate({
            to: '/knowledge/$collection',
            params: { collection: id },
            search: next === 'documents' ? {} : { tab: next },
            replace: true,
          })
        }
        tabs={[
          { id: 'documents', title: w('documents'), content: <DocumentsTab collection={collection} /> },
          {
            id: 'search',
            title: w('search'),
            content: <SearchTab key={id} collection={id} {...(q !== undefined && { query: q })} />,
          },
          { id: 'sources', title: w('sources'), content: <SourcesTab collection={id} /> },
          {
            id: 'questions',
            title: w('questions'),
            content: <QuestionsTab key={id} collection={id} />,
          },
          { id: 'access', title: w('access'), content: <CollectionAccess collection={collection} /> },
        ]}
      />
      {isRenaming && <RenameCollection collection={collection} onClose={() => setRenaming(false)} />}
      <Confirm
        isOpen={isDeleting}
        onClose={() => setDeleting(false)}
        title={w('deleteTitle', { name })}
        action={w('delete')}
        {...(documents > 0 && { typed: name })}
        onConfirm={async () => {
          await server.collections.delete(id)
          await queries.invalidateQueries({ queryKey: COLLECTIONS })
          notify(w('deleted', { name }))
          await navigate({ to: '/knowledge' })
        }}
      >
        <p>{w('deleteHelp', { count: documents })}</p>
      </Confirm>
    </Page>
  )
}
