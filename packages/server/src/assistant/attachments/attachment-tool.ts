import { z } from 'zod'
import type { Tool } from '../../skills/tool.ts'
import { note, pageEnd } from '../loop/knowledge-tools.ts'
import { schemaOf } from '../loop/tool-schema.ts'
import type { AttachedFiles } from './attached-files.ts'

const PAGE_CHARACTERS = 12_000

const readInput = z.strictObject({
  attachment: z.uuid().describe('The id of the attached file, as the conversation names it'),
  from: z.int().min(0).default(0).describe('Where to begin: the `next` of the page before'),
})

/** Reads on in a file of the conversation: what its message shows is only the beginning of a long one. */
export const readAttachment = (files: Pick<AttachedFiles, 'whole'>): Tool => ({
  name: 'read_attachment',
  description: `Reads a file that is attached to this conversation, ${PAGE_CHARACTERS} characters at a time.`,
  input: schemaOf(readInput),
  effect: 'read',
  dials: 'nowhere',
  confirm: 'never',
  idempotent: true,
  async run(input, { caller, conversation, signal }) {
    const { attachment, from } = readInput.parse(input)
    const { id, name, text, class: reached } = await files.whole(caller, conversation, attachment)
    signal.throwIfAborted()
    if (from > 0 && from >= text.length) return { parts: [note(`The file ends at ${text.length}.`)] }
    const end = pageEnd(text, from, PAGE_CHARACTERS)
    return {
      parts: [
        {
          origin: 'document',
          integrity: 'untrusted',
          class: reached,
          text: text.slice(from, end),
          source: {
            documentId: id,
            collectionId: conversation,
            title: name,
            span: { start: from, end },
            attachment: true,
          },
        },
        note(end < text.length ? `There is more: from ${end} of ${text.length}.` : 'This is its end.'),
      ],
    }
  },
})
