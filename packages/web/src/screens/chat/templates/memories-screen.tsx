import type { MemoryView } from '@freehold/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { Pencil, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useKeyset } from '../../../keyset.ts'
import { useWords } from '../../../language/words.ts'
import { Button, IconButton } from '../../../parts/button.tsx'
import { ClassChip } from '../../../parts/chip.tsx'
import { deleteSoon, useHidden } from '../../../parts/delete-soon.ts'
import { TextArea } from '../../../parts/field.tsx'
import { Moment } from '../../../parts/moment.tsx'
import { Page, Sheet } from '../../../parts/page.tsx'
import { ShowMore } from '../../../parts/show-more.tsx'
import { Empty, Shown } from '../../../parts/state.tsx'
import { Refused } from '../../../refusal/refused.tsx'
import { server } from '../../../server.ts'
import { templateWords } from './template-words.ts'

/** What models are told about the person; they write nothing in here. */
export function MemoriesScreen(): ReactNode {
  const w = useWords(templateWords)
  const queries = useQueryClient()
  const hidden = useHidden()
  const { items, query } = useKeyset(['memories'], (after) =>
    server.memory.list({ limit: 200, ...(after !== undefined && { after }) }),
  )
  const invalidate = (): Promise<void> => queries.invalidateQueries({ queryKey: ['memories'] })
  const shown = items.filter(({ id }) => !hidden.has(id))
  const remove = ({ id }: MemoryView): void =>
    deleteSoon({
      text: w('memoryDeleted'),
      ids: [id],
      send: (client) => client.memory.delete(id),
      onGone: () => void invalidate(),
    })
  return (
    <Page title={w('memoryTitle')} lead={w('memoryLead')}>
      <Sheet>
        <MemoryForm
          label={w('memoryNew')}
          action={w('memoryAdd')}
          initial=""
          onSave={async (text) => {
            await server.memory.create({ text })
            await invalidate()
          }}
        />
      </Sheet>
      <Shown
        query={{
          data: query.isPending || (query.error && items.length === 0) ? undefined : shown,
          error: query.error,
          refetch: query.refetch,
        }}
      >
        {(memories) =>
          memories.length === 0 ? (
            <Empty title={w('memoryNone')}>{w('memoryNoneLead')}</Empty>
          ) : (
            <ul className="divide-y divide-line rounded-large border border-line bg-sheet">
              {memories.map((memory) => (
                <MemoryRow
                  key={memory.id}
                  memory={memory}
                  onDelete={() => remove(memory)}
                  onSave={async (text) => {
                    await server.memory.change(memory.id, { text })
                    await invalidate()
                  }}
                />
              ))}
            </ul>
          )
        }
      </Shown>
      {items.length > 0 && <ShowMore query={query} />}
    </Page>
  )
}

interface MemoryRowProps {
  readonly memory: MemoryView
  readonly onDelete: () => void
  readonly onSave: (text: string) => Promise<void>
}

function MemoryRow({ memory, onDelete, onSave }: MemoryRowProps): ReactNode {
  const w = useWords(templateWords)
  const [isEditing, setEditing] = useState(false)
  if (isEditing)
    return (
      <li className="p-4">
        <MemoryForm
          label={w('memoryText')}
          action={w('save')}
          initial={memory.text}
          onCancel={() => setEditing(false)}
          onSave={async (text) => {
            await onSave(text)
            setEditing(false)
          }}
        />
      </li>
    )
  return (
    <li className="flex items-start gap-2 p-4">
      <div className="min-w-0 grow space-y-1">
        <p className="whitespace-pre-wrap">{memory.text}</p>
        <p className="flex items-center gap-2 text-tiny text-soft">
          <Moment at={memory.createdAt} />
          <ClassChip of={memory.class} />
        </p>
      </div>
      <IconButton size="small" label={w('memoryEdit')} onClick={() => setEditing(true)}>
        <Pencil aria-hidden className="size-4" />
      </IconButton>
      <IconButton size="small" label={w('memoryDelete')} onClick={onDelete}>
        <Trash2 aria-hidden className="size-4" />
      </IconButton>
    </li>
  )
}

interface MemoryFormProps {
  readonly label: string
  readonly action: string
  readonly initial: string
  readonly onSave: (text: string) => Promise<void>
  readonly onCancel?: () => void
}

function MemoryForm({ label, action, initial, onSave, onCancel }: MemoryFormProps): ReactNode {
  const w = useWords(templateWords)
  const [text, setText] = useState(initial)
  const [state, setState] = useState<{ readonly isBusy: boolean; readonly error: unknown }>({
    isBusy: false,
    error: null,
  })
  const isReady = text.trim() !== '' && text.trim() !== initial
  const send = async (): Promise<void> => {
    setState({ isBusy: true, error: null })
    try {
      await onSave(text.trim())
      setText('')
      setState({ isBusy: false, error: null })
    } catch (error) {
      setState({ isBusy: false, error })
    }
  }
  return (
    <form
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady && !state.isBusy) void send()
      }}
    >
      <TextArea
        label={label}
        value={text}
        rows={3}
        maxLength={8000}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {state.error !== null && <Refused error={state.error} />}
      <div className="flex justify-end gap-2">
        {onCancel && <Button onClick={onCancel}>{w('cancel')}</Button>}
        <Button type="submit" look="primary" disabled={!isReady} isBusy={state.isBusy}>
          {action}
        </Button>
      </div>
    </form>
  )
}
