import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { GitBranch, Link, RefreshCw, Share2 } from 'lucide-react'
import type { MessageView } from '@freehold/sdk'
import type { ReactNode } from 'react'
import { useState } from 'react'
import { cost, number } from '../../../language/format.ts'
import { useWords } from '../../../language/words.ts'
import { IconButton } from '../../../parts/button.tsx'
import { Menu, MenuItem, MenuLabel, MenuLine } from '../../../parts/menu.tsx'
import { Moment } from '../../../parts/moment.tsx'
import { notify, notifyRefusal } from '../../../parts/toast.tsx'
import { server } from '../../../server.ts'
import { modelsQuery } from '../composer/models.ts'
import { CopyButton } from '../markdown/copy-button.tsx'
import type { Thread } from '../run/thread.ts'
import { ShareDialog } from '../sharing/share-dialog.tsx'
import { SiblingSwitch } from './sibling-switch.tsx'
import { threadWords } from './thread-words.ts'

interface ActionsProps {
  readonly thread: Thread
  readonly message: MessageView
  readonly isBusy: boolean
}

/** What can be done with an answer, and what it took. */
export function AnswerActions({ thread, message, isBusy }: ActionsProps): ReactNode {
  const w = useWords(threadWords)
  const navigate = useNavigate()
  const { making } = message
  const fork = async (): Promise<void> => {
    try {
      const made = await server.conversations.fork(message.conversation, { message: message.id })
      await navigate({ to: '/chat/$id', params: { id: made.id } })
    } catch (error) {
      notifyRefusal(error)
    }
  }
  return (
    <span className="quiet-actions flex flex-wrap items-center gap-0.5 text-tiny text-soft">
      <SiblingSwitch thread={thread} message={message} />
      <span className="me-1 flex items-center gap-2 max-wide:order-last">
        <Moment at={message.createdAt} />
        {making?.usage && (
          <span
            data-hint={w('tokensOf', {
              input: number(making.usage.input),
              output: number(making.usage.output),
            })}
          >
            {w('tokens', { count: number(making.usage.input + making.usage.output) })}
          </span>
        )}
        {making !== null && making.cost !== null && <span>{w('cost', { cost: cost(making.cost) })}</span>}
      </span>
      <CopyButton label={w('copy')} said={w('copied')} text={() => message.text} />
      {!isBusy && <AgainMenu thread={thread} message={message} />}
      <ShareMenu message={message} />
      <IconButton size="small" label={w('fork')} onClick={() => void fork()}>
        <GitBranch aria-hidden className="size-3.5" />
      </IconButton>
    </span>
  )
}

/** A link that leads whoever may read the conversation to the answer, and a share of it for others. */
function ShareMenu({ message }: Pick<ActionsProps, 'message'>): ReactNode {
  const w = useWords(threadWords)
  const [isSharing, setSharing] = useState(false)
  const copyLink = (): void => {
    const address = new URL(`/chat/${message.conversation}`, location.origin)
    address.searchParams.set('message', message.id)
    void navigator.clipboard.writeText(address.href).then(() => notify(w('linked')), notifyRefusal)
  }
  return (
    <>
      <Menu
        align="start"
        trigger={
          <IconButton size="small" label={w('share')}>
            <Share2 aria-hidden className="size-3.5" />
          </IconButton>
        }
      >
        <MenuItem icon={<Link aria-hidden className="size-4" />} onSelect={copyLink}>
          {w('linkTo')}
        </MenuItem>
        <MenuItem icon={<Share2 aria-hidden className="size-4" />} onSelect={() => setSharing(true)}>
          {w('shareAnswer')}
        </MenuItem>
      </Menu>
      {isSharing && (
        <ShareDialog
          conversation={message.conversation}
          message={message.id}
          onClose={() => setSharing(false)}
        />
      )}
    </>
  )
}

type AgainProps = Omit<ActionsProps, 'isBusy'>

function AgainMenu({ thread, message }: AgainProps): ReactNode {
  const w = useWords(threadWords)
  return (
    <Menu
      align="start"
      trigger={
        <IconButton size="small" label={w('again')}>
          <RefreshCw aria-hidden className="size-3.5" />
        </IconButton>
      }
    >
      <MenuItem onSelect={() => void thread.regenerate(message.id)}>{w('sameModel')}</MenuItem>
      <OtherModels thread={thread} message={message} />
    </Menu>
  )
}

/** Looked for when the menu is opened: there is one at every answer. */
function OtherModels({ thread, message }: AgainProps): ReactNode {
  const w = useWords(threadWords)
  const models = useQuery(modelsQuery)
  const others = (models.data ?? []).filter((id) => id !== message.making?.model)
  if (others.length === 0) return null
  return (
    <>
      <MenuLine />
      <MenuLabel>{w('otherModel')}</MenuLabel>
      {others.map((id) => (
        <MenuItem key={id} onSelect={() => void thread.regenerate(message.id, id)}>
          <span className="font-mono">{id}</span>
        </MenuItem>
      ))}
    </>
  )
}
