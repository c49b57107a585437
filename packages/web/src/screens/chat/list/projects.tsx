import type { ProjectView } from '@freehold/sdk'
import { ChevronRight, Ellipsis, Folder, FolderOpen, FolderPlus, Pencil, Trash2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useRef, useState } from 'react'
import { useWords } from '../../../language/words.ts'
import { IconButton } from '../../../parts/button.tsx'
import { cx } from '../../../parts/class-names.ts'
import { comingLater } from '../../../parts/later.tsx'
import { Menu, MenuItem } from '../../../parts/menu.tsx'
import { useProjects } from './changes.ts'
import { listWords } from './list-words.ts'
import { keep, readKept } from '../../../kept.ts'

interface ProjectsProps {
  readonly chosen: string | null
  readonly onChoose: (project: string | null) => void
}

const ProjectDialog = comingLater(async () => (await import('./project-dialog.tsx')).ProjectDialog)

const KEPT = 'freehold.projects'

/** The projects, to be folded away. One that is chosen narrows the list. */
export function Projects({ chosen, onChoose }: ProjectsProps): ReactNode {
  const w = useWords(listWords)
  const { projects, remove } = useProjects()
  const [isOpen, setOpen] = useState(() => readKept(KEPT) !== 'folded')
  const [dialog, setDialog] = useState<{ readonly project?: ProjectView } | null>(null)
  const fold = (): void => {
    keep(KEPT, isOpen ? 'folded' : 'open')
    setOpen(!isOpen)
  }
  return (
    <section className="px-2">
      <div className="flex items-center">
        <h2 className="grow font-sans">
          <button
            type="button"
            aria-expanded={isOpen}
            onClick={fold}
            className="flex min-h-7 w-full items-center gap-1 rounded-medium px-2.5 text-tiny text-soft hover:bg-tint"
          >
            {w('projects')}
            <ChevronRight
              aria-hidden
              className={cx('size-3.5 transition-transform duration-150', isOpen && 'rotate-90')}
            />
          </button>
        </h2>
        <IconButton size="small" label={w('newProject')} onClick={() => setDialog({})}>
          <FolderPlus aria-hidden className="size-4" />
        </IconButton>
      </div>
      {isOpen && (
        <ul aria-label={w('projects')} className="max-h-40 overflow-y-auto">
          {projects.map((project) => (
            <ProjectRow
              key={project.id}
              project={project}
              isChosen={project.id === chosen}
              onChoose={() => onChoose(project.id === chosen ? null : project.id)}
              onRename={() => setDialog({ project })}
              onDelete={() => {
                if (project.id === chosen) onChoose(null)
                remove(project)
              }}
            />
          ))}
        </ul>
      )}
      {dialog !== null && (
        <ProjectDialog {...dialog} onClose={() => setDialog(null)} onMade={({ id }) => onChoose(id)} />
      )}
    </section>
  )
}

interface ProjectRowProps {
  readonly project: ProjectView
  readonly isChosen: boolean
  readonly onChoose: () => void
  readonly onRename: () => void
  readonly onDelete: () => void
}

function ProjectRow({ project, isChosen, onChoose, onRename, onDelete }: ProjectRowProps): ReactNode {
  const w = useWords(listWords)
  const chosen = useRef<(() => void) | null>(null)
  const Icon = isChosen ? FolderOpen : Folder
  return (
    <li className="group/project relative">
      <button
        type="button"
        aria-pressed={isChosen}
        onClick={onChoose}
        className={cx(
          'flex min-h-8 w-full items-center gap-2 rounded-medium ps-2.5 pe-9 text-start text-small hover:bg-tint',
          isChosen && 'bg-tint font-medium text-accent',
        )}
      >
        <Icon aria-hidden className="size-4 shrink-0" />
        <span className="min-w-0 truncate">{project.name}</span>
      </button>
      <Menu
        trigger={
          <IconButton
            size="small"
            label={w('projectMenu', { name: project.name })}
            className="absolute end-1 top-0.5 bg-paper opacity-0 group-focus-within/project:opacity-100 group-hover/project:opacity-100 aria-expanded:opacity-100 pointer-coarse:opacity-100"
          >
            <Ellipsis aria-hidden className="size-4" />
          </IconButton>
        }
        onClosed={() => {
          chosen.current?.()
          chosen.current = null
        }}
      >
        <MenuItem
          icon={<Pencil aria-hidden className="size-4" />}
          onSelect={() => {
            chosen.current = onRename
          }}
        >
          {w('renameProject')}
        </MenuItem>
        <MenuItem isDanger icon={<Trash2 aria-hidden className="size-4" />} onSelect={onDelete}>
          {w('deleteProject')}
        </MenuItem>
      </Menu>
    </li>
  )
}
