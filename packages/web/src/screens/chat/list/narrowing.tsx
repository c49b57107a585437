import type { ProjectView } from '@freehold/sdk'
import { ListFilter } from 'lucide-react'
import type { ReactNode } from 'react'
import { useWords } from '../../../language/words.ts'
import { IconButton } from '../../../parts/button.tsx'
import { Menu, MenuItem, MenuLabel, MenuLine } from '../../../parts/menu.tsx'
import { refusalLine } from '../../../refusal/refusal-words.ts'
import { listWords } from './list-words.ts'
import type { Narrowing } from './use-conversations.ts'
import { EVERYTHING, useTags } from './use-conversations.ts'

interface NarrowingMenuProps {
  readonly value: Narrowing
  readonly onChange: (narrowing: Narrowing) => void
  readonly projects: readonly ProjectView[]
}

/** The list by project, by tag, and what is archived. */
export function NarrowingMenu({ value, onChange, projects }: NarrowingMenuProps): ReactNode {
  const w = useWords(listWords)
  return (
    <Menu
      trigger={
        <IconButton size="small" label={w('narrow')}>
          <ListFilter aria-hidden className="size-4" />
        </IconButton>
      }
    >
      <MenuItem
        isChecked={value.isArchived}
        onSelect={() => onChange({ ...EVERYTHING, isArchived: !value.isArchived })}
      >
        {w('showArchive')}
      </MenuItem>
      {projects.length > 0 && (
        <>
          <MenuLine />
          <MenuLabel>{w('byProject')}</MenuLabel>
          {projects.map(({ id, name }) => (
            <MenuItem
              key={id}
              isChecked={value.project === id}
              onSelect={() => onChange({ ...value, project: value.project === id ? null : id })}
            >
              {name}
            </MenuItem>
          ))}
        </>
      )}
      <MenuLine />
      <Tags value={value} onChange={onChange} />
    </Menu>
  )
}

/** Asked for when the menu is opened: there may be thousands of conversations. */
function Tags({ value, onChange }: Pick<NarrowingMenuProps, 'value' | 'onChange'>): ReactNode {
  const w = useWords(listWords)
  const { data: tags, isPending, error } = useTags(value.isArchived)
  if (isPending) return <MenuLabel>{w('tagsCome')}</MenuLabel>
  if (error !== null) return <MenuLabel>{refusalLine(error)}</MenuLabel>
  return (
    <>
      <MenuLabel>{tags.length === 0 ? w('noTags') : w('byTag')}</MenuLabel>
      {tags.map((tag) => (
        <MenuItem
          key={tag}
          isChecked={value.tag === tag}
          onSelect={() => onChange({ ...value, tag: value.tag === tag ? null : tag })}
        >
          {tag}
        </MenuItem>
      ))}
    </>
  )
}

interface NarrowedProps {
  readonly value: Narrowing
  readonly projects: readonly ProjectView[]
  readonly onClear: () => void
}

/** What the list is narrowed to, with a way back. */
export function Narrowed({ value, projects, onClear }: NarrowedProps): ReactNode {
  const w = useWords(listWords)
  const { isArchived, project, tag } = value
  if (!isArchived && project === null && tag === null) return null
  const names = [
    ...(isArchived ? [w('archive')] : []),
    ...(project === null ? [] : [projects.find(({ id }) => id === project)?.name ?? w('byProject')]),
    ...(tag === null ? [] : [`#${tag}`]),
  ]
  return (
    <div className="mx-3 mb-1 flex items-center gap-2 rounded-medium bg-sunk py-1 ps-2.5 pe-1 text-small">
      <p className="min-w-0 grow truncate font-medium">{names.join(' · ')}</p>
      <button type="button" onClick={onClear} className="rounded-small px-1.5 text-accent hover:underline">
        {w('clear')}
      </button>
    </div>
  )
}
