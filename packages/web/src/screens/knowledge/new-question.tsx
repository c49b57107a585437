import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useKeyset } from '../../keyset.ts'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { SelectField, TextField } from '../../parts/field.tsx'
import { notify } from '../../parts/toast.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'

const words = defineWords('new-question', {
  question: { en: 'Question', zh: '问题' },
  document: { en: 'Should come up', zh: '应找到的文档' },
  choose: { en: 'Choose a document', zh: '选择文档' },
  more: { en: 'More documents', zh: '更多文档' },
  passage: { en: 'Words of the passage', zh: '段落中的文字' },
  passageHelp: { en: 'Empty: any passage of the document will do.', zh: '留空表示该文档的任意段落都可以。' },
  add: { en: 'Add the question', zh: '添加问题' },
  added: { en: 'The question was added.', zh: '问题已添加。' },
  gone: { en: 'a document that is gone', zh: '已不存在的文档' },
})

/** The documents of a collection by name. */
export function useTitles(collection: string): {
  readonly documents: ReturnType<typeof useDocuments>
  readonly titleOf: (id: string) => string
} {
  const w = useWords(words)
  const documents = useDocuments(collection)
  const titles = new Map(documents.items.map(({ id, title }) => [id, title]))
  const isAll = !documents.query.isPending && !documents.query.hasNextPage
  return { documents, titleOf: (id) => titles.get(id) ?? (isAll ? w('gone') : id) }
}

const useDocuments = (collection: string) =>
  useKeyset(['knowledge', 'documents', collection], (after) =>
    server.documents.list(collection, { limit: 100, ...(after !== undefined && { after }) }),
  )

interface NewQuestionProps {
  readonly collection: string
  readonly onMade: () => Promise<void>
}

export function NewQuestion({ collection, onMade }: NewQuestionProps): ReactNode {
  const w = useWords(words)
  const { documents } = useTitles(collection)
  const { hasNextPage, fetchNextPage, isFetchingNextPage } = documents.query
  const [question, setQuestion] = useState('')
  const [document, setDocument] = useState('')
  const [passage, setPassage] = useState('')
  const isReady = question.trim() !== '' && document !== ''
  const make = useMutation({
    mutationFn: () =>
      server.questions.create(collection, {
        question: question.trim(),
        document,
        ...(passage.trim() !== '' && { passage: passage.trim() }),
      }),
    async onSuccess() {
      setQuestion('')
      setPassage('')
      notify(w('added'))
      await onMade()
    },
  })
  return (
    <form
      className="grid gap-3 rounded-large border border-line bg-sheet p-4 wide:grid-cols-2"
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady && !make.isPending) make.mutate()
      }}
    >
      <div className="wide:col-span-2">
        <TextField
          label={w('question')}
          value={question}
          maxLength={1000}
          onChange={(event) => setQuestion(event.currentTarget.value)}
        />
      </div>
      <div className="space-y-1">
        <SelectField
          label={w('document')}
          value={document}
          onChange={(event) => setDocument(event.currentTarget.value)}
        >
          <option value="">{w('choose')}</option>
          {documents.items.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </SelectField>
        {hasNextPage && (
          <Button size="small" look="quiet" isBusy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {w('more')}
          </Button>
        )}
      </div>
      <TextField
        label={w('passage')}
        help={w('passageHelp')}
        value={passage}
        maxLength={1000}
        onChange={(event) => setPassage(event.currentTarget.value)}
      />
      {make.error && (
        <div className="wide:col-span-2">
          <Refused error={make.error} />
        </div>
      )}
      <div className="wide:col-span-2">
        <Button type="submit" disabled={!isReady} isBusy={make.isPending}>
          {w('add')}
        </Button>
      </div>
    </form>
  )
}
