import type { ConversationView } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useWords } from '../../../language/words.ts'
import { ShareDialog } from '../sharing/share-dialog.tsx'
import { useChanges } from './changes.ts'
import { listWords } from './list-words.ts'
import { ProjectDialog } from './project-dialog.tsx'
import type { Asked } from './row-menu.tsx'
import { TagsDialog } from './tags-dialog.tsx'
import { TitleDialog } from './title-dialog.tsx'

interface ConversationDialogProps {
  readonly row: ConversationView
  readonly asked: Asked
  readonly onClose: () => void
}

/** What asks for more about a conversation than a menu can. */
export function ConversationDialog({ row, asked, onClose }: ConversationDialogProps): ReactNode {
  const w = useWords(listWords)
  const { change } = useChanges()
  const title = row.title ?? w('untitled')
  if (asked === 'title') return <TitleDialog row={row} onClose={onClose} />
  if (asked === 'tags') return <TagsDialog row={row} title={title} onClose={onClose} />
  if (asked === 'share') return <ShareDialog conversation={row.id} onClose={onClose} />
  return <ProjectDialog onClose={onClose} onMade={({ id }) => void change(row, { project: id })} />
}
