import type { DocumentsAdded } from '@freehold/sdk'
import { useMutation } from '@tanstack/react-query'
import { FileUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { useId, useState } from 'react'
import { percent } from '../../language/format.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { announce } from '../../parts/announce.tsx'
import { TextLink } from '../../parts/button.tsx'
import { cx } from '../../parts/class-names.ts'
import { RefusalLine } from '../../refusal/refusal-line.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { AskBox } from './ask-box.tsx'
import { markDone } from './progress.ts'

const words = defineWords('file-step', {
  inPart: { en: 'It was read in part.', zh: '只读取了一部分。' },
  drop: { en: 'Drop a file here, or choose one', zh: '将文件拖放到这里，或点击选择' },
  kinds: {
    en: 'PDF, Word, Excel, PowerPoint, Markdown, text and more. It is read on this machine and encrypted.',
    zh: 'PDF、Word、Excel、PowerPoint、Markdown、文本等。文件在本机读取并加密保存。',
  },
  sending: { en: 'Sending {share}', zh: '正在上传 {share}' },
  reading: { en: 'Reading …', zh: '正在读取…' },
  read: {
    en: '“{title}” was read: {count, plural, one {one passage} other {# passages}}.',
    zh: '已读取“{title}”：{count} 个段落。',
  },
  another: { en: 'Drop another file', zh: '再放一个文件' },
  label: { en: 'Ask about your file', zh: '针对您的文件提问' },
  collection: { en: 'My files', zh: '我的文件' },
  where: { en: 'It lies in the collection “{name}”.', zh: '它保存在知识库“{name}”中。' },
})

interface Added {
  readonly collection: string
  readonly name: string
  readonly added: DocumentsAdded
}

/** A file of one's own, read at once, and questions about it. */
export function FileStep(): ReactNode {
  const w = useWords(words)
  const id = useId()
  const [share, setShare] = useState<number | null>(null)
  const [isOver, setOver] = useState(false)
  const sending = useMutation({
    mutationFn: async (file: File): Promise<Added> => {
      const name = w('collection')
      const collection = await collectionNamed(name)
      const added = await server.documents.addFile(collection, {
        file,
        onProgress: ({ sentBytes, totalBytes }) =>
          setShare(totalBytes === null ? null : sentBytes / totalBytes),
      })
      return { collection, name, added }
    },
    onSuccess: ({ added }) => {
      const [first] = added.documents
      if (first) announce(w('read', { title: first.title, count: first.passages }))
    },
  })
  const take = (file: File | undefined): void => {
    if (file && !sending.isPending) sending.mutate(file)
  }
  const data = sending.data
  return (
    <div className="space-y-4">
      <label
        htmlFor={id}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          take(event.dataTransfer.files[0])
        }}
        className={cx(
          'flex items-center gap-4 rounded-large border border-dashed px-5 py-4 focus-within:outline-2 focus-within:outline-accent',
          isOver ? 'border-accent bg-tint' : 'border-edge hover:bg-tint',
        )}
      >
        <FileUp aria-hidden className="size-6 shrink-0 text-accent" />
        <span className="min-w-0">
          <span className="block font-medium">
            {sending.isPending
              ? share !== null && share < 1
                ? w('sending', { share: percent(share) })
                : w('reading')
              : w(data ? 'another' : 'drop')}
          </span>
          <span className="block text-small text-soft">{w('kinds')}</span>
        </span>
        <input
          id={id}
          type="file"
          className="unseen"
          onChange={(event) => take(event.currentTarget.files?.[0])}
        />
      </label>
      {sending.error && <Refused error={sending.error} />}
      {data?.added.failed.map(({ name, error }) => (
        <p key={name} className="text-small text-alarm">
          {name}: <RefusalLine refusal={error} />
        </p>
      ))}
      {data && data.added.documents.length > 0 && (
        <>
          <div className="text-small">
            {data.added.documents.map((document) => (
              <p key={document.id}>
                {w('read', { title: document.title, count: document.passages })}
                {document.warning !== undefined && (
                  <span className="text-caution">
                    {' '}
                    {w('inPart')} <span lang="en">{document.warning}</span>
                  </span>
                )}
              </p>
            ))}
            <TextLink to={`/knowledge/${data.collection}`}>{w('where', { name: data.name })}</TextLink>
          </div>
          <AskBox label={w('label')} collections={[data.collection]} onAnswered={() => markDone('file')} />
        </>
      )}
    </div>
  )
}

/** Id of one's collection of this name, which is made where there is none. */
async function collectionNamed(name: string): Promise<string> {
  for await (const collection of server.collections.list()) if (collection.name === name) return collection.id
  return (await server.collections.create({ name })).id
}
