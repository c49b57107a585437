import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { defineWords, useWords } from '../../language/words.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { TextField } from '../../parts/field.tsx'
import { Refused } from '../../refusal/refused.tsx'
import { server } from '../../server.ts'
import { COLLECTIONS } from './collections.ts'
import { knowledgeWords } from './knowledge-words.ts'

const words = defineWords('new-collection', {
  help: {
    en: 'What belongs together: a handbook, a project, the letters of a customer.',
    zh: '放在一起的内容：一本手册、一个项目、一位客户的往来信件。',
  },
})

interface NewCollectionProps {
  readonly isOpen: boolean
  readonly onClose: () => void
}

export function NewCollection({ isOpen, onClose }: NewCollectionProps): ReactNode {
  const k = useWords(knowledgeWords)
  const w = useWords(words)
  const [name, setName] = useState('')
  const queries = useQueryClient()
  const navigate = useNavigate()
  const creation = useMutation({
    mutationFn: () => server.collections.create({ name: name.trim() }),
    async onSuccess({ id }) {
      setName('')
      onClose()
      await queries.invalidateQueries({ queryKey: COLLECTIONS })
      await navigate({ to: '/knowledge/$collection', params: { collection: id } })
    },
  })
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={k('new')}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (name.trim() !== '' && !creation.isPending) creation.mutate()
        }}
      >
        <TextField
          label={k('name')}
          help={w('help')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          maxLength={128}
        />
        {creation.error !== null && <Refused error={creation.error} />}
        <div className="flex justify-end">
          <Button type="submit" look="primary" disabled={name.trim() === ''} isBusy={creation.isPending}>
            {k('create')}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
