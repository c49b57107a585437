import type { ConversationView } from '@freehold/sdk'
import {
  Archive,
  ArchiveRestore,
  Download,
  Ellipsis,
  Files,
  FolderInput,
  Pencil,
  Pin,
  PinOff,
  Search,
  Share2,
  Tag,
  Trash2,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { useRef } from 'react'
import { useWords } from '../../../language/words.ts'
import { IconButton } from '../../../parts/button.tsx'
import { comingLater } from '../../../parts/later.tsx'
import { Menu, MenuItem, MenuLine, SubMenu } from '../../../parts/menu.tsx'
import { openFiles } from '../pane/passage.ts'
import { useChanges, useProjects } from './changes.ts'
import { listWords } from './list-words.ts'

interface RowMenuProps {
  readonly row: ConversationView
  readonly title: string
  readonly tabIndex: number
  readonly onRename: () => void
  /** What has a dialog of its own: the row may be gone from the page before that is done. */
  readonly onAsk: (row: ConversationView, what: Asked) => void
}

/** What one can do with a conversation from the list. */
export function RowMenu({ row, title, tabIndex, onRename, onAsk }: RowMenuProps): ReactNode {
  const w = useWords(listWords)
  const chosen = useRef<(() => void) | null>(null)
  return (
    <Menu
      trigger={
        <IconButton
          size="small"
          label={w('rowMenu', { title })}
          tabIndex={tabIndex}
          className="absolute end-1 top-1/2 -translate-y-1/2 opacity-0 group-focus-within/row:opacity-100 group-hover/row:opacity-100 aria-expanded:opacity-100 pointer-coarse:opacity-100"
        >
          <Ellipsis aria-hidden className="size-4" />
        </IconButton>
      }
      onClosed={() => {
        chosen.current?.()
        chosen.current = null
      }}
    >
      <ConversationItems
        row={row}
        onRename={() => {
          chosen.current = onRename
        }}
        onAsk={(what) => {
          chosen.current = () => onAsk(row, what)
        }}
      />
    </Menu>
  )
}

/** What asks for more about a conversation than a menu can. */
export const ConversationDialog = comingLater(
  async () => (await import('./conversation-dialogs.tsx')).ConversationDialog,
)

/** What has a dialog of its own. */
export type Asked = 'title' | 'tags' | 'project' | 'share'

interface ItemsProps {
  readonly row: ConversationView
  /** Where it is renamed in its place; without it a dialog asks. */
  readonly onRename?: () => void
  /** Where it is open: something in it is looked for. */
  readonly onFind?: () => void
  readonly onAsk: (what: Asked) => void
}

export function ConversationItems({ row, onRename, onFind, onAsk }: ItemsProps): ReactNode {
  const w = useWords(listWords)
  const { change, archive, remove, exportAs } = useChanges()
  const { projects } = useProjects()
  const icon = 'size-4 shrink-0'
  return (
    <>
      <MenuItem icon={<Pencil aria-hidden className={icon} />} onSelect={onRename ?? (() => onAsk('title'))}>
        {w('rename')}
      </MenuItem>
      <MenuItem
        icon={row.pinned ? <PinOff aria-hidden className={icon} /> : <Pin aria-hidden className={icon} />}
        onSelect={() => void change(row, { pinned: !row.pinned })}
      >
        {w(row.pinned ? 'unpin' : 'pin')}
      </MenuItem>
      <MenuItem icon={<Tag aria-hidden className={icon} />} onSelect={() => onAsk('tags')}>
        {w('tags')}
      </MenuItem>
      <SubMenu title={w('move')} icon={<FolderInput aria-hidden className={icon} />}>
        {projects.map(({ id, name }) => (
          <MenuItem
            key={id}
            isChecked={row.project === id}
            onSelect={() => void change(row, { project: row.project === id ? null : id })}
          >
            {name}
          </MenuItem>
        ))}
        {row.project !== null && (
          <MenuItem onSelect={() => void change(row, { project: null })}>{w('noProject')}</MenuItem>
        )}
        {projects.length > 0 && <MenuLine />}
        <MenuItem onSelect={() => onAsk('project')}>{w('newProject')} …</MenuItem>
      </SubMenu>
      <MenuLine />
      {onFind && (
        <MenuItem icon={<Search aria-hidden className={icon} />} onSelect={onFind}>
          {w('findIn')}
        </MenuItem>
      )}
      <MenuItem icon={<Files aria-hidden className={icon} />} onSelect={() => openFiles(row.id)}>
        {w('files')}
      </MenuItem>
      <MenuItem icon={<Share2 aria-hidden className={icon} />} onSelect={() => onAsk('share')}>
        {w('share')}
      </MenuItem>
      <SubMenu title={w('export')} icon={<Download aria-hidden className={icon} />}>
        <MenuItem onSelect={() => void exportAs(row, 'md')}>{w('exportMd')}</MenuItem>
        <MenuItem onSelect={() => void exportAs(row, 'json')}>{w('exportJson')}</MenuItem>
        <MenuItem onSelect={() => void exportAs(row, 'html')}>{w('exportHtml')}</MenuItem>
      </SubMenu>
      <MenuItem
        icon={
          row.archived ? (
            <ArchiveRestore aria-hidden className={icon} />
          ) : (
            <Archive aria-hidden className={icon} />
          )
        }
        onSelect={() => void archive([row], !row.archived)}
      >
        {w(row.archived ? 'unarchive' : 'archive')}
      </MenuItem>
      <MenuLine />
      <MenuItem isDanger icon={<Trash2 aria-hidden className={icon} />} onSelect={() => remove([row])}>
        {w('delete')}
      </MenuItem>
    </>
  )
}
