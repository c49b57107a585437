import type { TemplateView } from '@freehold/sdk'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Pencil, Plus, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { useKeyset } from '../../../keyset.ts'
import { useWords } from '../../../language/words.ts'
import { Button, IconButton } from '../../../parts/button.tsx'
import { ClassChip } from '../../../parts/chip.tsx'
import { deleteSoon, useHidden } from '../../../parts/delete-soon.ts'
import { Page } from '../../../parts/page.tsx'
import { ShowMore } from '../../../parts/show-more.tsx'
import { Empty, Shown } from '../../../parts/state.tsx'
import { server } from '../../../server.ts'
import { EMPTY_DRAFT, keepDraft } from '../composer/draft.ts'
import { FillDialog } from './fill-dialog.tsx'
import { PromptText } from './prompt-text.tsx'
import { TemplateDialog } from './template-dialog.tsx'
import { templateWords } from './template-words.ts'

type Open =
  | { readonly kind: 'new' }
  | { readonly kind: 'edit' | 'use'; readonly template: TemplateView }
  | null

/** Prompts that are used again. */
export function TemplatesScreen(): ReactNode {
  const w = useWords(templateWords)
  const queries = useQueryClient()
  const navigate = useNavigate()
  const hidden = useHidden()
  const [open, setOpen] = useState<Open>(null)
  const { items, query } = useKeyset(['templates', 'all'], (after) =>
    server.templates.list({ limit: 200, ...(after !== undefined && { after }) }),
  )
  const shown = items.filter(({ id }) => !hidden.has(id))
  const close = (): void => setOpen(null)
  const toChat = (text: string): void => {
    keepDraft(sessionStorage, null, { ...EMPTY_DRAFT, text })
    void navigate({ to: '/chat' })
  }
  const use = (template: TemplateView): void =>
    template.variables.length === 0 ? toChat(template.text) : setOpen({ kind: 'use', template })
  const remove = ({ id, name }: TemplateView): void =>
    deleteSoon({
      text: w('deleted', { name }),
      ids: [id],
      send: (client) => client.templates.delete(id),
      onGone: () => void queries.invalidateQueries({ queryKey: ['templates'] }),
    })
  const add = (
    <Button
      look="primary"
      icon={<Plus aria-hidden className="size-4" />}
      onClick={() => setOpen({ kind: 'new' })}
    >
      {w('new')}
    </Button>
  )
  return (
    <Page title={w('title')} lead={w('lead', { example: '{{name}}' })} actions={shown.length > 0 && add}>
      <Shown
        query={{
          data: query.isPending || (query.error && items.length === 0) ? undefined : shown,
          error: query.error,
          refetch: query.refetch,
        }}
      >
        {(templates) =>
          templates.length === 0 ? (
            <Empty title={w('none')} action={add}>
              {w('noneLead')}
            </Empty>
          ) : (
            <ul className="grid gap-3">
              {templates.map((template) => (
                <TemplateRow
                  key={template.id}
                  template={template}
                  onUse={() => use(template)}
                  onEdit={() => setOpen({ kind: 'edit', template })}
                  onDelete={() => remove(template)}
                />
              ))}
            </ul>
          )
        }
      </Shown>
      {items.length > 0 && <ShowMore query={query} />}
      {open?.kind === 'new' && <TemplateDialog onClose={close} />}
      {open?.kind === 'edit' && <TemplateDialog template={open.template} onClose={close} />}
      {open?.kind === 'use' && (
        <FillDialog template={open.template} action={w('toChat')} onClose={close} onFilled={toChat} />
      )}
    </Page>
  )
}

interface TemplateRowProps {
  readonly template: TemplateView
  readonly onUse: () => void
  readonly onEdit: () => void
  readonly onDelete: () => void
}

function TemplateRow({ template, onUse, onEdit, onDelete }: TemplateRowProps): ReactNode {
  const w = useWords(templateWords)
  const { name, text } = template
  return (
    <li className="rounded-large border border-line bg-sheet p-4">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="min-w-0 grow basis-40 font-sans text-body font-medium">{name}</h2>
        {template.class !== 'public' && template.class !== 'internal' && <ClassChip of={template.class} />}
        <Button size="small" aria-label={w('useThis', { name })} onClick={onUse}>
          {w('use')}
        </Button>
        <IconButton size="small" label={w('editThis', { name })} onClick={onEdit}>
          <Pencil aria-hidden className="size-4" />
        </IconButton>
        <IconButton size="small" label={w('deleteThis', { name })} onClick={onDelete}>
          <Trash2 aria-hidden className="size-4" />
        </IconButton>
      </div>
      <div className="mt-2 line-clamp-4 text-soft">
        <PromptText text={text} />
      </div>
    </li>
  )
}
