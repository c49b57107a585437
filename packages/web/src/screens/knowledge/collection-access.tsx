import { useQueryClient } from '@tanstack/react-query'
import type { CollectionView } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { notify } from '../../parts/toast.tsx'
import { server } from '../../server.ts'
import { AccessEditor } from './access-editor.tsx'
import { COLLECTIONS } from './collections.ts'

const words = defineWords('collection-access', {
  lead: {
    en: 'What documents get that are added from now on and say nothing of it. Documents that are there already keep their own list: change it at each of them.',
    zh: '适用于今后添加且没有另行说明的文档。已有的文档保留各自的列表，请逐个更改。',
  },
  notYours: {
    en: 'Only whoever may change this collection sees its list.',
    zh: '只有可以更改此知识集的人能看到它的列表。',
  },
  saved: { en: 'New documents get this list.', zh: '新文档将使用此列表。' },
})

export function CollectionAccess({ collection }: { readonly collection: CollectionView }): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  if (collection.acl === undefined) return <p className="text-soft">{w('notYours')}</p>
  return (
    <div className="max-w-xl space-y-4">
      <p className="text-small text-soft">{w('lead')}</p>
      <AccessEditor
        acl={collection.acl}
        onSave={async (acl) => {
          await server.collections.acl(collection.id, { acl })
          await queries.invalidateQueries({ queryKey: COLLECTIONS })
          notify(w('saved'))
        }}
      />
    </div>
  )
}
