import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { AttachmentView } from '@freehold/sdk'
import { say } from '../../../language/words.ts'
import { deleteSoon, useHidden } from '../../../parts/delete-soon.ts'
import { save } from '../../../parts/saving.ts'
import { notifyRefusal } from '../../../parts/toast.tsx'
import { server } from '../../../server.ts'
import { attachmentWords } from './attachment-words.ts'

/** While a file is read. */
const ASK_MS = 700

const listKey = (conversation: string) => ['attachments', conversation] as const

/** The files of a conversation; asked again until all of them are read. */
export function useAttachments(conversation: string) {
  const hidden = useHidden()
  const query = useQuery({
    queryKey: listKey(conversation),
    queryFn: () => server.attachments.list(conversation),
    refetchInterval: ({ state }) =>
      state.data?.data.some((file) => file.state === 'reading') ? ASK_MS : false,
  })
  return { ...query, data: query.data?.data.filter(({ id }) => !hidden.has(id)) }
}

interface AttachmentActions {
  readonly download: (file: AttachmentView) => Promise<void>
  readonly remove: (file: AttachmentView) => void
}

/** What one does with a file. */
export function useAttachmentActions(): AttachmentActions {
  const queries = useQueryClient()
  return {
    async download({ id, name }: AttachmentView): Promise<void> {
      try {
        save(name, await server.attachments.download(id))
      } catch (error) {
        notifyRefusal(error)
      }
    },
    remove({ id, name, conversation }: AttachmentView): void {
      deleteSoon({
        text: say(attachmentWords, 'deleted', { name }),
        ids: [id],
        send: (client) => client.attachments.delete(id),
        onGone: () => void queries.invalidateQueries({ queryKey: listKey(conversation) }),
      })
    },
  }
}
