import type { CollectionView } from '@freehold/sdk'
import { useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { TextField } from '../../parts/field.tsx'
import { FormDialog } from '../../parts/form-dialog.tsx'
import { notify } from '../../parts/toast.tsx'
import { server } from '../../server.ts'
import { COLLECTIONS } from './collections.ts'
import { knowledgeWords } from './knowledge-words.ts'

const words = defineWords('rename-collection', {
  title: { en: 'Rename {name}', zh: '重命名“{name}”' },
  rename: { en: 'Rename', zh: '重命名' },
  renamed: { en: 'It is called {name} now.', zh: '现在名为“{name}”。' },
})

interface RenameCollectionProps {
  readonly collection: CollectionView
  readonly onClose: () => void
}

export function RenameCollection({ collection, onClose }: RenameCollectionProps): ReactNode {
  const w = useWords(words)
  const k = useWords(knowledgeWords)
  const queries = useQueryClient()
  const [name, setName] = useState(collection.name)
  const next = name.trim()
  return (
    <FormDialog
      title={w('title', { name: collection.name })}
      send={w('rename')}
      isReady={next !== '' && next !== collection.name}
      onClose={onClose}
      onSend={async () => {
        await server.collections.change(collection.id, { name: next })
        await queries.invalidateQueries({ queryKey: COLLECTIONS })
        notify(w('renamed', { name: next }))
      }}
    >
      <TextField
        label={k('name')}
        value={name}
        maxLength={128}
        onChange={(event) => setName(event.currentTarget.value)}
      />
    </FormDialog>
  )
}
