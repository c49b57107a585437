import type { MessageView } from '@freehold/sdk'
import { FileX2, LoaderCircle, Paperclip } from 'lucide-react'
import type { ReactNode } from 'react'
import { size } from '../../../language/format.ts'
import { useWords } from '../../../language/words.ts'
import { openFiles } from '../pane/passage.ts'
import { attachmentWords } from './attachment-words.ts'
import { useAttachments } from './use-attachments.ts'

const CHIP =
  'inline-flex max-w-64 min-h-8 items-center gap-1.5 rounded-medium border border-line bg-sheet px-2 py-1 text-start text-small pointer-coarse:min-h-11'

/** The files that a message names: what was read of each opens beside the conversation. */
export function SentFiles({ message }: { readonly message: MessageView }): ReactNode {
  const w = useWords(attachmentWords)
  const query = useAttachments(message.conversation)
  return (
    <ul className="flex flex-wrap justify-end gap-1.5" aria-label={w('sent')}>
      {message.attachments.map(({ id, name }) => {
        const file = query.data?.find((one) => one.id === id)
        // A message keeps the name of a file that is deleted.
        const state = file?.state ?? (query.data === undefined ? null : 'deleted')
        const Icon = state === 'reading' ? LoaderCircle : state === 'failed' ? FileX2 : Paperclip
        const words = (
          <>
            <Icon
              aria-hidden
              className={`size-3.5 shrink-0 ${state === 'failed' ? 'text-alarm' : 'text-soft'} ${state === 'reading' ? 'animate-spin' : ''}`}
            />
            <bdi className="truncate">{name}</bdi>
            {file?.state === 'ready' ? (
              <span className="shrink-0 text-tiny text-soft">{size(file.sizeBytes)}</span>
            ) : (
              state !== null && (
                <span className="shrink-0 text-tiny text-soft">
                  {state === 'deleted' ? w('gone') : w(state)}
                </span>
              )
            )}
          </>
        )
        return (
          <li key={id} className="min-w-0">
            {file?.state === 'ready' ? (
              <button
                type="button"
                onClick={() => openFiles(message.conversation, { kind: 'file', id, name })}
                className={`${CHIP} hover:bg-tint`}
              >
                {words}
              </button>
            ) : (
              <span className={CHIP}>{words}</span>
            )}
          </li>
        )
      })}
    </ul>
  )
}
