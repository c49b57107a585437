import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Page } from '../../parts/page.tsx'
import { Empty } from '../../parts/state.tsx'
import { Table } from '../../parts/table.tsx'
import { useCollections } from './collections.ts'
import { knowledgeWords } from './knowledge-words.ts'
import { NewCollection } from './new-collection.tsx'

const words = defineWords('collections', {
  lead: {
    en: 'Documents that answers quote from. They are kept encrypted on your own disks, and nobody is told of one that they may not read.',
    zh: '回答所引用的文档。它们加密保存在您自己的磁盘上；无权阅读的人不会得知其存在。',
  },
  none: { en: 'No collection yet', zh: '还没有知识集' },
  noneHelp: {
    en: 'Make one, drop files into it, and ask. No model is needed: answers quote the documents.',
    zh: '新建一个，把文件拖进去，然后提问。不需要模型：回答直接引用文档原文。',
  },
  count: { en: 'Documents', zh: '文档数' },
  created: { en: 'Created', zh: '创建时间' },
})

/** Every collection that the person may see. */
export function CollectionsScreen(): ReactNode {
  const k = useWords(knowledgeWords)
  const w = useWords(words)
  const list = useCollections()
  const [isNew, setNew] = useState(false)
  const create = (
    <Button look="primary" icon={<Plus aria-hidden className="size-4" />} onClick={() => setNew(true)}>
      {k('new')}
    </Button>
  )
  return (
    <Page title={k('title')} lead={w('lead')} actions={create}>
      <Table
        label={k('collections')}
        list={list}
        keyOf={({ id }) => id}
        empty={
          <Empty title={w('none')} action={create}>
            {w('noneHelp')}
          </Empty>
        }
        columns={[
          {
            id: 'name',
            title: k('name'),
            cell: ({ id, name }) => (
              <Link
                to="/knowledge/$collection"
                params={{ collection: id }}
                className="font-medium text-accent hover:underline"
              >
                {name}
              </Link>
            ),
            text: ({ name }) => name,
          },
          {
            id: 'documents',
            title: w('count'),
            cell: ({ documents }) => documents,
            text: ({ documents }) => String(documents),
            isNumber: true,
          },
          {
            id: 'created',
            title: w('created'),
            cell: ({ createdAt }) => <Moment at={createdAt} />,
            text: ({ createdAt }) => createdAt,
            isMinor: true,
          },
        ]}
      />
      <NewCollection isOpen={isNew} onClose={() => setNew(false)} />
    </Page>
  )
}
