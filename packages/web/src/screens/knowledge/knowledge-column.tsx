import { Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { ShowMore } from '../../parts/show-more.tsx'
import { ColumnLinks } from '../../shell/column-links.tsx'
import { useCollections } from './collections.ts'
import { knowledgeWords } from './knowledge-words.ts'
import { NewCollection } from './new-collection.tsx'

export function KnowledgeColumn(): ReactNode {
  const w = useWords(knowledgeWords)
  const { items, query } = useCollections()
  const [isNew, setNew] = useState(false)
  return (
    <div className="flex h-full flex-col">
      <div className="p-3 pb-0">
        <Button
          className="w-full"
          icon={<Plus aria-hidden className="size-4" />}
          onClick={() => setNew(true)}
        >
          {w('new')}
        </Button>
      </div>
      <div className="min-h-0 grow">
        <ColumnLinks
          label={w('collections')}
          groups={[
            { links: [{ to: '/knowledge', title: w('title') }] },
            {
              title: w('collections'),
              links: items.map(({ id, name, documents }) => ({
                to: `/knowledge/${id}`,
                title: name,
                note: <span className="text-tiny text-soft tabular-nums">{documents}</span>,
              })),
            },
          ]}
        >
          <ShowMore query={query} />
        </ColumnLinks>
      </div>
      <NewCollection isOpen={isNew} onClose={() => setNew(false)} />
    </div>
  )
}
