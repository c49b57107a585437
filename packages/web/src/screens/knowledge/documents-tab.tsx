import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { CollectionView, DocumentView } from '@freehold/sdk'
import { KeyRound, Trash2, UploadCloud } from 'lucide-react'
import type { ReactNode } from 'react'
import { useRef, useState } from 'react'
import { useKeyset } from '../../keyset.ts'
import { size } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { Button, IconButton } from '../../parts/button.tsx'
import { ClassChip } from '../../parts/chip.tsx'
import { Confirm, Dialog } from '../../parts/dialog.tsx'
import { Moment } from '../../parts/moment.tsx'
import { Table } from '../../parts/table.tsx'
import { notify } from '../../parts/toast.tsx'
import { server } from '../../server.ts'
import { AccessEditor } from './access-editor.tsx'
import { COLLECTIONS } from './collections.ts'
import { UploadList } from './upload-list.tsx'
import { useUploads } from './uploads.ts'

const words = defineWords('documents', {
  label: { en: 'Documents', zh: '文档' },
  drop: { en: 'Drop files here, or', zh: '把文件拖到这里，或' },
  choose: { en: 'choose files', zh: '选择文件' },
  kinds: {
    en: 'PDF, Word, Excel, PowerPoint, Markdown, text, HTML, CSV, JSON, e-mail, pictures with words in them, ZIP',
    zh: 'PDF、Word、Excel、PowerPoint、Markdown、文本、HTML、CSV、JSON、电子邮件、含文字的图片、ZIP',
  },
  none: { en: 'Nothing in it yet', zh: '还没有内容' },
  noneHelp: {
    en: 'What you add is read here and goes nowhere else.',
    zh: '添加的内容只在本系统中读取，不会发往别处。',
  },
  title: { en: 'Title', zh: '标题' },
  class: { en: 'Class', zh: '级别' },
  passages: { en: 'Passages', zh: '段落' },
  size: { en: 'Size', zh: '大小' },
  added: { en: 'Added', zh: '添加时间' },
  access: { en: 'Who may read {title}', zh: '谁可以阅读 {title}' },
  delete: { en: 'Delete {title}', zh: '删除 {title}' },
  actions: { en: 'Actions', zh: '操作' },
  deleteTitle: { en: 'Delete {title}?', zh: '删除“{title}”？' },
  deleteHelp: {
    en: 'It is removed from the collection and from every search. Answers that quoted it keep their words. This cannot be undone.',
    zh: '它会从知识集和所有搜索中移除。引用过它的回答会保留文字。此操作无法撤销。',
  },
  deleteVerb: { en: 'Delete', zh: '删除' },
  deleted: { en: '{title} was deleted.', zh: '“{title}”已删除。' },
})

/** What is in a collection, and the place where files are dropped. */
export function DocumentsTab({ collection }: { readonly collection: CollectionView }): ReactNode {
  const w = useWords(words)
  const queries = useQueryClient()
  const uploads = useUploads(collection.id)
  const [isOver, setOver] = useState(false)
  const [deleting, setDeleting] = useState<DocumentView | null>(null)
  const [sharing, setSharing] = useState<DocumentView | null>(null)
  const files = useRef<HTMLInputElement>(null)
  const key = ['knowledge', 'documents', collection.id]
  const list = useKeyset(key, (after) =>
    server.documents.list(collection.id, { limit: 100, ...(after !== undefined && { after }) }),
  )
  const isEmpty = !list.query.isPending && !list.query.error && list.items.length === 0
  return (
    <div className="space-y-4">
      <div
        className={`rounded-large border border-dashed px-4 text-center ${isEmpty ? 'py-12' : 'py-5'} ${isOver ? 'border-accent bg-tint' : 'border-edge/60'}`}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          uploads.add(event.dataTransfer.files)
        }}
      >
        {isEmpty && (
          <>
            <p className="font-display text-lead">{w('none')}</p>
            <p className="mb-4 text-small text-soft">{w('noneHelp')}</p>
          </>
        )}
        <p className="flex flex-wrap items-center justify-center gap-2">
          <UploadCloud aria-hidden className="size-5 text-soft" />
          {w('drop')}
          <Button size="small" onClick={() => files.current?.click()}>
            {w('choose')}
          </Button>
        </p>
        <p className="mt-1 text-tiny text-soft">{w('kinds')}</p>
        <input
          ref={files}
          type="file"
          multiple
          hidden
          aria-label={w('choose')}
          onChange={(event) => {
            uploads.add(event.currentTarget.files ?? [])
            event.currentTarget.value = ''
          }}
        />
      </div>
      <UploadList {...uploads} />
      <Table
        label={w('label')}
        list={list}
        keyOf={({ id }) => id}
        empty={null}
        columns={[
          {
            id: 'title',
            title: w('title'),
            cell: ({ id, title }) => (
              <Link
                to="/knowledge/$collection/$document"
                params={{ collection: collection.id, document: id }}
                className="font-medium text-accent hover:underline"
              >
                {title}
              </Link>
            ),
            text: ({ title }) => title,
          },
          {
            id: 'class',
            title: w('class'),
            cell: (document) => <ClassChip of={document.class} />,
            text: (document) => document.class,
          },
          {
            id: 'passages',
            title: w('passages'),
            cell: ({ passages }) => passages,
            text: ({ passages }) => String(passages),
            isNumber: true,
            isMinor: true,
          },
          {
            id: 'size',
            title: w('size'),
            cell: ({ sizeBytes }) => <span className="whitespace-nowrap">{size(sizeBytes)}</span>,
            text: ({ sizeBytes }) => String(sizeBytes),
            isNumber: true,
            isMinor: true,
          },
          {
            id: 'added',
            title: w('added'),
            cell: ({ createdAt }) => <Moment at={createdAt} />,
            text: ({ createdAt }) => createdAt,
            isMinor: true,
          },
          {
            id: 'actions',
            title: w('actions'),
            cell: (document) => (
              <span className="-my-1 -ms-1.5 flex gap-1">
                {document.acl !== undefined && (
                  <IconButton
                    size="small"
                    label={w('access', { title: document.title })}
                    onClick={() => setSharing(document)}
                  >
                    <KeyRound aria-hidden className="size-4" />
                  </IconButton>
                )}
                <IconButton
                  size="small"
                  label={w('delete', { title: document.title })}
                  onClick={() => setDeleting(document)}
                >
                  <Trash2 aria-hidden className="size-4" />
                </IconButton>
              </span>
            ),
          },
        ]}
      />
      <Confirm
        isOpen={deleting !== null}
        onClose={() => setDeleting(null)}
        title={w('deleteTitle', { title: deleting?.title ?? '' })}
        action={w('deleteVerb')}
        typed={deleting?.title ?? ''}
        onConfirm={async () => {
          if (deleting === null) return
          await server.documents.delete(deleting.id, { collection: collection.id })
          await queries.invalidateQueries({ queryKey: key })
          await queries.invalidateQueries({ queryKey: COLLECTIONS })
          notify(w('deleted', { title: deleting.title }))
        }}
      >
        <p>{w('deleteHelp')}</p>
      </Confirm>
      <Dialog
        isOpen={sharing !== null}
        onClose={() => setSharing(null)}
        title={w('access', { title: sharing?.title ?? '' })}
      >
        {sharing !== null && (
          <AccessEditor
            acl={sharing.acl ?? null}
            onSave={async (acl) => {
              await server.documents.acl(sharing.id, { acl }, { collection: collection.id })
              await queries.invalidateQueries({ queryKey: key })
              setSharing(null)
            }}
          />
        )}
      </Dialog>
    </div>
  )
}
